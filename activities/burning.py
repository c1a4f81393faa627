"""Burning redactions in: what leaves the vault for a bundle has every cut made (Art. 15(4); LAW EVD-04)."""

from collections import Counter
from collections.abc import Iterator, Sequence

from activities.exported import folders
from activities.exporting import ahead
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.holdings import Card, Row
from dsar.parcels import unpack
from dsar.ports import Register, Vault, Withheld
from dsar.records import Record, records
from dsar.redaction import burned, marked_fields
from dsar.redaction_words import explained
from dsar.review import review_of
from dsar.review_items import Item, check_same, items_of, open_cuts, place_of


class Burner:
    """The rows of one case on their way into its bundle.

    Raises:
        OperatorError: `review_open`: marked records are not all cleared.
    """

    def __init__(self, register: Register, vault: Vault, case_id: str) -> None:
        self._vault, self._case_id = vault, case_id
        entries = register.evidence(case_id)
        self._answered = any(entry.kind is EvidenceKind.BUNDLE_WRITTEN for entry in entries)
        self._folders, self._work = folders(register, case_id), review_of(entries)
        if self._work and self._work.open:
            raise OperatorError("bundle", "review_open")
        self._folder, self._visited = "", set[str]()
        self._left = self._items()
        self._next = next(self._left, None)

    def _items(self) -> Iterator[Item]:
        if self._work and self._work.items:
            yield from items_of(self._vault, self._case_id, self._work.number, 1, self._work.items)

    def rows(self, card: Card) -> Iterator[tuple[str, Iterator[Row]]]:
        """Yield (collection, rows) of one system, as `unpack` does. Systems are asked for by name, in order.

        Raises:
            OperatorError: `review_missing`, of the system: marked records that nobody was asked to review.
        """
        self._pass_over(card.name)
        self._visited.add(card.name)
        folder = self._folder = self._folders[card.name]
        if self._work:
            for collection, found in records(self._vault, self._case_id, folder, ahead):
                marks = () if self._answered else card.collection(collection).third_party
                yield collection, self._all_burned(card.name, marks, found)
        else:
            for collection, rows in unpack(self._vault, self._case_id, folder, ahead):
                if card.collection(collection).third_party and not self._answered:
                    raise OperatorError(card.name, "review_missing")
                yield collection, rows

    def _all_burned(self, system: str, marks: Sequence[str], found: Iterator[Record]) -> Iterator[Row]:
        return (self._burned(system, marks, record) for record in found)

    def _burned(self, system: str, marks: Sequence[str], record: Record) -> Row:
        item = self._next
        if not self._work or not item or _place(item) != (self._folders[system], *place_of(record)):
            if marked_fields(marks, record.row):
                raise OperatorError(system, "review_missing")
            return record.row
        check_same(item, record)
        self._next = next(self._left, None)
        return burned(
            record.row, open_cuts(self._vault, self._case_id, item, self._work.cuts_of(item.number))
        )

    def skip(self, collection: str) -> None:
        """Pass over a collection that is left out of the answer as a whole."""
        while self._next and (self._next.folder, self._next.collection) == (self._folder, collection):
            self._next = next(self._left, None)

    def check_done(self) -> None:
        """Make sure that every item was met: one that was not would mean that others left unreviewed.

        Raises:
            OperatorError: `review_mixed`.
        """
        self._pass_over("")

    def _pass_over(self, until: str) -> None:
        """Leave out the items of systems before `until` of which nothing goes into the answer."""
        while self._next and (not until or self._next.system < until):
            if self._next.system in self._visited:
                raise OperatorError("bundle", "review_mixed")
            self._next = next(self._left, None)

    def withheld(self, locale: str) -> tuple[Withheld, ...]:
        """Return what was cut out, by system, collection and reason, in the language of the answer."""
        places, holding = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
        for item in self._redacted():
            cuts = open_cuts(self._vault, self._case_id, item, self._cuts_of(item))
            counted = Counter(cut.code for cut in cuts for _ in cut.spans or [()])
            for code, count in counted.items():
                key = (item.system, item.collection, code)
                places[key] += count
                holding[key] += 1
        return tuple(
            Withheld(
                system=system,
                collection=collection,
                ground=code,
                explanation=explained(code, locale, places[system, collection, code], count),
            )
            for (system, collection, code), count in sorted(holding.items())
        )

    def _cuts_of(self, item: Item) -> list[str]:
        return [*self._work.cuts_of(item.number)] if self._work else []

    def _redacted(self) -> Iterator[Item]:
        """Yield the items that something was cut out of: seldom all of them."""
        work = self._work
        for number in sorted(work.acts) if work else ():
            yield from items_of(self._vault, self._case_id, work.number, number, number)  # type: ignore[union-attr]


def _place(item: Item) -> tuple[str, str, int, int]:
    return item.folder, *place_of(item)
