"""The phrase book of complaints and appeals. The patiences are those of `steps.py`."""

from collections.abc import Callable
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.complaining import Complaining
    from dsar.case import Decision, RightsRequest
    from dsar.complaints import Earlier
    from dsar.orders import Order, Posted
from workflows.steps import A_CALL, OURS, R, order


async def look_up_earlier(request: RightsRequest) -> Earlier:
    """Return what is known of the earlier case."""
    return await _ours(Complaining.look_up_earlier, order(request), "look-up-earlier")


async def link_earlier(request: RightsRequest) -> Earlier:
    """Tie the case to the earlier one, which a person found to be theirs."""
    return await _ours(Complaining.link_earlier, order(request), "link-earlier")


async def tell_progress(request: RightsRequest, number: int) -> Posted:
    """Tell the person that it is still being looked into."""
    return await _ours(Complaining.tell_progress, order(request, number=number), f"tell-progress:{number}")


async def tell_outcome(request: RightsRequest, decision: Decision, number: int) -> Posted:
    """Tell the person how it was decided."""
    asked = order(request, decision=decision, number=number)
    return await _ours(Complaining.tell_outcome, asked, f"tell-outcome:{number}")


async def _ours(act: Callable[[Any, Order], R], asked: Order, name: str) -> R:
    return await workflow.execute_activity_method(
        act, asked, start_to_close_timeout=A_CALL, retry_policy=OURS, activity_id=name
    )
