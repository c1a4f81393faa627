"""The pretend register is honest: whatever is done, memory, SQLite and PostgreSQL answer alike."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text

from dsar.case import SystemAnswer
from dsar.deeds import Purpose
from dsar.errors import DsarError
from dsar.holdings import Holding
from dsar.identity import Challenge
from dsar.ports import Change, Register
from dsar.suppression import Suppressed
from dsar.vocabulary import Category, Found, IdentifierKind, Outcome, Right, Status
from register.register import SqlRegister
from register.schema import prepare
from register.tables_of_batches import METADATA
from tests.contract.register.registers import NOW, behind_its_back, fact, request, throw_away_postgres
from tests.pretend_register import MemoryRegister

IDS = [f"case_{number:020x}" for number in range(3)]
DIGESTS = [letter * 64 for letter in "abc"]
ids, digests = st.sampled_from(IDS), st.sampled_from(DIGESTS)
keys = st.sampled_from(["k:1", "k:2", "k:3", "k:4", "not a key", "opened"])
PURPOSES = ["identity", "delivery"]
purposes = st.sampled_from(PURPOSES)
moments = st.integers(0, 5).map(lambda hours: NOW + timedelta(hours=hours))
changes = st.builds(
    Change,
    status=st.none() | st.sampled_from(Status),
    due_on=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    outcome=st.none() | st.sampled_from(Outcome),
    closed_at=st.none() | moments,
    started=st.none() | st.booleans(),
)
systems = st.sampled_from(["crm", "shop"])
held = st.builds(
    Holding,
    system=systems,
    collection=st.sampled_from("xy"),
    category=st.just(Category.CONTACT),
    count=st.integers(-1, 9),
)

# Opened once, emptied for each example: to make a database takes longer than to fill it.
SQL: list[SqlRegister] = []


class ThreeRegisters(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        for register in SQL:
            tables = reversed(METADATA.sorted_tables)
            behind_its_back(register, *(str(table.delete()) for table in tables))
        self.registers: tuple[Register, ...] = (MemoryRegister(), *SQL)
        self.starts = [_last(register) for register in self.registers]

    def all_say(self, ask: Callable[[Register], Any]) -> None:
        said = [_answer(ask, register) for register in self.registers]
        assert all(answer == said[0] for answer in said), said

    @rule(
        case=ids,
        key=st.sampled_from(["i1", "i2", "i3", "i 4"]),
        who=digests,
        right=st.sampled_from([Right.ACCESS, Right.KNOW]),
        at=moments,
    )
    def open_case(self, case: str, key: str, who: str, right: Right, at: Any) -> None:
        asked = replace(request(case, right=right), subject_id=f"sub_{who[0]}")
        self.all_say(lambda register: register.open_case(asked, fingerprint=who, intake_key=key, at=at))

    @rule(case=ids, key=keys, number=st.integers(), change=changes)
    def record(self, case: str, key: str, number: int, change: Change) -> None:
        self.all_say(lambda register: register.record(case, fact(key, n=number), change))

    @rule(
        case=ids, key=keys, system=systems, found=st.sampled_from(Found), holdings=st.lists(held, max_size=2)
    )
    def put_answer(self, case: str, key: str, system: str, found: Found, holdings: list[Holding]) -> None:
        answer = SystemAnswer(system=system, found=found, records=len(holdings))
        self.all_say(lambda register: register.put_answer(case, answer, holdings, fact(key)))

    @rule(case=ids, purpose=purposes, digest=digests, key=keys, until=moments)
    def set_challenge(self, case: str, purpose: str, digest: str, key: str, until: Any) -> None:
        challenge = Challenge(digest=digest, expires_at=until)
        self.all_say(lambda register: register.set_challenge(case, purpose, challenge, fact(key)))

    @rule(case=ids, purpose=purposes, digest=digests, at=moments, times=st.integers(1, 6))
    def try_challenge(self, case: str, purpose: str, digest: str, at: Any, times: int) -> None:
        for _ in range(times):
            self.all_say(lambda register: register.try_challenge(case, purpose, digest, at))

    @rule(case=ids, digest=digests, key=keys, until=moments)
    def offer_delivery(self, case: str, digest: str, key: str, until: Any) -> None:
        self.all_say(lambda register: register.offer_delivery(case, digest, until, fact(key)))

    @rule(case=ids, key=keys, who=digests, purpose=st.sampled_from(Purpose), at=moments)
    def suppress(self, case: str, key: str, who: str, purpose: Purpose, at: Any) -> None:
        line = Suppressed(
            fingerprint=who, kind=IdentifierKind.EMAIL, purpose=purpose, case_id=case, since_at=at
        )
        self.all_say(lambda register: register.suppress(case, [line], fact(key)))

    @rule(case=ids, key=keys)
    def forget_subject(self, case: str, key: str) -> None:
        self.all_say(lambda register: register.forget_subject(case, fact(key)))

    @invariant()
    def they_agree(self) -> None:
        self.all_say(
            lambda register: (register.cases(), register.cases(open_only=True), register.unstarted())
        )
        self.all_say(lambda register: register.unsettled())
        for case in IDS:
            self.they_agree_on(case)
        for who in DIGESTS:
            self.they_agree_about(who)

    def they_agree_on(self, case: str) -> None:
        self.all_say(lambda register: register.case(case))
        self.all_say(lambda register: register.evidence(case))
        self.all_say(lambda register: register.verify_evidence(case))
        self.all_say(lambda register: (register.answers(case), register.holdings(case)))
        self.all_say(lambda register: [register.challenge(case, purpose) for purpose in PURPOSES])

    def they_agree_about(self, who: str) -> None:
        self.all_say(lambda register: (register.subject_of(who), register.delivery(who)))
        self.all_say(lambda register: register.suppressed(who))
        self.all_say(lambda register: register.same_subject(who, Right.ACCESS))
        self.all_say(lambda register: register.of_subject(register.subject_of(who) or ""))

    @invariant()
    def every_entry_has_its_event(self) -> None:
        told = [
            [event.body for event in register.events(after=start, limit=10_000)]
            for register, start in zip(self.registers, self.starts, strict=True)
        ]
        assert all(bodies == told[0] for bodies in told)
        assert len(told[0]) == sum(len(self.registers[0].evidence(case)) for case in IDS)


def _answer(ask: Callable[[Register], Any], register: Register) -> Any:
    try:
        return ask(register)
    except DsarError as error:
        return type(error), error.reason, str(error)


def _last(register: Register) -> int:
    """Return the last position: emptying a table does not give its positions out again."""
    if isinstance(register, MemoryRegister):
        return 0
    assert isinstance(register, SqlRegister)
    counter = (
        "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"
        if register._database.is_sqlite
        else "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM outbox_position_seq"
    )
    rows = register._database.read(text(counter))
    return rows[0][0] if rows else 0


@pytest.mark.parametrize("kinds", [("sqlite",), ("sqlite", "postgresql")], ids="+".join)
def test_memory_agrees_with(kinds: tuple[str, ...]) -> None:
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        urls = {"sqlite": f"sqlite:///{Path(folder) / 'register.db'}"}
        if "postgresql" in kinds:
            urls["postgresql"] = stack.enter_context(throw_away_postgres())
        for kind in kinds:
            prepare(urls[kind])
            SQL.append(SqlRegister(urls[kind]))
            stack.callback(SQL[-1].close)
        stack.callback(SQL.clear)
        ThreeRegisters.TestCase.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
        ThreeRegisters.TestCase("runTest").runTest()
