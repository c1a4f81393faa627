"""A client's instruction: carried out on their own data of one person, and told to them (LAW PRC-03)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.erasure import Line, Plan
    from dsar.instructions import Instruction, To
    from dsar.systems import CLIENT
    from dsar.vocabulary import Found
from workflows import instruction_steps
from workflows.correcting import correct
from workflows.deed_steps import gap
from workflows.gone import CANNOT, gone
from workflows.handing_over import hand_over
from workflows.instruction_steps import deed


@workflow.defn(name="dsar-instruct")
class DsarInstruct:
    """One instruction. What no machine can do is left to a person, who then says so in another one."""

    @workflow.run
    async def run(self, order: Instruction) -> tuple[SystemAnswer, ...]:
        """Return what is left."""
        systems = await instruction_steps.scope(order)
        nowhere = () if systems or order.by_hand else (_nowhere(order),)
        return await instruction_steps.report(order, (*nowhere, *await _DEEDS[order.to](order, systems)))


async def _erased(order: Instruction, systems: tuple[str, ...]) -> tuple[SystemAnswer, ...]:
    """Plan it, do what a machine can, and return what is left."""
    planned = await asyncio.gather(*(_planned(order, system) for system in systems))
    gaps = [answer for answer in planned if isinstance(answer, SystemAnswer)]
    lines = tuple(line for found in planned if not isinstance(found, SystemAnswer) for line in found)
    plan = Plan(number=order.number, lines=lines, client=order.client)
    await instruction_steps.record(order, plan)
    tried = await asyncio.gather(*(gone(deed(order, system)) for system in plan.systems))
    by_hand = [SystemAnswer(system=s, found=Found.UNKNOWN, reason=CANNOT) for s in plan.manual]
    left = {answer.system: answer for answer in (*by_hand, *gaps, *tried) if answer}
    return tuple(left.values())


async def _planned(order: Instruction, system: str) -> tuple[Line, ...] | SystemAnswer:
    try:
        return await instruction_steps.plan(deed(order, system))
    except ActivityError as error:
        return gap(system, error)


def _nowhere(order: Instruction) -> SystemAnswer:
    """No registered system holds data of this client: nobody may tell them that nothing is held."""
    return SystemAnswer(system=f"{CLIENT}{order.client}", found=Found.UNKNOWN, reason="no_system")


_DEEDS: Mapping[To, Callable[[Instruction, tuple[str, ...]], Awaitable[tuple[SystemAnswer, ...]]]] = {
    To.ERASE: _erased,
    To.HAND_OVER: hand_over,
    To.CORRECT: correct,
}
