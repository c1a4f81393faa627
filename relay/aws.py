"""Events into Amazon SQS, SNS and EventBridge. Credentials are found by the AWS SDK itself.

A FIFO queue or topic keeps the order of each case (its message group is the case), and drops what it got
within the last five minutes. Standard ones and EventBridge promise no order: `seq` in the event tells it.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore import exceptions as boto
from botocore.config import Config

from dsar.errors import DsarError, OperatorError, TemporaryError
from dsar.ports import OutboxEvent

_NO_CASE = "dsar"  # the group of what belongs to no case: checkpoints
_AGAIN = frozenset({"InternalFailure", "InternalException", "InternalError", "ServiceUnavailable"})
_THIS_ONE = frozenset({"InvalidParameter", "InvalidParameterValue", "InvalidMessageContents"})
_MISSING = (boto.NoCredentialsError, boto.PartialCredentialsError, boto.NoAuthTokenError)


class AwsCourier:
    """Hands each event to one service. Keeps the promises of `dsar.ports.Courier`."""

    def __init__(self, name: str, put: Callable[[OutboxEvent], str], client: Any) -> None:  # noqa: ANN401  # boto3 has no types
        self._name = name
        self._put = put
        self._client = client

    @property
    def name(self) -> str:
        return self._name

    def send(self, event: OutboxEvent) -> str:
        try:
            with aws_errors(self._name):
                return self._put(event)
        except OperatorError as error:
            if error.reason != "message_refused":
                raise
            return error.reason

    def close(self) -> None:
        self._client.close()


def sqs(name: str, url: str, region: str, endpoint: str | None = None) -> AwsCourier:
    """Return who puts events into a queue."""
    client = aws_client("sqs", region, endpoint)

    def put(event: OutboxEvent) -> str:
        client.send_message(QueueUrl=url, MessageBody=spelled(event), **_ordered(event, url))
        return ""

    return AwsCourier(name, put, client)


def sns(name: str, arn: str, region: str, endpoint: str | None = None) -> AwsCourier:
    """Return who publishes events to a topic."""
    client = aws_client("sns", region, endpoint)

    def put(event: OutboxEvent) -> str:
        client.publish(TopicArn=arn, Message=spelled(event), **_ordered(event, arn))
        return ""

    return AwsCourier(name, put, client)


def eventbridge(name: str, bus: str, region: str, endpoint: str | None = None) -> AwsCourier:
    """Return who puts events on a bus. The detail is the whole CloudEvent, its type the detail's."""
    client = aws_client("events", region, endpoint)

    def put(event: OutboxEvent) -> str:
        entry = {
            "Source": str(event.body["source"]),
            "DetailType": str(event.body["type"]),
            "Detail": spelled(event),
            "EventBusName": bus,
        }
        answer = client.put_events(Entries=[entry])
        if not answer.get("FailedEntryCount"):
            return ""
        raise _told(name, str(answer["Entries"][0].get("ErrorCode", "")), 0)

    return AwsCourier(name, put, client)


def aws_client(service: str, region: str, endpoint: str | None) -> Any:  # noqa: ANN401  # boto3 has no types
    """Return a client that tries little by itself: whoever calls has a patience of their own."""
    config = Config(connect_timeout=3, read_timeout=30, retries={"mode": "standard", "max_attempts": 2})
    return boto3.session.Session().client(service, region_name=region, endpoint_url=endpoint, config=config)


@contextmanager
def aws_errors(system: str) -> Iterator[None]:
    """Translate what a service answers: a code of ours, never its sentence.

    Raises:
        TemporaryError: `service_busy`, `unreachable`.
        OperatorError: `message_refused` (this very one), `credentials_missing`, `access_refused`,
            `service_refused`.
    """
    try:
        yield
    except boto.ClientError as error:
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        raise _told(system, str(error.response.get("Error", {}).get("Code", "")), status) from None
    except _MISSING:
        raise OperatorError(system, "credentials_missing") from None
    except boto.BotoCoreError:
        raise TemporaryError(system, "unreachable") from None


def _told(system: str, code: str, status: int) -> DsarError:
    plain = code.rpartition(".")[2].removesuffix("Exception")
    if status >= 500 or "Throttl" in plain or plain in _AGAIN:  # noqa: PLR2004  # a server's own fault
        return TemporaryError(system, "service_busy")
    if plain in _THIS_ONE:
        return OperatorError(system, "message_refused")
    if "AccessDenied" in plain or status in {401, 403}:
        return OperatorError(system, "access_refused")
    return OperatorError(system, "service_refused")


def spelled(event: OutboxEvent) -> str:
    """Return the event as JSON."""
    return json.dumps(event.body, separators=(",", ":"))


def _ordered(event: OutboxEvent, where: str) -> dict[str, str]:
    if not where.endswith(".fifo"):
        return {}
    return {"MessageGroupId": event.case_id or _NO_CASE, "MessageDeduplicationId": str(event.body["id"])}
