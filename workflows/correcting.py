"""A client has its data of one person corrected: looked for, written, read again, told (LAW PRC-03).

What is right is the client's to say: nobody of ours accepts or refuses it. Whoever was given the old value is
the client's to tell (Art. 19).
"""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.instructions import Instruction
    from dsar.rectified import FIELD_UNKNOWN
    from dsar.systems import CLIENT
    from dsar.vocabulary import Found
from workflows import instruction_steps, rectification_steps
from workflows.deed_steps import gap
from workflows.instruction_steps import deed
from workflows.righted import righted


async def correct(order: Instruction, systems: tuple[str, ...]) -> tuple[SystemAnswer, ...]:
    """Look in every system, then write where something else stands. Returns what is left."""
    await instruction_steps.freeze(order)
    looked = await asyncio.gather(*(_looked(order, system) for system in systems))
    gaps = {answer.system: answer for answer in looked if answer}
    readable = [system for system in systems if system not in gaps]
    tried = await asyncio.gather(*(righted(deed(order, system)) for system in readable))
    left = gaps | {answer.system: answer for answer in tried if answer}
    if not gaps and not order.by_hand:  # else it may stand where nobody could look, or somebody did
        unplaced = await rectification_steps.list_unplaced(deed(order, f"{CLIENT}{order.client}"))
        left = {system: _unplaced(system) for system in unplaced} | left
    return tuple(left.values())


async def _looked(order: Instruction, system: str) -> SystemAnswer | None:
    try:
        await rectification_steps.locate(deed(order, system))
    except ActivityError as error:
        return gap(system, error)
    return None


def _unplaced(system: str) -> SystemAnswer:
    return SystemAnswer(system=system, found=Found.UNKNOWN, reason=FIELD_UNKNOWN)
