"""Restriction (Art. 18) and the weighed objection (Art. 21(1)): marked first, and nothing lifted untold."""

import asyncio
from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import Decision, SystemAnswer
    from dsar.decision_kinds import OBJECTION, RESTRICT, RESTRICTION, UPHOLD
    from dsar.marks import NOT_HELD
    from dsar.orders import DeedOrder, RestrictionOrder
    from dsar.restrictions import NOTICE
    from dsar.systems import gap
    from dsar.vocabulary import LetterKind, Outcome, Verb
from workflows import deed_steps, placing_steps, recipients, recipients_steps, steps
from workflows.lifting import lifted, shows
from workflows.posting import posted
from workflows.waiting import Ended

if TYPE_CHECKING:
    from workflows.case import DsarCase

OBJECTED = "18_1_d"
# What people marked counts, and an objection that is refused ends as one that is overridden. A case that came
# further before goes on as it did.
TRUTHFUL = "restrictions-by-hand-count"


async def restrict(case: "DsarCase") -> Outcome:
    """Restrict on the ground that the DPO found, tell the person, and leave an open state behind."""
    decision = await case.heard(*RESTRICTION)
    if decision.kind != RESTRICT:
        return Outcome.REFUSED
    case.begin_to_answer()
    await case.once("marked", lambda: _mark_all(case))
    if not _placed(case):
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
    recipients_told = recipients.Told(case)
    try:
        await case.once("marked", lambda: _mark_all(case))
        if _placed(case):
            recipients_told = await recipients.notified(case)
            await case.once("told of the mark", lambda: _told_of_the_mark(case))
        decision = await case.heard(*OBJECTION)
    except Ended as ended:
        recipients_told.stop()
        if _placed(case):
            await _freed(case, ended)
        raise
    case.begin_to_answer()
    await case.once(
        "told", lambda: posted(case, lambda n: placing_steps.tell_objection(case.request, decision, n))
    )
    if _placed(case):
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


def _placed(case: "DsarCase") -> bool:
    """Whether anything is restricted: by a machine, or by hand where none could."""
    return bool(case.answering.marked) or (workflow.patched(TRUTHFUL) and bool(case.systems.done_by_hand))


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
    deed = DeedOrder(request=case.request, at=workflow.now(), system=system, collections=collections)
    try:
        done = await deed_steps.mark(deed, case.tries)
        if await shows(deed, Verb.RESTRICT, done.ready_after):
            return None
    except ActivityError as error:
        return gap(system, steps.reason_of(error))
    return gap(system, NOT_HELD)


async def _freed(case: "DsarCase", ended: Ended) -> None:
    """Lift what was marked for an objection that is over, after the person was told; then tell those who had
    been told of it. One that was refused ends by its own notice, as one that is overridden.
    """
    refused, marked = ended.decision, case.answering.marked
    truthful = workflow.patched(TRUTHFUL)
    if refused and truthful:
        await placing_steps.watch(_watched(case, refused))
        return
    await steps.write(case.request, LetterKind.WITHDRAWN)
    marks = {**await placing_steps.marks(case.request), **marked} if truthful else marked
    await lifted(case.request, marks)
    await placing_steps.note(_order(case, OBJECTED, lift_on=workflow.now().date()))
    await recipients_steps.tell_lifting(case.request)
