"""Restriction (Art. 18) and the weighed objection (Art. 21(1)): marked first, and nothing lifted untold."""

import asyncio
from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import Decision, SystemAnswer
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
    decision = await case.heard(*RESTRICTION)
    if decision.kind != RESTRICT:
        return Outcome.REFUSED
    case.begin_to_answer()
    await case.once("marked", lambda: _mark_all(case))
    if not case.answering.marked:
        return Outcome.NOTHING_HELD
    order = _order(case, decision.ground)
    recipients_told = await recipients.notified(case)
    await case.once(
        "told", lambda: posted(case, lambda number: placing_steps.tell_restriction(order, number))
    )
    await case.once("watched", lambda: placing_steps.watch(order))
    await recipients.settled(case, recipients_told)
    return Outcome.FULFILLED


async def object_(case: "DsarCase") -> Outcome:
    """Restrict while the DPO weighs it; then stop, or say why our grounds override (OBJ-01, OBJ-02)."""
    await case.settle_gaps()
    marked, recipients_told = case.answering.marked, recipients.Told(case)
    try:
        await case.once("marked", lambda: _mark_all(case))
        if marked:
            recipients_told = await recipients.notified(case)
            await case.once("told of the mark", lambda: _told_of_the_mark(case))
        decision = await case.heard(*OBJECTION)
    except Ended:
        recipients_told.stop()
        await _freed(case)
        raise
    case.begin_to_answer()
    await case.once(
        "told", lambda: posted(case, lambda n: placing_steps.tell_objection(case.request, decision, n))
    )
    if marked:
        await case.once("watched", lambda: placing_steps.watch(_watched(case, decision)))
    await recipients.settled(case, recipients_told)
    return Outcome.FULFILLED if decision.kind == UPHOLD else Outcome.OVERRIDDEN


async def _told_of_the_mark(case: "DsarCase") -> None:
    order = _order(case, OBJECTED)
    await posted(case, lambda number: placing_steps.tell_restriction(order, number))


def _watched(case: "DsarCase", decision: Decision) -> RestrictionOrder:
    """Return the open state: it stands if the objection was upheld, and else ends after a notice."""
    if decision.kind == UPHOLD:
        return _order(case, OBJECTED)
    lift_on = (workflow.now() + NOTICE).date()
    return _order(case, OBJECTED, words=decision.words, lift_on=lift_on)


def _order(case: "DsarCase", ground: str, **more: object) -> RestrictionOrder:
    marked = case.answering.marked
    return RestrictionOrder(request=case.request, at=workflow.now(), ground=ground, marked=marked, **more)  # type: ignore[arg-type]  # checked by it


async def _mark_all(case: "DsarCase") -> None:
    """Mark everything that was found, and note it. A system that cannot waits for a hand."""
    marked = case.answering.marked
    await case.once("frozen", lambda: deed_steps.freeze(case.request, 1))
    await case.settle_gaps()  # that an earlier history left
    todo = tuple(s for s in case.systems.holding if s not in marked)
    while todo:
        held = await placing_steps.held(case.request)
        made = await asyncio.gather(*(_mark(case, system, held[system]) for system in todo))
        marked.update({s: held[s] for s, gap in zip(todo, made, strict=True) if gap is None})
        case.hear(*(gap for gap in made if gap))
        await case.settle_gaps()
        todo = tuple(s for s in case.systems.holding if s not in marked)


async def _mark(case: "DsarCase", system: str, collections: tuple[str, ...]) -> SystemAnswer | None:
    try:
        await deed_steps.restrict(case.request, system, 1, collections, case.tries)
    except ActivityError as error:
        return deed_steps.gap(system, error)
    return None


async def _freed(case: "DsarCase") -> None:
    """Lift what was marked for an objection that was taken back, after the person was told; then tell those
    who had been told of it.
    """
    if marked := case.answering.marked:
        await steps.write(case.request, LetterKind.WITHDRAWN)
        await lifted(case.request, marked)
        await placing_steps.note(_order(case, OBJECTED, lift_on=workflow.now().date()))
        await recipients_steps.tell_lifting(case.request)
