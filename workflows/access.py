"""Access (Art. 15; Cal. Civ. Code 1798.110): everything found, handed over, and what is missing named."""

import asyncio
from typing import TYPE_CHECKING

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.systems import POST
    from dsar.vocabulary import Outcome, Status
from workflows import steps
from workflows.removal import removed_in_time

if TYPE_CHECKING:
    from workflows.case import DsarCase


async def disclose(case: "DsarCase") -> Outcome:
    """Export, bundle and answer. Nothing held is a full answer, with the same statement of the search."""
    await released(case)
    if not await bundled(case):
        return Outcome.NOTHING_HELD
    await handed_over(case)
    return Outcome.PARTLY_FULFILLED if case.left_out else Outcome.FULFILLED


async def tell_categories(case: "DsarCase") -> Outcome:
    """Answer without a single record: which kinds are held, whence, what for, to whom (LAW CAL-20)."""
    await case.released()
    if not _answers(case):
        return Outcome.NOTHING_HELD
    await case.once("bundled", lambda: steps.write_bundle(case.request, 1))
    await handed_over(case)
    return Outcome.FULFILLED


async def released(case: "DsarCase") -> None:
    """Have the answer released. What may concern others is exported and reviewed before, and again if it was
    exported anew meanwhile; then it is released again, too. What a person copies by hand may, always.
    """
    if case.systems.gaps and workflow.patched("gaps-before-review"):
        await case.settle_gaps()
    while not case.is_reviewed:
        case.answering.begun = False
        case.stand(Status.DISCOVERING)
        case.review_anew()
        await _export_everything(case)
        await case.begin_review()
        await case.released()
    await case.released()


async def bundled(case: "DsarCase") -> bool:
    """Export everything and write the bundle. Returns False where nothing is held: what a person did by hand
    is an answer, too, and what they copied lies in it.
    """
    answer = case.answering
    await _export_and_review(case)
    while _answers(case) and (spoilt := await steps.bundled(case.request, answer.bundle)):
        answer.bundle += 1
        answer.exports.begin_anew(spoilt.system)
        case.hear(spoilt)
        await _export_and_review(case)
    return _answers(case)


def _answers(case: "DsarCase") -> bool:
    return bool(case.systems.handing_over or case.systems.done_by_hand)


async def handed_over(case: "DsarCase") -> None:
    """Send the letters, and have the answer removed when its time is over."""
    case.stand(Status.ANSWERING)
    await _posted(case)
    await removed_in_time(case.request.case_id, 1)


async def _export_and_review(case: "DsarCase") -> None:
    await _export_everything(case)
    while not case.is_reviewed:
        await released(case)
        await _export_everything(case)


async def _export_everything(case: "DsarCase") -> None:
    """Export each holding system, side by side. One that fails is settled by hand before the answer goes; a
    fresh history goes on there.

    A system that was asked again meanwhile, and answered otherwise, is exported anew.
    """
    exports = case.answering.exports
    await case.settle_gaps()
    while todo := exports.left(case.systems):
        tries = (steps.export(case.request, answer, *exports.begin(answer)) for answer in todo)
        answers = await asyncio.gather(*tries)
        exports.ended(answers)
        case.hear(*answers)
        await case.settle_gaps()


async def _posted(case: "DsarCase") -> None:
    """Send the answer's letters. What the mail server refuses is mended, or handed over by a person."""
    answer = case.answering
    await case.settle_gaps()  # that an earlier history left
    while POST not in case.systems.answers:
        sent = await steps.send_answer(case.request, answer.letter)
        if sent.ok:
            return
        answer.letter += 1
        await case.by_hand(POST, sent.reason)
