"""The phrase book: the only file that names activities and says how patient we are (DESIGN §9)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.closing import Closing as ClosingActivities
    from activities.disclosure import Disclosure
    from activities.discovery import Discovery
    from activities.intake import Intake
    from activities.timekeeping import Timekeeping

from dsar.case import Closing, Decision, RightsRequest, SystemAnswer
from dsar.clock_milestones import Milestone
from dsar.orders import (
    Acknowledged,
    ClockOrder,
    Deadline,
    NoticeOrder,
    Order,
    Posted,
    Searchable,
    SearchPlan,
)
from dsar.systems import gap
from dsar.vocabulary import Found, LetterKind, Outcome, Status
from workflows.state import ClockState

# Three patiences, no fourth. Ours: register, vault, post: for ever; an operator mends them, and it goes on.
OURS = RetryPolicy(maximum_interval=timedelta(minutes=5), backoff_coefficient=2)
UNLESS_REFUSED = replace(  # what no waiting mends: a person decides afresh
    OURS, non_retryable_error_types=["InputError", "UnsupportedError", "ContractError"]
)
UNLESS_SPOILT = replace(OURS, non_retryable_error_types=["OperatorError"])  # of a system: by hand
# Theirs: a connected system, hourly at last, for days; then a person takes over.
THEIRS = RetryPolicy(
    initial_interval=timedelta(seconds=5),
    maximum_interval=timedelta(hours=1),
    non_retryable_error_types=["OperatorError", "UnsupportedError", "ContractError"],
)
THEIR_DAYS = timedelta(days=3)
A_CALL = timedelta(seconds=30)
THE_REGISTER = timedelta(minutes=30)  # work that looks at all of it
A_DAY = timedelta(days=1)  # a notice older than that is overtaken by the next one
A_SEARCH = timedelta(minutes=10)
A_BIG_EXPORT = timedelta(hours=12)
HEARTBEAT = timedelta(seconds=30)  # so long a killed worker's work lies still
# Third: people. They are waited for in `case.py`, each wait with its own limit.


A = TypeVar("A")
R = TypeVar("R")


def order(request: RightsRequest, **more: object) -> Order:
    """An order in the story's own time."""
    return Order(request=request, at=workflow.now(), **more)  # type: ignore[arg-type]  # checked by Order


async def ours(act: Callable[[Any, A], R], asked: A, name: str, patience: RetryPolicy = OURS) -> R:
    """Have a tool of ours do one thing, under this activity id."""
    return await workflow.execute_activity_method(
        act, asked, start_to_close_timeout=A_CALL, retry_policy=patience, activity_id=name
    )


async def theirs(
    act: Callable[[Any, A], Awaitable[R]],
    asked: A,
    name: str,
    limit: timedelta,
    *,
    until: timedelta = THEIR_DAYS,
    patience: RetryPolicy = THEIRS,
) -> R:
    """Have a connected system do one thing, under this activity id: each try within `limit`, all `until`.

    Raises:
        ActivityError: it cannot, or not in time.
    """
    return await workflow.execute_activity_method(
        act,
        asked,
        start_to_close_timeout=limit,
        schedule_to_close_timeout=until,
        heartbeat_timeout=HEARTBEAT,
        retry_policy=patience,
        activity_id=name,
    )


async def acknowledge(request: RightsRequest) -> Acknowledged:
    """Set the clock and tell the person that the request arrived."""
    return await ours(Intake.acknowledge_request, order(request), "acknowledge")


async def write(request: RightsRequest, letter: LetterKind) -> Posted:
    """Send a letter that needs nothing but the case's own facts."""
    return await ours(Intake.send_letter, order(request, letter=letter), f"letter:{letter}")


async def plan_search(request: RightsRequest) -> SearchPlan:
    """List every registered system."""
    return await ours(Discovery.plan_search, order(request), "plan-search")


async def search(request: RightsRequest, system: Searchable, number: int) -> SystemAnswer:
    """Ask one system what it holds. A system that cannot answer is an open gap, never an exception."""
    try:
        return await theirs(
            Discovery.find_holdings,
            order(request, system=system.name, number=number),
            f"find:{system.name}:{number}",
            A_SEARCH,
        )
    except ActivityError as error:
        return SystemAnswer(system=system.name, found=Found.UNKNOWN, reason=reason_of(error))


