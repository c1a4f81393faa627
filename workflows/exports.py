"""What was exported so far: which answer of each system, under which generation of parcels."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.systems import Completeness


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

    def begin_anew(self, system: str) -> None:
        """Forget an export that is not whole any more: the next one has parcels of its own."""
        self.done.pop(system, None)
        self.begun.pop(system, None)

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
