"""Requests from a queue of Amazon SQS. Who may write there is decided by the queue's own policy.

What cannot be taken stays on the queue: give it a redrive policy, so that such messages end in another one.
"""

from collections.abc import Sequence

from dsar.ports.arrivals import Message
from relay.aws import aws_client, aws_errors

_AT_ONCE = 10  # the most that SQS gives
_WAIT = 10  # seconds of a long poll
_HIDDEN = 120  # seconds until a message that was not taken off comes again


class SqsInbox:
    """One queue. Keeps the promises of `dsar.ports.arrivals.Inbox`."""

    name = "intake_queue"

    def __init__(self, url: str, region: str) -> None:
        self._url = url
        self._sqs = aws_client("sqs", region, None)

    def take(self) -> Sequence[Message]:
        with aws_errors(self.name):
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=_AT_ONCE,
                WaitTimeSeconds=_WAIT,
                VisibilityTimeout=_HIDDEN,
            )
        return [
            Message(receipt=one["ReceiptHandle"], body=one["Body"].encode("utf-8", "surrogatepass"))
            for one in answer.get("Messages", ())
        ]

    def done(self, message: Message) -> None:
        with aws_errors(self.name):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)
