"""A pretend system of ours in which one collection is a client's, and both can be corrected."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dsar.corrections import text_of
from dsar.deeds import Correction, Receipt, Result
from dsar.errors import OperatorError, UnsupportedError
from dsar.holdings import Card, Collection, Findings, Holding, Page
from dsar.person import Identity
from dsar.vocabulary import Category, Verb
from tests.pretend_tools import PretendSystem

OURS = Collection(name="orders", category=Category.TRANSACTION)
THEIRS = Collection(name="trainings", category=Category.PROFILE)
_WRITES = frozenset({Verb.FIND, Verb.EXPORT, Verb.RECTIFY})


@dataclass
class SharedRectifier(PretendSystem):
    """`held`: rows by collection and identifier. `idle` deeds say "done" and do nothing; `dies` is asked
    after each writing, and may raise what a lost reply does.
    """

    held: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    owner: str = "training"  # whose the second collection is
    writable: frozenset[str] = frozenset({"phone", "email"})
    unfit: frozenset[str] = frozenset()
    corrects: tuple[str, ...] | None = None  # what its card says of that
    hands: str = ""  # in which no machine reaches it
    verbs: frozenset[Verb] = _WRITES
    idle: int = 0
    dies: Callable[[], None] = lambda: None
    written: list[Correction] = field(default_factory=list)

    @property
    def card(self) -> Card:
        both = (OURS, replace(THEIRS, client=self.owner, corrects=self.corrects))
        return Card(name=self.name, vendor="Pretend", collections=both, can=self.verbs, hands=self.hands)

    async def find(self, identity: Identity) -> Findings:
        self._trip()
        held = [
            Holding(system=self.name, collection=c.name, category=c.category, count=len(rows))
            for c in self.card.collections
            if (rows := self._rows(identity, c.name))
        ]
        return Findings(holdings=tuple(held), people=self.people)

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        self.exports += 1
        self._trip()
        yield Page(rows=tuple(dict(row) for row in self._rows(identity, collection)), cursor="end")

    async def rectify(self, identity: Identity, corrections: Sequence[Correction]) -> Sequence[Receipt]:
        self._trip()
        return [self._corrected(identity, one) for one in corrections]

    def _corrected(self, identity: Identity, one: Correction) -> Receipt:
        if one.attribute not in self.writable:
            raise UnsupportedError(self.name, "attribute_by_hand")
        if one.value in self.unfit:
            raise OperatorError(self.name, "value_unfit")
        self.written.append(one)
        rows = [
            row
            for row in self._rows(identity, one.collection)
            if one.attribute in row and one.old in {None, text_of(row[one.attribute])}
        ]
        self.idle -= 1
        for row in rows if self.idle < 0 else ():
            row[one.attribute] = one.value
        self.dies()
        result = Result.ACCEPTED if self.needs else Result.DONE if rows else Result.ALREADY
        receipt = self._receipt(Verb.RECTIFY, result)
        return replace(receipt, collection=one.collection, count=len(rows))

    def _rows(self, identity: Identity, collection: str) -> list[dict[str, Any]]:
        rows = self.held.get(collection, {})
        return [row for value in self._values(identity) for row in rows.get(value, [])]