async def export(request: RightsRequest, answer: SystemAnswer, generation: int, tried: int) -> SystemAnswer:
    """Seal what one system holds into parcels. What cannot be exported becomes an open gap."""
    try:
        await theirs(
            Disclosure.export_holdings,
            order(request, system=answer.system, number=generation),
            f"export:{answer.system}:{tried}",
            A_BIG_EXPORT,
        )
    except ActivityError as error:
        open_ = gap(answer.system, reason_of(error))
        return replace(answer, found=open_.found, reason=open_.reason)  # what was found there stays known
    return answer


async def call_a_person(asked: Order) -> None:
    """Write down that the case waits for a person, so that the desk shows it."""
    await ours(ClosingActivities.call_a_person, asked, f"call-a-person:{asked.number}")


async def note_decision(asked: Order) -> bool:
    """Write a decision into the register before anything follows from it. Returns whether it stands: the
    company may want a second person to second it.

    Raises:
        ActivityError: the register or the vault will never take it; nothing may follow from it.
    """
    name = f"record-decision:{asked.number}"
    return await ours(ClosingActivities.record_decision, asked, name, UNLESS_REFUSED)


async def write_bundle(request: RightsRequest, number: int, patience: RetryPolicy = OURS) -> None:
    """Write the export bundle."""
    await workflow.execute_activity_method(
        Disclosure.write_bundle,
        order(request, number=number),
        start_to_close_timeout=A_BIG_EXPORT,
        heartbeat_timeout=HEARTBEAT,
        retry_policy=patience,
        activity_id=f"write-bundle:{number}",
    )


async def bundled(request: RightsRequest, number: int) -> SystemAnswer | None:
    """Write the export bundle. A system whose export is not whole any more becomes an open gap."""
    try:
        await write_bundle(request, number, UNLESS_SPOILT)
    except ActivityError as error:
        return SystemAnswer(system=system_of(error), found=Found.UNKNOWN, reason=reason_of(error))
    return None


async def send_answer(request: RightsRequest, number: int) -> Posted:
    """Mail the link and, separately, its code."""
    return await ours(Disclosure.send_answer, order(request, number=number), f"send-answer:{number}")


async def close(request: RightsRequest, outcome: Outcome, decision: Decision | None) -> Closing:
    """Write the end of the case, and its letter where one is due."""
    return await ours(
        ClosingActivities.close_case, order(request, outcome=outcome, decision=decision), "close-case"
    )


async def send_outcome(
    request: RightsRequest, outcome: Outcome, decision: Decision | None, number: int
) -> Posted:
    """Send the letter that the person is owed at the end."""
    asked = order(request, outcome=outcome, decision=decision, number=number)
    return await ours(ClosingActivities.send_outcome, asked, f"send-outcome:{number}")


async def reckon_deadline(request: RightsRequest, clock: ClockState, tasks_since: date | None) -> Deadline:
    """Reckon the due date from what happened, and when the clock is to be looked at again."""
    return await ours(
        Timekeeping.reckon_deadline,
        ClockOrder(
            request=request,
            at=workflow.now(),
            number=clock.reckonings,
            events=clock.events,
            after=clock.after,
            tasks_since=tasks_since,
        ),
        f"reckon-deadline:{clock.reckonings}",
    )


async def remind_staff(
    request: RightsRequest,
    milestone: Milestone,
    due_on: date | None,
    status: Status,
    tasks_since: date | None,
) -> None:
    """Send the notice of a milestone to whoever must hear of it."""
    await workflow.execute_activity_method(
        Timekeeping.remind_staff,
        NoticeOrder(
            request=request,
            at=workflow.now(),
            status=status,
            milestone=milestone,
            due_on=due_on,
            tasks_since=tasks_since,
        ),
        start_to_close_timeout=A_CALL,
        schedule_to_close_timeout=A_DAY,
        retry_policy=OURS,
        activity_id=f"remind-staff:{milestone.kind}:{milestone.on}",
    )


def reason_of(error: ActivityError) -> str:
    """Return the code of what went wrong, never its words."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.details:
        return str(cause.details[0])
    return "no_answer_in_days"


def system_of(error: ActivityError) -> str:
    """Return whose trouble it was."""
    cause = error.cause
    return str(cause.details[1]) if isinstance(cause, ApplicationError) and len(cause.details) > 1 else ""
