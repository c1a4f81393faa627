"""Calling: a case that waits for a person says so in the register, and for which systems."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import RightsRequest, SystemAnswer
    from dsar.vocabulary import Status
from workflows import steps
from workflows.state import CaseState


async def called(
    request: RightsRequest, state: CaseState, status: Status, *more: SystemAnswer, reason: str = ""
) -> None:
    """Call a person: for every open gap and what is `more`; with a `reason`, because that went wrong."""
    state.called = True
    state.calls += 1
    systems = state.searching.systems
    gaps = tuple(systems.answers[gap] for gap in systems.gaps)
    order = steps.order(request, status=status, number=state.calls, answers=(*gaps, *more), reason=reason)
    await steps.call_a_person(order)
