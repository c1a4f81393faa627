"""The phrase book: the only file that names activities and says how patient we are (DESIGN §9)."""

from collections.abc import Callable
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
from dsar.vocabulary import Found, LetterKind, Outcome, Status
from workflows.state import ClockState

# Three patiences, no fourth. Ours: register, vault, post: for ever; an operator mends them, and it goes on.
OURS = RetryPolicy(maximum_interval=timedelta(minutes=5), backoff_coefficient=2)
# Theirs: a connected system, hourly at last, for days; then a person takes over.
THEIRS = RetryPolicy(
    initial_interval=timedelta(seconds=5),
    maximum_interval=timedelta(hours=1),
    non_retryable_error_types=["OperatorError", "UnsupportedError", "ContractError"],
)
HOURLY = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(hours=1))  # a notice
THEIR_DAYS = timedelta(days=3)
A_CALL = timedelta(seconds=30)
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


async def _ours(act: Callable[[Any, A], R], asked: A, name: str) -> R:
    return await workflow.execute_activity_method(
        act, asked, start_to_close_timeout=A_CALL, retry_policy=OURS, activity_id=name
    )


async def acknowledge(request: RightsRequest) -> Acknowledged:
    """Set the clock and tell the person that the request arrived."""
    return await _ours(Intake.acknowledge_request, order(request), "acknowledge")


async def ask_for_proof(request: RightsRequest, number: int) -> Posted:
    """Send a one-time code to the contact point."""
    return await _ours(Intake.ask_for_proof, order(request, number=number), f"ask-for-proof:{number}")


async def write(request: RightsRequest, letter: LetterKind) -> Posted:
    """Send a letter that needs nothing but the case's own facts."""
    return await _ours(Intake.send_letter, order(request, letter=letter), f"letter:{letter}")


async def plan_search(request: RightsRequest) -> SearchPlan:
    """List every registered system."""
    return await _ours(Discovery.plan_search, order(request), "plan-search")


async def search(request: RightsRequest, system: Searchable, number: int) -> SystemAnswer:
    """Ask one system what it holds. A system that cannot answer is an open gap, never an exception."""
    try:
        return await workflow.execute_activity_method(
            Discovery.find_holdings,
            order(request, system=system.name, number=number),
            start_to_close_timeout=A_SEARCH,
            schedule_to_close_timeout=THEIR_DAYS,
            heartbeat_timeout=HEARTBEAT,
            retry_policy=THEIRS,
            activity_id=f"find:{system.name}:{number}",
        )
    except ActivityError as error:
        return SystemAnswer(system=system.name, found=Found.UNKNOWN, reason=reason_of(error))


async def export(request: RightsRequest, answer: SystemAnswer, generation: int, tried: int) -> SystemAnswer:
    """Seal what one system holds into parcels. What cannot be exported becomes an open gap."""
    try:
        await workflow.execute_activity_method(
            Disclosure.export_holdings,
            order(request, system=answer.system, number=generation),
            start_to_close_timeout=A_BIG_EXPORT,
            schedule_to_close_timeout=THEIR_DAYS,
            heartbeat_timeout=HEARTBEAT,
            retry_policy=THEIRS,
            activity_id=f"export:{answer.system}:{tried}",
        )
    except ActivityError as error:
        return SystemAnswer(system=answer.system, found=Found.UNKNOWN, reason=reason_of(error))
    return answer


async def call_a_person(asked: Order) -> None:
    """Write down that the case waits for a person, so that the desk shows it."""
    await _ours(ClosingActivities.call_a_person, asked, f"call-a-person:{asked.number}")


async def note_decision(asked: Order) -> None:
    """Write a decision into the register before anything follows from it."""
    await _ours(ClosingActivities.record_decision, asked, f"record-decision:{asked.number}")


async def write_bundle(request: RightsRequest, number: int) -> None:
    """Write the export bundle."""
    await workflow.execute_activity_method(
        Disclosure.write_bundle,
        order(request, number=number),
        start_to_close_timeout=A_BIG_EXPORT,
        heartbeat_timeout=HEARTBEAT,
        retry_policy=OURS,
        activity_id=f"write-bundle:{number}",
    )


async def send_answer(request: RightsRequest, number: int) -> Posted:
    """Mail the link and, separately, its code."""
    return await _ours(Disclosure.send_answer, order(request, number=number), f"send-answer:{number}")


async def close(request: RightsRequest, outcome: Outcome, decision: Decision | None) -> Closing:
    """Write the end of the case, and its letter where one is due."""
    return await _ours(
        ClosingActivities.close_case, order(request, outcome=outcome, decision=decision), "close-case"
    )


async def reckon_deadline(request: RightsRequest, clock: ClockState) -> Deadline:
    """Reckon the due date from what happened, and when the clock is to be looked at again."""
    return await _ours(
        Timekeeping.reckon_deadline,
        ClockOrder(
            request=request,
            at=workflow.now(),
            number=clock.reckonings,
            events=clock.events,
            after=clock.after,
        ),
        f"reckon-deadline:{clock.reckonings}",
    )


async def remind_staff(
    request: RightsRequest, milestone: Milestone, due_on: date | None, status: Status
) -> None:
    """Send the notice of a milestone to whoever must hear of it."""
    await workflow.execute_activity_method(
        Timekeeping.remind_staff,
        NoticeOrder(request=request, at=workflow.now(), status=status, milestone=milestone, due_on=due_on),
        start_to_close_timeout=A_CALL,
        schedule_to_close_timeout=A_DAY,
        retry_policy=HOURLY,
        activity_id=f"remind-staff:{milestone.kind}:{milestone.on}",
    )


def reason_of(error: ActivityError) -> str:
    """Return the code of what went wrong, never its words."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.details:
        return str(cause.details[0])
    return "no_answer_in_days"
