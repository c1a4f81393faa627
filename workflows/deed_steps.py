"""The phrase book of deeds: erase, restrict, lift, look again. The patiences are those of `steps.py`."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.erasing import Erasing
    from activities.planning import Planning
    from activities.restricting import Restricting
    from activities.retaining import Retaining
    from activities.telling import Telling

from dsar.case import RightsRequest, SystemAnswer
from dsar.erasure import Line, Plan
from dsar.orders import Deed, DeedOrder, Look, PlanOrder, Posted, RetainedOrder, Review
from dsar.vocabulary import Found, Verb
from workflows.steps import (
    A_BIG_EXPORT,
    A_CALL,
    A_DAY,
    A_SEARCH,
    HEARTBEAT,
    OURS,
    order,
    ours,
    reason_of,
    theirs,
)

VENDOR_DAYS = timedelta(days=60)  # the longest that a vendor's own job may run
# A job that runs is no failure: it is asked about again when the vendor said, for as long as it may take.
JOBS = RetryPolicy(
    maximum_interval=timedelta(hours=6),
    non_retryable_error_types=["OperatorError", "UnsupportedError", "ContractError"],
)
# Nobody waits for what a duty kept: it is tried again each day until somebody has mended the system.
DAILY = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=A_DAY)


def _order(request: RightsRequest, system: str, number: int, **more: Any) -> DeedOrder:  # noqa: ANN401  # fields of DeedOrder
    return DeedOrder(request=request, at=workflow.now(), system=system, number=number, **more)


def gap(system: str, error: ActivityError) -> SystemAnswer:
    """Return the open gap that a system leaves which could not do what it was asked."""
    return SystemAnswer(system=system, found=Found.UNKNOWN, reason=reason_of(error))


async def await_disclosure(request: RightsRequest, number: int) -> None:
    """Wait until no request for a copy by the same person is open."""
    await ours(Planning.await_disclosure, order(request, number=number), f"await-disclosure:{number}")


async def plan(request: RightsRequest, system: str, number: int) -> tuple[Line, ...]:
    """Have one system say what erasing would touch. Raises `ActivityError` if it cannot."""
    return await theirs(
        Planning.plan_erasure, _order(request, system, number), f"plan:{system}:{number}", A_SEARCH
    )


async def record_plan(request: RightsRequest, made: Plan) -> str:
    """Write a plan down. Returns its digest."""
    return await workflow.execute_activity_method(
        Planning.record_plan,
        PlanOrder(request=request, at=workflow.now(), plan=made),
        start_to_close_timeout=A_CALL * 10,  # one line of evidence for each of its lines
        heartbeat_timeout=HEARTBEAT,
        retry_policy=OURS,
        activity_id=f"record-plan:{made.number}",
    )


async def ask_to_confirm(request: RightsRequest, number: int) -> Posted:
    """Ask the person to confirm that everything is to go."""
    return await ours(Telling.ask_to_confirm, order(request, number=number), f"ask-to-confirm:{number}")


async def grant_grace(request: RightsRequest) -> datetime:
    """Show that the person may still take it back. Returns until when."""
    return await ours(Planning.grant_grace, order(request), "grant-grace")


async def freeze(request: RightsRequest, number: int) -> None:
    """Freeze the identifiers that a restriction is about."""
    await ours(Restricting.freeze_identity, order(request, number=number), f"freeze-identity:{number}")


async def restrict(
    request: RightsRequest, system: str, number: int, collections: tuple[str, ...], tries: int = 1
) -> Deed:
    """Restrict in one system. Raises `ActivityError` if it cannot."""
    return await mark(_order(request, system, number, collections=collections), tries)


async def mark(deed: DeedOrder, tries: int) -> Deed:
    """Restrict in one system. `tries` tells its orders apart. Raises `ActivityError` if it cannot."""
    return await theirs(
        Restricting.restrict_holdings,
        replace(deed, at=workflow.now()),
        f"restrict:{deed.system}:{deed.number}:{tries}",
        A_SEARCH,
        until=A_DAY,
    )


async def lift(deed: DeedOrder) -> Deed:
    """Lift in one system. Raises `ActivityError` if it cannot, or not in days."""
    return await theirs(
        Restricting.lift_restriction,
        replace(deed, at=workflow.now()),
        f"lift:{deed.system}:{deed.number}",
        A_SEARCH,
    )


async def look_at_mark(deed: DeedOrder, verb: Verb) -> Look:
    """Ask one system again whether it is marked, or free. Raises `ActivityError` if it cannot be asked."""
    lifted = verb is Verb.LIFT
    return await theirs(
        Restricting.verify_lifting if lifted else Restricting.verify_restriction,
        replace(deed, at=workflow.now()),
        f"verify-{verb}:{deed.system}:{deed.name}:{deed.look}",
        A_SEARCH,
    )


async def erase(deed: DeedOrder) -> Deed:
    """Erase what the plan names in one system. Raises `ActivityError` if it cannot."""
    return await theirs(
        Erasing.erase_holdings,
        replace(deed, at=workflow.now()),
        f"erase:{deed.system}:{deed.name}",
        A_BIG_EXPORT,
    )


async def poll(deed: DeedOrder) -> None:
    """Wait for a vendor's jobs. Raises `ActivityError` if they fail or never end."""
    await theirs(
        Erasing.poll_jobs,
        replace(deed, at=workflow.now()),
        f"poll:{deed.system}:{deed.name}",
        A_SEARCH,
        until=VENDOR_DAYS,
        patience=JOBS,
    )


async def verify(deed: DeedOrder, look: int) -> Look:
    """Ask one system again what is left. Raises `ActivityError` if it cannot be asked."""
    return await theirs(
        Erasing.verify_erasure,
        replace(deed, at=workflow.now(), look=look),
        f"verify:{deed.system}:{deed.name}:{look}",
        A_SEARCH,
    )


async def suppress(request: RightsRequest, number: int) -> None:
    """Put the person on the suppression list."""
    await ours(Telling.suppress_subject, order(request, number=number), "suppress-subject")


async def tell_erasure(request: RightsRequest, number: int) -> Posted:
    """Tell the person what was erased and what was not."""
    return await ours(Telling.tell_erasure, order(request, number=number), f"tell-erasure:{number}")


async def keep(kept: RetainedOrder) -> None:
    """Write down what stays, and seal who it is about apart from the case."""
    await workflow.execute_activity_method(
        Retaining.keep_holdings,
        replace(kept, at=workflow.now()),
        start_to_close_timeout=A_CALL,
        retry_policy=OURS,
        activity_id="keep-holdings",
    )


async def review(kept: RetainedOrder) -> Review:
    """Decide anew about what stayed, as the law and the holds are on this day."""
    return await ours(
        Retaining.review_retained, replace(kept, at=workflow.now()), f"review-retained:{kept.number}"
    )


async def finish(request: RightsRequest, system: str, number: int) -> None:
    """Erase what a duty kept, and look again: daily at last, for as long as it takes."""
    for name, deed in (("erase", Erasing.erase_holdings), ("prove", Retaining.prove_retained)):
        await workflow.execute_activity_method(
            deed,
            _order(request, system, number, retained=True),
            start_to_close_timeout=A_BIG_EXPORT,
            heartbeat_timeout=HEARTBEAT,
            retry_policy=DAILY,
            activity_id=f"{name}-retained:{system}:{number}",
        )
