"""A pretend system of ours in which one collection is a client's, and both can be corrected."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

from dsar.holdings import Card, Collection, Findings, Holding, Page
from dsar.person import Identity
from dsar.vocabulary import Category, Verb
from tests.pretend_rectifier import PretendRectifier

OURS = Collection(name="orders", category=Category.TRANSACTION)
THEIRS = Collection(name="trainings", category=Category.PROFILE)
_WRITES = frozenset({Verb.FIND, Verb.EXPORT, Verb.RECTIFY})


@dataclass
class SharedRectifier(PretendRectifier):
    """`held`: rows by collection and identifier."""

    held: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    owner: str = "training"  # whose the second collection is
    writable: frozenset[str] = frozenset({"phone", "email"})
    corrects: tuple[str, ...] | None = None  # what its card says of that
    hands: str = ""  # in which no machine reaches it
    verbs: frozenset[Verb] = _WRITES

    @property
    def card(self) -> Card:
        both = (OURS, replace(THEIRS, client=self.owner, corrects=self.corrects))
        return Card(name=self.name, vendor="Pretend", collections=both, can=self.verbs, hands=self.hands)

    async def find(self, identity: Identity) -> Findings:
        self._trip()
        held = [
            Holding(system=self.name, collection=c.name, category=c.category, count=len(rows))
            for c in self.card.collections
            if (rows := self._held(identity, c.name))
        ]
        return Findings(holdings=tuple(held), people=self.people)

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        self.exports += 1
        self._trip()
        yield Page(rows=tuple(dict(row) for row in self._held(identity, collection)), cursor="end")

    def _held(self, identity: Identity, collection: str) -> list[dict[str, Any]]:
        rows = self.held.get(collection, {})
        return [row for value in self._values(identity) for row in rows.get(value, [])]
