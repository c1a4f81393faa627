"""Events into SQS, SNS and EventBridge, against pretends that speak their protocols. Not run against AWS."""

import json
from collections.abc import Iterator

import pytest

from dsar.errors import DsarError, OperatorError, TemporaryError
from dsar.ports import OutboxEvent
from dsar.ports.relay import Courier
from relay import aws
from tests.pretend_aws import PretendAws, pretend_aws

CASE = "case_" + "a" * 20
BODY = {"id": f"{CASE}/1", "source": "dsar", "type": "dsar.case.opened", "subject": CASE}
EVENT = OutboxEvent(position=1, case_id=CASE, body=BODY)
CHECKPOINT = OutboxEvent(position=2, case_id="", body={**BODY, "id": "checkpoint/1"})
REGION = "eu-west-2"


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendAws]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with pretend_aws() as running:
        yield running


def couriers(services: PretendAws) -> dict[str, Courier]:
    url = f"{services.endpoint}/123456789012/dsar.fifo"
    return {
        "sqs": aws.sqs("queue", url, REGION, services.endpoint),
        "sns": aws.sns("topic", f"arn:aws:sns:{REGION}:123456789012:dsar.fifo", REGION, services.endpoint),
        "eventbridge": aws.eventbridge("bus", "dsar", REGION, services.endpoint),
    }


def test_a_fifo_queue_and_topic_keep_each_case_in_order_and_drop_repeats(services: PretendAws) -> None:
    for name, got in (("sqs", services.queue), ("sns", services.topic)):
        courier = couriers(services)[name]
        sent = [courier.send(event) for event in (EVENT, EVENT, CHECKPOINT)]

        assert ["", "", ""] == sent
        assert [(CASE, f"{CASE}/1"), ("dsar", "checkpoint/1")] == [(one.group, one.dedup) for one in got]
        assert BODY == json.loads(got[0].body)


def test_a_standard_queue_gets_the_event_and_no_group(services: PretendAws) -> None:
    courier = aws.sqs("queue", f"{services.endpoint}/1/dsar", REGION, services.endpoint)

    assert "" == courier.send(EVENT)
    assert [("", "")] == [(one.group, one.dedup) for one in services.queue]


def test_a_bus_gets_the_whole_event_as_its_detail(services: PretendAws) -> None:
    assert "" == couriers(services)["eventbridge"].send(EVENT)
    (entry,) = services.bus
    assert ("dsar", "dsar.case.opened", "dsar") == (
        entry["Source"],
        entry["DetailType"],
        entry["EventBusName"],
    )
    assert BODY == json.loads(entry["Detail"])


@pytest.mark.parametrize("name", ["sqs", "sns", "eventbridge"])
@pytest.mark.parametrize(
    ("trouble", "kind", "reason"),
    [
        ((400, "ThrottlingException"), TemporaryError, "service_busy"),
        ((503, "ServiceUnavailable"), TemporaryError, "service_busy"),
        ((403, "AccessDeniedException"), OperatorError, "access_refused"),
        ((400, "QueueDoesNotExist"), OperatorError, "service_refused"),
    ],
)
def test_trouble_of_the_destination_is_named_by_its_remedy(
    services: PretendAws, name: str, trouble: tuple[int, str], kind: type[DsarError], reason: str
) -> None:
    services.trouble = trouble
    with pytest.raises(kind, match=reason):
        couriers(services)[name].send(EVENT)


def test_a_message_that_is_refused_for_itself_is_parked_alone(services: PretendAws) -> None:
    services.trouble = (400, "InvalidMessageContents")

    assert "message_refused" == couriers(services)["sqs"].send(EVENT)


@pytest.mark.parametrize(
    ("code", "kind"), [("ThrottlingException", TemporaryError), ("NotAuthorized", OperatorError)]
)
def test_an_entry_that_failed_in_a_good_answer_is_noticed(
    services: PretendAws, code: str, kind: type[DsarError]
) -> None:
    services.entry_trouble = code
    with pytest.raises(kind):
        couriers(services)["eventbridge"].send(EVENT)


def test_without_credentials_or_a_server_it_says_so(
    services: PretendAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = aws.sqs("queue", "http://127.0.0.1:9/1/dsar", REGION, "http://127.0.0.1:9")
    with pytest.raises(TemporaryError, match="unreachable"):
        nowhere.send(EVENT)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(OperatorError, match="credentials_missing"):
        couriers(services)["sqs"].send(EVENT)
