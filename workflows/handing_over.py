"""A client has its data of one person handed over to itself: sealed, sent to its host, told (LAW PRC-03)."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.instructions import Instruction
    from dsar.systems import CLIENT
    from dsar.vocabulary import Found
from workflows import instruction_steps
from workflows.deed_steps import gap
from workflows.steps import reason_of


async def hand_over(order: Instruction, systems: tuple[str, ...]) -> tuple[SystemAnswer, ...]:
    """Seal and send all of it, or nothing: what one system cannot give is settled first."""
    await instruction_steps.freeze(order)
    made = await asyncio.gather(*(_sealed(order, system) for system in systems))
    left = tuple(answer for answer in made if answer)
    if left or not systems:
        return left
    reason = await _sent(order)
    if not reason:
        return ()
    return (SystemAnswer(system=f"{CLIENT}{order.client}", found=Found.UNKNOWN, reason=reason),)


async def _sealed(order: Instruction, system: str) -> SystemAnswer | None:
    try:
        await instruction_steps.export(instruction_steps.deed(order, system))
    except ActivityError as error:
        return gap(system, error)
    return None


async def _sent(order: Instruction) -> str:
    """Return why a person must do it; empty if it is done."""
    try:
        await instruction_steps.send(order)
    except ActivityError as error:
        return reason_of(error)
    return ""
