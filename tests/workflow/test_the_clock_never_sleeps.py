"""The timekeeper: milestones, escalation, quiet hours, breaches, and an event that moves the date."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from temporalio import workflow
from temporalio.client import WorkflowHandle
from temporalio.worker import Worker

from desk import cases
from dsar.case import Decision, RightsRequest
from dsar.clock_events import Event, EventKind
from dsar.decision_kinds import RELEASE
from dsar.errors import OperatorError
from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import Channel, Outcome, Right, Role, Status
from tests.clocks import clock
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House
from tests.workflow.rooms import activities_of
from workflows.state import at_first
from workflows.timekeeper import Timekeeper

THURSDAY = 3  # date.weekday()
EVENING = time(22)  # after the notices of the day, whenever the test is run
LONDON = ZoneInfo("Europe/London")
OWNER, LEAD, DPO = (f"{who}@larkfield.example" for who in ("support", "team_lead", "dpo"))
RELEASED = Decision(kind=RELEASE, by="dpo", role=Role.DPO)


def entries(house: House, case: str, kind: EvidenceKind) -> list[Entry]:
    return [entry for entry in house.register.evidence(case) if entry.kind is kind]


def told(house: House, case: str) -> dict[str, set[str]]:
    """Who was told of which milestone, in the order of the evidence."""
    found: dict[str, set[str]] = {}
    notices = iter(house.post.notices)
    for entry in entries(house, case, EvidenceKind.NOTICE_SENT):
        sent = {next(notices)[0] for _ in range(int(entry.facts["sent"] or 0))}
        found[entry.key.split(":")[1]] = sent
    return found


def received_for_a_thursday() -> date:
    """A day of receipt not long ago whose due date is a Thursday: no weekend puts two notices into one."""
    today = datetime.now(UTC).date()
    days = (today - timedelta(days=ago) for ago in range(1, 14))
    return next(day for day in days if (due := clock("UK-ENG", day).due_on) and due.weekday() == THURSDAY)


async def waiting_for_release(house: House) -> tuple[str, date]:
    """A case that has everything but the DPO's word, and its due date."""
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]}))
    case = await house.open(received=received_for_a_thursday().isoformat())
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    due = house.register.case(case).due_on
    assert due is not None
    return case, due


async def until_day(house: House, case: str, day: date, since: date | None = None) -> None:
    """Let the days go by, one at a time, to the evening of `day`: from that of `since`, or from now."""
    if since is None:
        now = datetime.now(LONDON)
        since, evening = now.date(), datetime.combine(now, EVENING, LONDON)
        await house.skip(case, seconds=max(0.0, (evening - now).total_seconds()))
    await house.days(case, (day - since).days)


async def test_staff_hear_of_each_milestone_once_and_ever_higher_up(house: House) -> None:
    """Owner, then team lead, then DPO; a letter to the person is not among them."""
    async with house.worker():
        case, due = await waiting_for_release(house)
        await until_day(house, case, due + timedelta(days=9))
        await cases.decide(house.desk, case, RELEASED)
        closing = await house.life(case).result()

    milestones = told(house, case)
    notices = entries(house, case, EvidenceKind.NOTICE_SENT)
    assert ["t_14", "t_7", "t_3", "t_1", "due", "overdue"] == list(milestones)
    assert {OWNER} == milestones["t_14"] == milestones["t_7"]
    assert {OWNER, LEAD} == milestones["t_3"] == milestones["t_1"]
    assert {OWNER, LEAD, DPO} == milestones["due"] == milestones["overdue"]
    assert len(notices) == len({entry.key for entry in notices})
    assert Outcome.FULFILLED is closing.outcome  # late, and answered all the same


async def test_no_notice_is_sent_in_quiet_hours(house: House) -> None:
    async with house.worker():
        case, due = await waiting_for_release(house)
        await until_day(house, case, due + timedelta(days=9))
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    sent = [entry.at.astimezone(LONDON) for entry in entries(house, case, EvidenceKind.NOTICE_SENT)]
    assert sent
    assert {8} == {at.hour for at in sent}
    assert not [at for at in sent if at.weekday() > 4 and at.date() != due]


async def test_a_breach_is_written_down_once_when_the_day_is_over(house: House) -> None:
    async with house.worker():
        case, due = await waiting_for_release(house)
        await until_day(house, case, due)
        before = entries(house, case, EvidenceKind.BREACHED)
        await until_day(house, case, due + timedelta(days=5), due)
        await cases.decide(house.desk, case, RELEASED)
        await house.life(case).result()

    breaches = entries(house, case, EvidenceKind.BREACHED)
    midnight = datetime.combine(due + timedelta(days=1), datetime.min.time(), LONDON)
    assert [] == before
    assert [due.isoformat()] == [entry.facts["due_on"] for entry in breaches]
    assert midnight <= breaches[0].at < midnight + timedelta(minutes=1)


