"""Opening a case: repeating it does no harm, and no message reaches into another person's case."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from calendars import HolidayCalendars
from desk.desk import Desk
from desk.intake import OpenedCase, open_case, start_waiting
from desk.together import open_together
from dsar.dossier import address_of, agent_of, open_identity
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact
from dsar.intake import NewRequest
from dsar.person import Identity
from dsar.ports import Change
from dsar.vocabulary import IdentifierKind, Role, Status
from tests.people import ADA_EMAIL, HOSTILE
from tests.pretend_register import MemoryRegister
from tests.pretend_relays import PretendArrivals, PretendBook
from tests.pretend_tools import PretendCompany
from tests.pretend_vault import MemoryVault

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BEN_EMAIL = "ben.adeyemi@subject.example"


@dataclass
class PretendTemporal:
    """Starts each workflow once. `trouble` is raised, in order, by the next calls."""

    started: list[str] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)

    async def start_workflow(self, _run: object, *, args: list[Any], id: str, **options: Any) -> None:  # noqa: A002  # the SDK's word
        if self.trouble:
            raise self.trouble.pop(0)
        self.said.append({"request": args[0], **options})
        if id in self.started:
            raise WorkflowAlreadyStartedError(id, "dsar-case")
        self.started.append(id)


@dataclass
class Counter:
    """The desk on pretend tools."""

    temporal: PretendTemporal = field(default_factory=PretendTemporal)
    register: MemoryRegister = field(default_factory=MemoryRegister)
    vault: MemoryVault = field(default_factory=MemoryVault)
    arrivals: PretendArrivals = field(default_factory=PretendArrivals)
    later: timedelta = timedelta(0)

    @property
    def desk(self) -> Desk:
        return Desk(
            client=cast("Client", self.temporal),
            register=self.register,
            vault=self.vault,
            company=PretendCompany(),
            calendars=HolidayCalendars(),
            task_queue="dsar",
            relays=PretendBook(),
            arrivals=self.arrivals,
            now=lambda: NOW + self.later,
        )

    async def open(self, **typed: str) -> OpenedCase:
        new = {"right": "access", "regime": "UK-ENG", "email": ADA_EMAIL, **typed}
        return await open_case(self.desk, NewRequest(**new))

    async def open_another(self, **typed: str) -> OpenedCase:
        new = {"right": "access", "regime": "UK-ENG", "email": ADA_EMAIL, **typed}
        return await open_case(self.desk, NewRequest(**new), again=True)

    async def refusal(self, **typed: str) -> str:
        with pytest.raises(InputError) as error:
            await self.open(**typed)
        assert ADA_EMAIL not in str(error.value)
        return error.value.reason


def case_of(opened: OpenedCase) -> str:
    return opened.record.request.case_id


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["m1", "m2"]), min_size=1, max_size=5), st.sampled_from(HOSTILE))
async def test_the_same_message_opens_one_case_however_often_it_comes(keys: list[str], who: Identity) -> None:
    counter = Counter()
    email = who.of(IdentifierKind.EMAIL)[0].replace(" ", "").replace(";", "").replace("\\", "").strip('"')
    email = "".join(c for c in email if c not in '"():,')
    opened = [await counter.open_another(email=email, intake_key=key) for key in keys]

    assert {*map(case_of, opened)} == {record.request.case_id for record in counter.register.cases()}
    assert len(set(keys)) == len(counter.register.cases()) == len(counter.temporal.started)
    assert [key not in keys[:i] for i, key in enumerate(keys)] == [one.created for one in opened]
    assert all(one.started for one in opened)


async def test_the_same_person_right_and_day_are_one_case_and_another_day_asks_first() -> None:
    counter = Counter()
    first, repeated = await counter.open(), await counter.open(email=ADA_EMAIL.upper())
    counter.later = timedelta(days=1)
    asked = await counter.refusal()
    another = await counter.open_another()

    assert case_of(first) == case_of(repeated) != case_of(another)
    assert (True, False) == (first.created, repeated.created)
    assert "already_open" == asked
    assert first.record.request.subject_id == another.record.request.subject_id


async def test_after_a_case_is_closed_the_person_may_ask_again() -> None:
    counter = Counter()
    first = await counter.open(intake_key="m1")
    closing = Fact(key="closed", kind=EvidenceKind.CLOSED, at=NOW)
    counter.register.record(case_of(first), closing, Change(status=Status.CLOSED, closed_at=NOW))

    assert case_of(first) == case_of(await counter.open(intake_key="m1"))
    assert case_of(first) != case_of(await counter.open(intake_key="m2"))


async def test_a_stranger_who_repeats_a_messages_key_does_not_reach_into_its_case() -> None:
    """The sender of a mail writes its Message-ID. Repeating Ada's must not bring Ada's answer to Ben."""
    counter = Counter()
    ada = await counter.open(intake_key="<1@mail.example>")
    ben = await counter.open(intake_key="<1@mail.example>", email=BEN_EMAIL, phone="+442079460101")

    assert case_of(ada) != case_of(ben)
    assert ADA_EMAIL == address_of(counter.vault, case_of(ada))
    assert frozenset({IdentifierKind.EMAIL}) == open_identity(counter.vault, case_of(ada)).kinds()


async def test_while_temporal_is_away_a_case_is_written_and_started_later() -> None:
    counter = Counter()
    counter.temporal.trouble = [
        RPCError("down", RPCStatusCode.UNAVAILABLE, b""),
        RuntimeError("no connection"),
    ]
    opened = await counter.open()
    still = await counter.open()

    assert (True, False) == (opened.created, opened.started)
    assert (False, False) == (still.created, still.started)
    assert [opened.record.request] == list(counter.register.unstarted())
    assert 1 == await start_waiting(counter.desk)
    assert () == counter.register.unstarted()
    assert 0 == await start_waiting(counter.desk)
    assert [case_of(opened)] == counter.temporal.started


async def test_a_case_that_runs_already_counts_as_started() -> None:
    counter = Counter()
    counter.temporal.trouble = [RPCError("lost reply", RPCStatusCode.DEADLINE_EXCEEDED, b"")]
    opened = await counter.open()
    counter.temporal.started.append(case_of(opened))

    assert (await counter.open()).started
    assert counter.register.case(case_of(opened)).started


async def test_what_temporal_is_told_names_nobody() -> None:
    counter = Counter()
    await counter.open(name="Ada Osei-Quartermaine", phone="+442079460101")

    told = repr(counter.temporal.said)
    assert not [word for word in (ADA_EMAIL, "Quartermaine", "+442079460101") if word in told]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"right": "flight"}, "right_unknown"),
        ({"regime": "XX"}, "regime_unknown"),
        ({"email": "ada"}, "email_malformed"),
        ({"locale": "../de"}, "locale_malformed"),
        ({"received": "2026-11-24"}, "received_in_future"),
    ],
)
async def test_what_cannot_be_taken_leaves_no_trace(typed: dict[str, str], reason: str) -> None:
    counter = Counter()

    assert reason == await counter.refusal(**typed)
    assert {} == counter.vault.objects
    assert () == counter.register.cases()
    assert [] == counter.temporal.started


def test_a_case_is_asked_for_by_its_id_and_a_role_by_a_handle() -> None:
    desk = Counter().desk
    for case, reason in (
        ("case_1", "case_malformed"),
        (ADA_EMAIL, "case_malformed"),
        (f"case_{'0' * 20}", "case_unknown"),
    ):
        with pytest.raises(InputError) as error:
            desk.case(case)
        assert reason == error.value.reason
        assert ADA_EMAIL not in str(error.value)
    assert (Role.DPO, Role.SUPPORT) == (desk.role("dpo", Role.DPO), desk.role("anna", Role.DPO))


@pytest.mark.parametrize("requester", ["agent", "parent"])
async def test_who_speaks_for_another_is_sealed_apart_from_the_person(requester: str) -> None:
    counter = Counter()
    opened = await counter.open(requester=requester, agent_email=BEN_EMAIL)
    case = opened.record.request.case_id

    assert ADA_EMAIL == address_of(counter.vault, case)
    assert BEN_EMAIL == agent_of(counter.vault, case)
    assert BEN_EMAIL not in {i.value for i in open_identity(counter.vault, case, claimed=True).identifiers}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"requester": "agent"}, "agent_missing"),
        ({"requester": "parent", "agent_email": "two@a.example, b@a.example"}, "email_malformed"),
        ({"requester": "agent", "agent_email": ADA_EMAIL.upper()}, "agent_is_subject"),
        ({"agent_email": BEN_EMAIL}, "agent_not_asked"),
    ],
)
async def test_one_mailbox_never_speaks_for_both(typed: dict[str, str], reason: str) -> None:
    """The subject is asked at their own address whether they agree (LAW CAL-60)."""
    assert reason == await Counter().refusal(**typed)


async def test_of_several_rights_none_is_opened_when_one_cannot_be() -> None:
    counter = Counter()
    await counter.open(right="erasure")
    for right, reason in {"rectification": "corrections_missing", "erasure": "already_open"}.items():
        several = NewRequest(right=f"access;{right}", regime="UK-ENG", email=ADA_EMAIL, intake_key="mail-2")
        with pytest.raises(InputError) as refused:
            await open_together(counter.desk, several)
        assert reason == refused.value.reason

    assert ["erasure"] == [record.request.right for record in counter.register.cases()]
