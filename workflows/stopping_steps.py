"""The phrase book of stopping: its activities, and how patient we are with each of them."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.stopping import Stopping
    from dsar.case import RightsRequest, SystemAnswer
    from dsar.orders import Posted
    from dsar.stopping import Stopped, StopPlan
    from dsar.vocabulary import Found
from workflows.steps import A_SEARCH, order, ours, reason_of, theirs


async def plan_stop(request: RightsRequest) -> StopPlan:
    """Put the person on the suppression list, and list every registered system."""
    return await ours(Stopping.plan_stop, order(request), "plan-stop")


async def stop_in(request: RightsRequest, system: str, number: int) -> Stopped:
    """Have one system stop. One that cannot is an open gap, never an exception."""
    try:
        return await theirs(
            Stopping.stop_processing,
            order(request, system=system, number=number),
            f"stop:{system}:{number}",
            A_SEARCH,
        )
    except ActivityError as error:
        return Stopped(answer=SystemAnswer(system=system, found=Found.UNKNOWN, reason=reason_of(error)))


async def check_stop(request: RightsRequest, system: str, number: int) -> SystemAnswer:
    """Ask a system again that needed time. One that cannot answer is an open gap."""
    try:
        return await theirs(
            Stopping.check_stop,
            order(request, system=system, number=number),
            f"check-stop:{system}:{number}",
            A_SEARCH,
        )
    except ActivityError as error:
        return SystemAnswer(system=system, found=Found.UNKNOWN, reason=reason_of(error))


async def tell_stopped(request: RightsRequest, answers: tuple[SystemAnswer, ...], number: int) -> Posted:
    """Tell the person what stopped."""
    return await ours(
        Stopping.tell_stopped, order(request, answers=answers, number=number), f"tell-stopped:{number}"
    )
