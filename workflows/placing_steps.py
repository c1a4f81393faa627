"""The phrase book of restriction and objection. The patiences are those of `steps.py`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.marked import Marked
    from activities.placing import Placing
    from activities.processors import Processors
    from activities.restricting import Restricting

from dsar.case import Decision, RightsRequest, SystemAnswer
from dsar.orders import Posted, RestrictionOrder
from workflows.steps import A_CALL, OURS, UNLESS_SPOILT, R, order, ours


async def held(request: RightsRequest) -> Mapping[str, tuple[str, ...]]:
    """Return what was found, as collections of each system."""
    return await workflow.execute_activity_method(
        Restricting.list_holdings, order(request), start_to_close_timeout=A_CALL, retry_policy=OURS
    )


async def tell_restriction(placed: RestrictionOrder, number: int) -> Posted:
    """Tell the person what is restricted, and why."""
    return await _placing(Placing.tell_restriction, replace(placed, number=number), "tell-restriction")


async def tell_ending(placed: RestrictionOrder, number: int) -> Posted:
    """Tell the person that and when the restriction ends."""
    return await _placing(Placing.tell_ending, replace(placed, number=number), "tell-ending")


async def tell_objection(request: RightsRequest, decision: Decision, number: int) -> Posted:
    """Tell the person how the objection was decided."""
    return await ours(
        Placing.tell_objection, order(request, decision=decision, number=number), f"tell-objection:{number}"
    )


async def watch(placed: RestrictionOrder) -> None:
    """Begin the open state of a restriction."""
    await workflow.execute_activity_method(
        Placing.watch_restriction,
        replace(placed, at=workflow.now(), number=0),
        start_to_close_timeout=A_CALL,
        retry_policy=OURS,
        activity_id="watch-restriction",
    )


async def marks(request: RightsRequest) -> Mapping[str, tuple[str, ...]]:
    """Return every system in which a mark may stand, whoever set it, as collections of each."""
    return await ours(Restricting.list_marks, order(request), "list-marks")


async def note_marked(request: RightsRequest, why: SystemAnswer) -> None:
    """Make a task of a system that is still marked although the restriction ended."""
    await ours(Marked.note_marked, order(request, answers=(why,)), f"note-marked:{why.system}")


async def note_unmarked(request: RightsRequest, why: SystemAnswer) -> None:
    """Make a task of a mark that does not hold although the restriction stands."""
    await ours(Marked.note_unmarked, order(request, answers=(why,)), f"note-unmarked:{why.system}")


async def write_to_lift(request: RightsRequest, why: SystemAnswer) -> None:
    """Write to a processor who restricted on our letter, or again if its term is over."""
    await ours(
        Processors.write_to_processor,
        order(request, system=why.system, answers=(why,)),
        f"write-to-lift:{why.system}",
        UNLESS_SPOILT,
    )


async def note(placed: RestrictionOrder) -> None:
    """Write down that a restriction was reviewed, or that it has ended."""
    await _placing(Placing.note_restriction, placed, "note-restriction")


async def _placing(act: Callable[[Any, RestrictionOrder], R], placed: RestrictionOrder, name: str) -> R:
    return await workflow.execute_activity_method(
        act,
        replace(placed, at=workflow.now()),
        start_to_close_timeout=A_CALL,
        retry_policy=OURS,
        activity_id=f"{name}:{placed.number}",
    )
