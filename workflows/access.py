"""Access (Art. 15; Cal. Civ. Code 1798.110): everything found, handed over, and what is missing named."""

import asyncio
from typing import TYPE_CHECKING

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.vocabulary import Outcome
from workflows import steps

if TYPE_CHECKING:
    from workflows.case import DsarCase


POST = "post"  # stands among the systems when a letter must be carried by hand


async def disclose(case: "DsarCase") -> Outcome:
    """Export, bundle and answer. Nothing held is a full answer, with the same statement of the search."""
    await _export_everything(case)
    if not case.systems.holding:
        return Outcome.NOTHING_HELD
    await steps.write_bundle(case.request, 1)
    await _send(case)
    return Outcome.FULFILLED


async def _send(case: "DsarCase") -> None:
    """Send the answer; if the mail server refuses the address, a person mends it or hands the answer over."""
    number = 1
    while not (posted := await steps.send_answer(case.request, number)).ok:
        if not await case.by_hand(POST, posted.reason):
            return
        number += 1


async def _export_everything(case: "DsarCase") -> None:
    """Export each holding system, side by side. One that fails is settled by hand before the answer goes."""
    done: set[str] = set()
    attempt = 0
    while todo := [case.systems.answers[s] for s in case.systems.holding if s not in done]:
        attempt += 1
        answers = await asyncio.gather(*(steps.export(case.request, a, attempt) for a in todo))
        case.hear(*answers)
        done |= {a.system for a in answers if a.system in case.systems.holding}
        await case.settle_gaps()