async def test_a_notice_that_a_mailbox_refuses_goes_to_the_others(house: House) -> None:
    async with house.worker():
        case, due = await waiting_for_release(house)
        await until_day(house, case, due - timedelta(days=7))
        house.post.staff_trouble.append(OperatorError("post", "recipient_refused"))
        await until_day(house, case, due, due - timedelta(days=7))
        await cases.decide(house.desk, case, RELEASED)
        await house.life(case).result()

    facts = {e.key.split(":")[1]: e.facts for e in entries(house, case, EvidenceKind.NOTICE_SENT)}
    assert (1, 1) == (facts["t_3"]["sent"], facts["t_3"]["refused"])
    assert (3, 0) == (facts["due"]["sent"], facts["due"]["refused"])


async def test_a_mail_server_that_is_down_for_days_holds_up_neither_the_clock_nor_the_case(
    house: House,
) -> None:
    """A notice that cannot leave within a day is given up; the next milestone raises its own."""
    async with house.worker():
        case, due = await waiting_for_release(house)
        down = due - timedelta(days=2)
        await until_day(house, case, down)
        house.post.staff_trouble += [OperatorError("post", "login_refused")] * 100_000
        await house.days(case, 2)
        house.post.staff_trouble.clear()
        await until_day(house, case, due + timedelta(days=3), down)
        await cases.decide(house.desk, case, RELEASED)
        closing = await house.life(case).result()

    milestones = told(house, case)
    assert ("t_1" in milestones, "overdue" in milestones) == (False, True)
    assert [f"breached:{due}"] == [entry.key for entry in entries(house, case, EvidenceKind.BREACHED)]
    assert Outcome.FULFILLED is closing.outcome


@workflow.defn(name="test-clock", sandboxed=False)
class ClockAlone:
    """A timekeeper without a story, so that events can be put to it that no decision makes yet."""

    @workflow.init
    def __init__(self, request: RightsRequest) -> None:
        case = at_first(request)
        case.status = Status.DECIDING
        self.keeper = Timekeeper(request, case, lambda _: None)
        self.over = False

    @workflow.run
    async def run(self, request: RightsRequest) -> None:
        watch = asyncio.create_task(self.keeper.keep())
        await workflow.wait_condition(lambda: self.over)
        watch.cancel()

    @workflow.update
    def note(self, event: Event) -> None:
        self.keeper.note(event)

    @workflow.update
    def end(self) -> None:
        self.over = True


@asynccontextmanager
async def clock_alone(house: House, right: Right, regime: str) -> AsyncIterator[WorkflowHandle[Any, Any]]:
    now = datetime.now(UTC)
    request = RightsRequest(
        case_id=f"case_{uuid.uuid4().hex[:20]}",
        subject_id="sub_1",
        right=right,
        regime=regime,
        received_at=now,
        received_on=now.date(),
        channel=Channel.FORM,
    )
    house.vault.open_case(request.case_id)
    house.register.open_case(request, fingerprint="0" * 64, intake_key="clock", at=now)
    client, queue = house.environment.client, f"{house.queue}-clock"
    with ThreadPoolExecutor(4) as threads:
        async with Worker(
            client,
            task_queue=queue,
            workflows=[ClockAlone],
            activities=activities_of(house),
            activity_executor=threads,
        ):
            name = f"{request.case_id}/clock"
            yield await client.start_workflow("test-clock", request, id=name, task_queue=queue)


async def due_is(house: House, case: str, due: date | None) -> None:
    async def found() -> bool:
        return bool(entries(house, case, EvidenceKind.DUE_SET)) and house.register.case(case).due_on == due

    await house.eventually(found, f"the due date never became {due}")


async def test_a_pause_takes_the_date_away_and_its_end_arms_the_timer_for_a_later_one(house: House) -> None:
    """A request to clarify stops the clock in the United Kingdom (LAW CLK-20); an extension moves it too."""
    async with clock_alone(house, Right.ACCESS, "UK-ENG") as life:
        case = life.id.partition("/")[0]
        await house.eventually(lambda: _has_due(house, case), "no first date")
        first = house.register.case(case).due_on
        assert first is not None
        await life.execute_update("note", Event(kind=EventKind.CLARIFICATION_REQUESTED, at=datetime.now(UTC)))
        await due_is(house, case, None)
        await house.environment.fast_forward(life, timedelta(days=60))
        quiet = list(house.post.notices)
        answered = datetime.now(UTC) + timedelta(days=60)
        await life.execute_update("note", Event(kind=EventKind.CLARIFICATION_RECEIVED, at=answered))
        await house.eventually(lambda: _has_due(house, case), "no date after the pause")
        later = house.register.case(case).due_on
        assert later is not None
        for _ in range((later - answered.date()).days + 3):
            await house.environment.fast_forward(life, timedelta(days=1))
        await life.execute_update("end")
        await life.result()

    assert [] == quiet
    received_on = house.register.case(case).request.received_on
    assert later >= received_on + timedelta(days=28 + 58)  # `first` may have been rolled over holidays
    assert [f"breached:{later}"] == [e.key for e in entries(house, case, EvidenceKind.BREACHED)]
    assert {str(later)} == {e.key.rpartition(":")[2] for e in entries(house, case, EvidenceKind.NOTICE_SENT)}


async def _has_due(house: House, case: str) -> bool:
    return house.register.case(case).due_on is not None
