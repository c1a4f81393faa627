"""What discovery learned, system by system, and which systems still wait for a hand (DESIGN §1.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from dsar.case import SystemAnswer
from dsar.orders import Searchable
from dsar.vocabulary import Found

UNSETTLED = frozenset({Found.UNKNOWN, Found.AMBIGUOUS})
_BY_ITSELF = frozenset({Found.FOUND, Found.NOTHING_HELD})
MAX_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """The answer of every registered system."""

    answers: Mapping[str, SystemAnswer] = field(default_factory=dict)

    def heard(self, answers: Iterable[SystemAnswer]) -> "Completeness":
        """Return this with newer answers in place of older ones."""
        return Completeness(answers={**self.answers, **{a.system: a for a in answers}})

    def settled(self, system: str, found: Found) -> "Completeness":
        """Return this with one system settled by a person."""
        return self.heard([replace(self.answers[system], found=found)])

    def without(self, system: str) -> "Completeness":
        """Return this with one system unasked, so that it is asked again."""
        return Completeness(answers={s: a for s, a in self.answers.items() if s != system})

    @property
    def gaps(self) -> tuple[str, ...]:
        """Systems whose answer is unknown or fits several people. While there is one, none is fulfilled."""
        return tuple(sorted(s for s, a in self.answers.items() if a.found in UNSETTLED))

    @property
    def holding(self) -> tuple[str, ...]:
        """Systems that hold something of the person, to be exported."""
        return tuple(sorted(s for s, a in self.answers.items() if a.found is Found.FOUND))

    @property
    def statement(self) -> tuple[SystemAnswer, ...]:
        """All answers, in the order of the systems' names."""
        return tuple(self.answers[s] for s in sorted(self.answers))


def next_round(
    systems: Iterable[Searchable], latest: Iterable[SystemAnswer], so_far: Completeness
) -> tuple[Searchable, ...]:
    """Systems worth asking again: another system just taught a kind of identifier they can search by.

    Only a system that answered by itself is asked; one that waits for a person, or that a person settled,
    is not taken out of their hands.
    """
    latest = tuple(latest)

    def taught(system: Searchable) -> bool:
        news = {kind for answer in latest if answer.system != system.name for kind in answer.learned}
        return bool(news & set(system.finds_by))

    known = so_far.answers
    return tuple(s for s in systems if taught(s) and known[s.name].found in _BY_ITSELF)
