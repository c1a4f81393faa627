"""Requests from a queue of SQS, against a pretend that speaks its protocol. Not run against AWS."""

from collections.abc import Iterator

import pytest

from dsar.errors import OperatorError, TemporaryError
from relay.inbox import SqsInbox
from tests.pretend_aws import Message, PretendAws, pretend_aws


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendAws]:
    with pretend_aws() as running:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", running.endpoint)
        yield running


@pytest.fixture
def inbox(aws: PretendAws) -> SqsInbox:
    return SqsInbox(f"{aws.endpoint}/123456789012/requests", "eu-west-2")


def test_what_is_taken_off_is_gone_and_the_rest_stays(aws: PretendAws, inbox: SqsInbox) -> None:
    aws.queue += [Message("one"), Message("zwölf"), Message("three")]
    first, second, third = inbox.take()
    inbox.done(first)
    inbox.done(third)

    assert "zwölf".encode() == second.body
    assert ["zwölf"] == [one.body for one in aws.queue]
    assert [] == inbox.take()  # hidden until its time is over
    assert "zwölf" not in repr(second)


def test_trouble_is_named_by_its_remedy(aws: PretendAws, inbox: SqsInbox) -> None:
    for trouble, kind in (
        ((503, "ServiceUnavailable"), TemporaryError),
        ((403, "AccessDenied"), OperatorError),
    ):
        aws.trouble = trouble
        with pytest.raises(kind):
            inbox.take()
