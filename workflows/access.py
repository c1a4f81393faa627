"""Access (Art. 15; Cal. Civ. Code 1798.110): everything found, handed over, and what is missing named."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.systems import Completeness
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
    """Export each holding system, side by side. One that fails is settled by hand before the answer goes.

    A system that was asked again meanwhile, and answered otherwise, is exported anew.
    """
    exports = Exports()
    while todo := exports.left(case.systems):
        tries = (steps.export(case.request, answer, *exports.begin(answer)) for answer in todo)
        answers = await asyncio.gather(*tries)
        exports.ended(answers)
        case.hear(*answers)
        await case.settle_gaps()


@dataclass
class Exports:
    """Which answer of each system is exported, under which generation of parcels."""

    done: dict[str, SystemAnswer] = field(default_factory=dict)
    begun: dict[str, SystemAnswer] = field(default_factory=dict)
    generation: dict[str, int] = field(default_factory=dict)
    tries: int = 0

    def left(self, systems: Completeness) -> list[SystemAnswer]:
        """Return the answers that are not exported as they stand now."""
        holding = (systems.answers[name] for name in systems.holding)
        return [answer for answer in holding if self.done.get(answer.system) != answer]

    def begin(self, answer: SystemAnswer) -> tuple[int, int]:
        """Return (generation, try). The same answer goes on with its parcels, another begins afresh."""
        if self.begun.get(answer.system) != answer:
            self.generation[answer.system] = self.generation.get(answer.system, 0) + 1
        self.begun[answer.system] = answer
        self.tries += 1
        return self.generation[answer.system], self.tries

    def ended(self, answers: Iterable[SystemAnswer]) -> None:
        """Note the exports that ended well; a failed one comes back with another answer."""
        self.done |= {a.system: a for a in answers if self.begun[a.system] == a}
