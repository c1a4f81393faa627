"""What is wrong with a part is shown with a move that can be copied, however narrow the terminal is."""

import asyncio
from typing import cast

import pytest
from rich.console import Console
from temporalio.exceptions import ApplicationError

from commands import _pages, _parts
from desk.cases import CaseFile
from desk.desk import Desk
from desk.systems import Health, health
from desk.trying import Trying, cause_of
from dsar.errors import OperatorError
from dsar.ports import CaseRecord, Post
from dsar.ports.vault import Doubt
from dsar.vocabulary import Status
from tests.chains import AT
from tests.requests import requested

SHUT = "aws s3api delete-bucket-policy --bucket a-rather-long-name-for-a-bucket --region eu-central-1"
PUBLIC = Doubt(code="bucket_public", grave=True, mend=SHUT)


def shown(monkeypatch: pytest.MonkeyPatch, *found: Health, columns: int = 80) -> str:
    told = Console(width=columns, highlight=False)
    monkeypatch.setattr(_parts, "console", told)
    with told.capture() as capture:
        _parts.print_parts(found)
    return capture.get()


@pytest.mark.parametrize("columns", [20, 80, 200])
def test_the_command_that_mends_is_one_line_to_copy(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    bucket = Health(name="bucket", ok=False, reason=PUBLIC.code, mend=SHUT)
    lines = shown(monkeypatch, Health(name="register", ok=True), bucket, columns=columns).splitlines()

    assert ["bucket: bucket_public", f"  {SHUT}"] == lines[-2:]


def test_a_column_that_says_nothing_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shown(monkeypatch, Health(name="temporal", ok=True))

    assert "temporal" in told
    assert "canaries" not in told


def test_a_step_that_is_tried_again_says_what_to_do_meanwhile_and_that_it_needs_no_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Console(width=60, highlight=False)
    monkeypatch.setattr(_pages, "console", told)
    full = Trying(step="export:crm:1", system="vault", reason="store_full", tries=3, again_at=AT)
    record = CaseRecord(request=requested(), status=Status.ANSWERING, opened_at=AT)
    with told.capture() as capture:
        _pages.print_file(CaseFile(record=record, answers=(), holdings=(), evidence=(), trying=(full,)))
    line = capture.get().splitlines()[-1]

    assert line.startswith("export:crm:1 failed 3 times, vault: store full; tried next at ")
    assert line.endswith("make room in the S3 store, or raise its quota; nothing is lost")


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ApplicationError("vault: store_full", "store_full", "vault"), ("vault", "store_full")),
        (ApplicationError("bug: KeyError at x.py:1", "bug", type="Bug"), ("worker", "bug")),
        (ApplicationError("Failed decoding arguments"), ("worker", "work_unreadable")),
        (TimeoutError(), ("worker", "no_answer")),
    ],
)
def test_a_step_that_is_tried_again_names_what_stood_in_its_way(
    error: Exception, cause: tuple[str, str]
) -> None:
    assert cause == cause_of(error)


class Parts:
    """Register, vault, post and Temporal that answer; the vault's key is another's, its bucket is open."""

    def __init__(self, doubts: Doubt | OperatorError) -> None:
        self.register = self.vault = self.client = self.service_client = self
        self._doubts = doubts

    def check(self) -> None:
        raise OperatorError("vault", "master_key_refused")

    async def check_health(self) -> None: ...

    def canaries(self) -> tuple[()]:
        return ()

    def doubts(self) -> tuple[Doubt, ...]:
        if isinstance(self._doubts, OperatorError):
            raise self._doubts
        return (self._doubts,)


def looked_at(doubts: Doubt | OperatorError) -> list[tuple[str, str]]:
    parts = Parts(doubts)
    found = asyncio.run(health(cast("Desk", parts), {}, cast("Post", parts)))
    return [(part.name, part.reason) for part in found]


def test_an_open_bucket_is_reported_also_when_the_master_key_is_wrong() -> None:
    assert ("bucket", "bucket_public") in looked_at(PUBLIC)


def test_of_a_bucket_that_is_away_nothing_more_is_said() -> None:
    assert "bucket" not in dict(looked_at(OperatorError("vault", "access_refused")))
