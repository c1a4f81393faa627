"""House equipment for systems that keep records of a person: who is meant, how much is held, and its pages.

A connector says by which questions its system finds people, and how each collection is listed. What every
connector must do the same way stands here: keys learned before say who is meant, several people are nobody,
whoever comes back is compared, and a cursor leads to the next page of the same person.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from connectors._paging import Batches, dug
from connectors._values import key_from, key_text
from dsar.errors import ContractError, OperatorError
from dsar.holdings import Card, Collection, Findings, Holding, Page, Row
from dsar.person import Identifier, Identity, askable, comparable
from dsar.vocabulary import IdentifierKind

People = Mapping[str, Row]  # by key, in order; a row that is empty is of somebody who is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A search by one kind of identifier. `shown` are the values of that kind in a person's record.

    Some searches return neighbours, too (`fuzzy`): these are left out. Any other that does so is broken.
    """

    kind: IdentifierKind
    ask: Callable[[str], Batches]
    shown: Callable[[Row], Iterable[object]]
    fuzzy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The rows of one collection for one person (their key and record), from a mark on.

    `mine` is what an honest row passes. `dress` puts into a row what costs calls of its own: it is not
    asked for where rows are only counted. `count` counts without reading, where reading is dear.
    """

    collection: Collection
    read: Callable[[str, Row, str], Batches]
    mine: Callable[[str, Row], bool] = lambda _key, _row: True
    dress: Callable[[Row], Awaitable[Row]] | None = None
    count: Callable[[str, Row], Awaitable[int]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Finds and exports. `person` reads one by key (None: gone), `key_of` and `teaches` read their record."""

    card: Card
    questions: Sequence[Question]
    person: Callable[[str], Awaitable[Row | None]]
    key_of: Callable[[Row], str]
    streams: Sequence[Stream]
    teaches: Callable[[Row], Iterable[tuple[IdentifierKind, object]]] = lambda _row: ()

    async def find(self, identity: Identity) -> Findings:
        """Say how much is held of the person, and what their record teaches."""
        people = await self.people(identity)
        if len(people) > 1 and not self.frozen(identity):
            return Findings(people=len(people))
        counts = {s.collection.name: await self.count(s.collection.name, people) for s in self.streams}
        held = [c for c in self.card.collections if counts.get(c.name)]
        return Findings(
            holdings=tuple(
                Holding(system=self.card.name, collection=c.name, category=c.category, count=counts[c.name])
                for c in held
            ),
            learned=tuple(self._learned(people)),
        )

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        """Stream one collection, person after person, from after a cursor.

        A page without rows holds a place that is worth keeping: a job that was ordered, say.

        Raises:
            OperatorError: `several_people`, where `find` was not asked first or its answer not heeded.
            ContractError: `collection_unknown`, `cursor_unreadable`, `row_of_another`.
        """
        stream = self._stream(collection)
        people = await self.known(identity)
        at, mark = map(str, key_from(self.card.name, cursor, width=2)) if cursor else ("", "")
        for key, person in people.items():
            if key < at or (key == at and not mark):
                continue
            async for rows, following in stream.read(key, person, mark if key == at else ""):
                if rows or following:
                    dressed = await self._own(stream, key, rows, dress=True)
                    yield Page(rows=tuple(dressed), cursor=key_text((key, following)))

    async def known(self, identity: Identity) -> People:
        """Return who is meant, if that is one person, or was settled before. Raises as `export`."""
        people = await self.people(identity)
        if len(people) > 1 and not self.frozen(identity):
            raise OperatorError(self.card.name, "several_people")
        return people

    async def people(self, identity: Identity) -> People:
        """Return whoever fits. Keys learned here before say who is meant, and nothing else."""
        frozen = self.frozen(identity)
        if frozen:
            return {key: await self._known_by(key) for key in sorted(frozen)}
        found: dict[str, Row] = {}
        for question in self.questions:
            for value in _spellings(identity, question.kind):
                async for rows, _ in question.ask(value):
                    found |= {self.key_of(row): row for row in rows if self._fits(question, row, value)}
        return dict(sorted(found.items()))

    async def _known_by(self, key: str) -> Row:
        row = await self.person(key)
        if row is not None and self.key_of(row) != key:
            raise ContractError(self.card.name, "person_unexpected")
        return row or {}

    def frozen(self, identity: Identity) -> tuple[str, ...]:
        """Return the keys that were learned here."""
        return identity.of(IdentifierKind.RECORD_KEY, system=self.card.name)

    def _fits(self, question: Question, row: Row, value: str) -> bool:
        """Compare: a system that ignored the filter would hand us somebody else, politely.

        Raises:
            ContractError: `filter_ignored`.
        """
        shown = {comparable(question.kind, str(v)) for v in question.shown(row) if isinstance(v, (str, int))}
        fits = comparable(question.kind, value) in shown
        if not fits and not question.fuzzy:
            raise ContractError(self.card.name, "filter_ignored")
        return fits

    async def count(self, collection: str, people: People) -> int:
        """Count one collection of these people. Raises as `export`."""
        stream, count = self._stream(collection), 0
        for key, person in people.items():
            if stream.count:
                count += await stream.count(key, person)
                continue
            async for rows, _ in stream.read(key, person, ""):
                count += len(await self._own(stream, key, rows, dress=False))
        return count

    def _stream(self, collection: str) -> Stream:
        stream = next((s for s in self.streams if s.collection.name == collection), None)
        if stream is None:
            raise ContractError(self.card.name, "collection_unknown")
        return stream

    async def _own(self, stream: Stream, key: str, rows: Sequence[Row], *, dress: bool) -> Sequence[Row]:
        if not all(stream.mine(key, row) for row in rows):
            raise ContractError(self.card.name, "row_of_another")
        return [await stream.dress(row) for row in rows] if dress and stream.dress else rows

    def _learned(self, people: People) -> Iterable[Identifier]:
        for key, row in people.items():
            taught = [(IdentifierKind.RECORD_KEY, key), *(self.teaches(row) if row else ())]
            for kind, value in taught:
                if isinstance(value, (str, int)) and askable(str(value)):
                    yield Identifier(kind=kind, value=str(value), system=self.card.name)


def record_of(_key: str, row: Row, _mark: str) -> Batches:
    """Read a collection that is the person's own record: one row, while they are there."""
    return listed([row] if row else [])


async def listed(rows: Sequence[Row]) -> Batches:
    """Yield rows that are here already, as one page."""
    if rows:
        yield rows, ""


def value_of(path: str) -> Callable[[Row], object]:
    """Return what reads one value at a path in a record."""
    return lambda row: dug(row, path)


def shown(*paths: str) -> Callable[[Row], list[object]]:
    """Return what reads the values at these paths in a record."""
    return lambda row: [dug(row, path) for path in paths]


def field_is(name: str) -> Callable[[str, Row], bool]:
    """Return what tells whether a row names the person's key in one field."""
    return lambda key, row: str(row.get(name)) == key


def _spellings(identity: Identity, kind: IdentifierKind) -> list[str]:
    """Return each value as it was given, and in its one comparable spelling: many systems compare letters."""
    given = [value.strip() for value in identity.of(kind) if askable(value)]
    return sorted({*given, *(comparable(kind, value) for value in given)} - {""})
