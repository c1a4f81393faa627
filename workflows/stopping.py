"""Stopping (Arts 7(3), 21(2)-(3); Cal. Civ. Code 1798.120-.121): at once, without proof, fee or refusal."""

import asyncio
from typing import TYPE_CHECKING

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.stopping import Stopped
    from dsar.systems import POST
    from dsar.vocabulary import Outcome
from workflows import stopping_steps as steps
from workflows.posting import posted

if TYPE_CHECKING:
    from workflows.case import DsarCase


async def stop(case: "DsarCase") -> Outcome:
    """Stop it everywhere, tell the person, and tell them again once the last system has stopped."""
    case.begin_to_answer()
    answer = case.answering
    await case.once("stopped", lambda: _stopped(case))
    await case.once("told", lambda: _told(case))
    if answer.busy or case.systems.gaps:
        await asyncio.gather(case.settle_gaps(), *(_checked(case, one, 1) for one in answer.busy))
        await case.settle_gaps()
        await _told(case)
    return Outcome.FULFILLED


async def _stopped(case: "DsarCase") -> None:
    """Stop it in every system. Those that need their time are noted."""
    plan = await steps.plan_stop(case.request)
    case.hear(*plan.settled)
    stopped = await asyncio.gather(*(steps.stop_in(case.request, s, case.tries) for s in plan.ask))
    case.hear(*(one.answer for one in stopped if not one.check_after))
    case.answering.busy = tuple(one for one in stopped if one.check_after)


async def again(case: "DsarCase", system: str) -> None:
    """Have a system stop that could not before. A letter is simply sent again."""
    case.forget(system)
    if system == POST:
        return
    number = case.tries
    stopped = await steps.stop_in(case.request, system, number)
    if stopped.check_after:
        await _checked(case, stopped, number)
    else:
        case.hear(stopped.answer)


async def _checked(case: "DsarCase", stopped: Stopped, number: int) -> None:
    """Give the vendor its time, then ask again."""
    with case.under_way():
        if stopped.check_after:
            await asyncio.sleep(stopped.check_after.total_seconds())
        case.hear(await steps.check_stop(case.request, stopped.answer.system, number))
        case.answering.busy = tuple(one for one in case.answering.busy if one != stopped)


async def _told(case: "DsarCase") -> None:
    """Send the letter. It names the systems that have not stopped yet, and says nothing of what they hold."""
    answer = case.answering

    def answers() -> tuple[SystemAnswer, ...]:
        known = (a for a in case.systems.statement if a.system != POST)
        return (*known, *(one.answer for one in answer.busy))

    answer.letter = await posted(
        case, lambda n: steps.tell_stopped(case.request, answers(), n), answer.letter
    )
