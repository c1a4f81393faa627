"""Complaints and appeals (DPA 2018 s.164A; the states' acts): a person looks into it, nothing is searched."""

from typing import TYPE_CHECKING

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import Decision, SystemAnswer
    from dsar.complaints import PROGRESS_EVERY, Earlier, tells_progress
    from dsar.decision_kinds import COMPLAINT, UPHOLD
    from dsar.systems import EARLIER
    from dsar.vocabulary import Found, Outcome
from workflows import complaining_steps as steps
from workflows.attended import attended
from workflows.posting import posted

if TYPE_CHECKING:
    from workflows.case import DsarCase


async def look_into(case: "DsarCase") -> Outcome:
    """Find out whose case it is about, have a person decide, tell the outcome and what changes."""
    decision = case.answering.decision or await _decided(case)
    case.begin_to_answer()
    await posted(case, lambda number: steps.tell_outcome(case.request, decision, number))
    return Outcome.FULFILLED if decision.kind == UPHOLD else Outcome.DISMISSED


async def _decided(case: "DsarCase") -> Decision:
    informing = attended(_informed(case))
    try:
        earlier = await _earlier(case)
        reminding = attended(_remembered(case))
        decision = await case.heard(*COMPLAINT, apart=earlier.apart)
        await reminding
    finally:
        informing.cancel()
    return decision


async def again(case: "DsarCase", system: str) -> None:
    """Look once more whether the earlier case is theirs. A letter is simply sent again."""
    case.forget(system)
    if system == EARLIER:
        await _doubted(case)


async def _earlier(case: "DsarCase") -> Earlier:
    """Return what is known of the earlier case; if it may be another person's, somebody finds out first."""
    known = await steps.look_up_earlier(case.request)
    if known.doubt and EARLIER not in case.systems.answers:
        _doubt(case, known)
    await case.settle_gaps()
    settled = case.systems.answers.get(EARLIER)
    theirs = settled and settled.found is Found.MANUAL_DONE
    return await steps.link_earlier(case.request) if theirs else known


async def _doubted(case: "DsarCase") -> None:
    _doubt(case, await steps.look_up_earlier(case.request))


def _doubt(case: "DsarCase", known: Earlier) -> None:
    if known.doubt:
        case.hear(SystemAnswer(system=EARLIER, found=Found.UNKNOWN, reason=known.doubt))


async def _remembered(case: "DsarCase") -> None:
    """Where the law sets no date, staff are reminded as of a task: nobody forgets it."""
    if case.status().due_on is None:
        case.waits_for_a_hand()


async def _informed(case: "DsarCase") -> None:
    """Where the law wants it, tell of progress; a letter's number is its month, in a fresh history too."""
    if not tells_progress(case.request):
        return
    began = case.request.received_at
    while True:
        number = (workflow.now() - began) // PROGRESS_EVERY
        if number > 0:
            with case.under_way():
                await steps.tell_progress(case.request, number)
        await workflow.sleep(PROGRESS_EVERY - (workflow.now() - began) % PROGRESS_EVERY)
