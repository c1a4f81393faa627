"""Rectification (Art. 16; Cal. Civ. Code 1798.106): looked for, decided one by one, written, read, told.

Nothing is called corrected before the system was read again. How far a case has come stands in the register:
after a fresh history the story reads it there and goes on.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.decision_kinds import RECTIFICATION
    from dsar.orders import DeedOrder
    from dsar.rectified import Corrections
    from dsar.vocabulary import Found, Outcome, Status, Verb
from workflows import recipients, rectification_steps
from workflows.deed_steps import gap
from workflows.posting import posted
from workflows.righted import righted

if TYPE_CHECKING:
    from workflows.case import DsarCase


async def rectify(case: "DsarCase") -> Outcome:
    """Correct what was accepted everywhere it is held, and keep a dispute of what was not."""
    if case.answering.begun:
        known = await rectification_steps.read(case.request)
    else:
        await case.settle_gaps()
        if not case.systems.holding and not _may_be_held(case):
            await case.released()
            return Outcome.NOTHING_HELD
        known = await _decided(case)
        case.begin_to_answer()
    await case.once("written", lambda: _written(case, known))
    recipients_told = await recipients.notified(case) if known.accepted else recipients.Told(case)
    await case.once(
        "told", lambda: posted(case, lambda number: rectification_steps.tell(case.request, number))
    )
    await recipients.settled(case, recipients_told)
    if not known.refused:
        return Outcome.FULFILLED
    return Outcome.PARTLY_FULFILLED if known.accepted else Outcome.REFUSED


def _may_be_held(case: "DsarCase") -> bool:
    """Whether a person found something by hand, or nobody could look."""
    by_hand = {Found.MANUAL_DONE, Found.FAILED_ACCEPTED}
    return any(answer.found in by_hand for answer in case.systems.statement)


async def _located(case: "DsarCase", systems: Sequence[str]) -> None:
    """Look in each system for what is to be corrected. One that cannot be read waits for a hand."""
    todo = [system for system in systems if system not in case.systems.held_by_hand]
    while todo:
        case.stand(Status.DISCOVERING)
        made = await asyncio.gather(*(_looked(case, system) for system in todo))
        gaps = [answer for answer in made if answer]
        case.hear(*gaps)
        await case.settle_gaps()
        todo = [answer.system for answer in gaps if answer.system in case.systems.holding]


async def _looked(case: "DsarCase", system: str) -> SystemAnswer | None:
    try:
        await rectification_steps.locate(_deed(case, system))
    except ActivityError as error:
        return gap(system, error)
    return None


async def _decided(case: "DsarCase") -> Corrections:
    """Look for them, and have each one accepted or refused. The register holds the decisions."""
    known = await rectification_steps.read(case.request)
    await _located(case, [s for s in case.systems.holding if s not in known.looked])
    waiting = (await rectification_steps.read(case.request)).undecided
    while waiting:
        decision = await case.concluded(*RECTIFICATION, corrections=waiting)
        waiting = tuple(number for number in waiting if number != decision.system)
    return await rectification_steps.read(case.request)


async def _written(case: "DsarCase", known: Corrections) -> None:
    """Write in every system side by side. What no machine can do, or did not do, waits for a hand."""
    answer, by_hand = case.answering, case.systems.held_by_hand if known.accepted else ()
    todo = sorted({*known.concerned(case.systems.holding), *by_hand})
    while todo or answer.failed:
        if not answer.failed:
            await _tried(case, todo)
        await case.settle_gaps()
        todo = [system for system in answer.failed if system in case.systems.holding]
        await _located(case, todo)
        answer.failed = ()
        case.begin_to_answer()


async def _tried(case: "DsarCase", systems: Sequence[str]) -> None:
    """Correct in these systems, and note those that wait for a hand."""
    made = await asyncio.gather(*(_corrected(case, system) for system in systems))
    gaps = [answer for answer in made if answer]
    case.hear(*gaps)
    case.answering.failed = tuple(gap.system for gap in gaps)


async def _corrected(case: "DsarCase", system: str) -> SystemAnswer | None:
    """Correct in one system, by a machine or whoever looks after it."""
    if system in case.systems.held_by_hand:
        return case.in_hands(system, Verb.RECTIFY)
    return await righted(_deed(case, system))


def _deed(case: "DsarCase", system: str) -> DeedOrder:
    return DeedOrder(request=case.request, at=workflow.now(), system=system, number=case.tries)
