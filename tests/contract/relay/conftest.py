"""A book of each kind with events of three cases, and a real server that takes them."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dsar.ports import OutboxEvent
from dsar.ports.relay import RelayBook
from register.register import SqlRegister
from register.schema import prepare
from tests.contract.register.registers import fact, opened, throw_away_postgres
from tests.pretend_relays import PretendBook
from tests.receiver import Receiver, receiving

START = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass
class Clock:
    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def on(self, span: timedelta) -> None:
        self.at += span


@dataclass
class Told:
    """A book, and what stands in its outbox."""

    book: RelayBook
    events: Sequence[OutboxEvent]
    clock: Clock = field(default_factory=Clock)

    @property
    def ids(self) -> list[str]:
        return [str(event.body["id"]) for event in self.events]

    @property
    def cases(self) -> list[str]:
        return sorted({event.case_id for event in self.events})


def filled(register: SqlRegister) -> Sequence[OutboxEvent]:
    """Four events of each of three cases, interleaved."""
    cases = [opened(register) for _ in range(3)]
    for number in range(3):
        for case in cases:
            register.record(case, fact(f"k:{number}"))
    return register.events(limit=1000)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Told]:
    if request.param == "postgresql":
        with throw_away_postgres() as url:
            prepare(url)
            with closing(SqlRegister(url)) as register:
                yield Told(register, filled(register))
        return
    url = f"sqlite:///{tmp_path / 'register.db'}"
    prepare(url)
    with closing(SqlRegister(url)) as register:
        events = filled(register)
        book = register if request.param == "sqlite" else PretendBook(list(events))
        yield Told(book, events)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running
