"""A pretend system that corrects its rows, with dials for what vendors do wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dsar.corrections import text_of
from dsar.deeds import Correction, Receipt, Result
from dsar.errors import OperatorError, UnsupportedError
from dsar.holdings import Card
from dsar.person import Identity
from dsar.vocabulary import Verb
from tests.pretend_tools import PretendSystem


@dataclass
class PretendRectifier(PretendSystem):
    """Writes new values into the rows that hold the old ones. `idle` deeds say "done" and do nothing; `dies`
    is asked after each writing, and may raise what a lost reply does.
    """

    writable: frozenset[str] = frozenset({"phone", "name"})
    unfit: frozenset[str] = frozenset()  # values that no column of it can hold
    idle: int = 0
    dies: Callable[[], None] = lambda: None
    written: list[Correction] = field(default_factory=list)

    @property
    def card(self) -> Card:
        can = frozenset({Verb.FIND, Verb.EXPORT, Verb.RECTIFY}) if self.writable else frozenset()
        return replace(super().card, can=super().card.can | can)

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
            for row in self._held(identity, one.collection)
            if one.attribute in row and one.old in {None, text_of(row[one.attribute])}
        ]
        self.idle -= 1
        for row in rows if self.idle < 0 else ():
            row[one.attribute] = one.value
        self.dies()
        result = Result.ACCEPTED if self.needs else Result.DONE if rows else Result.ALREADY
        receipt = self._receipt(Verb.RECTIFY, result)
        return replace(receipt, collection=one.collection, count=len(rows))

    def _held(self, identity: Identity, collection: str) -> list[dict[str, Any]]:
        """Return the rows of one collection: this system has a single one."""
        return self._found(identity)
