"""Restriction (Art. 18) and the weighed objection (Art. 21(1)): marked first, and nothing lifted untold."""

import asyncio
from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.decision_kinds import OBJECTION, RESTRICT, RESTRICTION, UPHOLD
    from dsar.orders import RestrictionOrder
    from dsar.restrictions import NOTICE
    from dsar.vocabulary import LetterKind, Outcome
from workflows import deed_steps, placing_steps, recipients, recipients_steps, steps
from workflows.lifting import lifted
from workflows.posting import posted
from workflows.waiting import Ended

if TYPE_CHECKING:
    from workflows.case import DsarCase

OBJECTED = "18_1_d"


async def restrict(case: "DsarCase") -> Outcome:
    """Restrict on the ground that the DPO found, tell the person, and leave an open state behind."""
    decision = await case.concluded(*RESTRICTION)
    if decision.kind != RESTRICT:
        return Outcome.REFUSED
    case.begin_to_answer()
    marked = await _mark_all(case, {})
    if not marked:
        return Outcome.NOTHING_HELD
    order = _order(case, marked, decision.ground)
    recipients_told = await recipients.notified(case)
    await posted(case, lambda number: placing_steps.tell_restriction(order, number))
    await placing_steps.watch(order)
    await recipients.settled(case, recipients_told)
    return Outcome.FULFILLED


async def object_(case: "DsarCase") -> Outcome:
    """Restrict while the DPO weighs it; then stop, or say why our grounds override (OBJ-01, OBJ-02)."""
    await case.settle_gaps()
    marked: dict[str, tuple[str, ...]] = {}
    order = _order(case, marked, OBJECTED)
    recipients_told = recipients.Told(case)
    try:
        if await _mark_all(case, marked):
            recipients_told = await recipients.notified(case)
            await posted(case, lambda number: placing_steps.tell_restriction(order, number))
        decision = await case.concluded(*OBJECTION)
    except Ended:
        recipients_told.stop()
        await _freed(case, marked)
        raise
    case.begin_to_answer()
    await posted(case, lambda number: placing_steps.tell_objection(case.request, decision, number))
    if marked and decision.kind == UPHOLD:
        await placing_steps.watch(order)
    elif marked:
        lift_on = (workflow.now() + NOTICE).date()
        await placing_steps.watch(_order(case, marked, OBJECTED, words=decision.words, lift_on=lift_on))
    await recipients.settled(case, recipients_told)
    return Outcome.FULFILLED if decision.kind == UPHOLD else Outcome.OVERRIDDEN


def _order(
    case: "DsarCase", marked: dict[str, tuple[str, ...]], ground: str, **more: object
) -> RestrictionOrder:
    return RestrictionOrder(request=case.request, at=workflow.now(), ground=ground, marked=marked, **more)  # type: ignore[arg-type]  # checked by it


async def _mark_all(case: "DsarCase", marked: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Mark everything that was found, and note it in `marked`. A system that cannot waits for a hand."""
    await deed_steps.freeze(case.request, 1)
    todo = case.systems.holding
    while todo:
        held = await placing_steps.held(case.request)
        made = await asyncio.gather(*(_mark(case, system, held[system]) for system in todo))
        marked.update({s: held[s] for s, gap in zip(todo, made, strict=True) if gap is None})
        case.hear(*(gap for gap in made if gap))
        await case.settle_gaps()
        todo = tuple(s for s in case.systems.holding if s not in marked)
    return marked


async def _mark(case: "DsarCase", system: str, collections: tuple[str, ...]) -> SystemAnswer | None:
    try:
        await deed_steps.restrict(case.request, system, 1, collections, case.tries)
    except ActivityError as error:
        return deed_steps.gap(system, error)
    return None


async def _freed(case: "DsarCase", marked: dict[str, tuple[str, ...]]) -> None:
    """Lift what was marked for an objection that was taken back, after the person was told; then tell those
    who had been told of it.
    """
    if marked:
        await steps.write(case.request, LetterKind.WITHDRAWN)
        await lifted(case.request, marked)
        await placing_steps.note(_order(case, marked, OBJECTED, lift_on=workflow.now().date()))
        await recipients_steps.tell_lifting(case.request)
