"""A data map laid over the collections of a MongoDB: who is meant, and which documents are theirs.

A column of the map is a field here, or a dotted path into nested documents and arrays.
"""

import re
import unicodedata
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from connectors._identifiers import digits
from connectors._map import DataMap, Entry
from connectors._mongo import Store
from connectors._mongo_values import (
    Document,
    Filter,
    key_from,
    key_text,
    links_at,
    only,
    row_of,
    spelled,
    typed,
    values_at,
    without,
)
from connectors._paging import Batches
from connectors._reader import Question, Stream
from dsar.holdings import Card, Row
from dsar.vocabulary import IdentifierKind

MOST_MATCHES = 1000  # beyond that a shared address is ambiguous anyway
_BETWEEN = "[ ().\u00a0/-]*"  # what people write between the digits of a number


@dataclass(frozen=True, slots=True)
class Reach:
    """The map over one database. A person is their document as it is stored; a row is JSON."""

    store: Store
    map: DataMap
    page_rows: int = field(default=1000)

    def questions(self) -> Sequence[Question]:
        """Return a search for each kind of identifier that the map names."""
        return [
            Question(
                kind=kind, ask=partial(self._asked, kind, path), shown=partial(_shown, kind, path), fuzzy=True
            )
            for kind, path in self.map.person.finds_by.items()
        ]

    def streams(self, card: Card) -> Sequence[Stream]:
        """Return a stream for each collection."""
        return [
            Stream(collection=c, read=partial(self._rows, c.name), count=partial(self.count, c.name))
            for c in card.collections
        ]

    async def person(self, key: str) -> Row | None:
        """Return the person's own document."""
        found = await self.store.some(self._home, {"_id": {"$eq": key_from(self.store.system, key)}}, 1)
        return found[0] if found else None

    def teaches(self, person: Row) -> Iterator[tuple[IdentifierKind, object]]:
        """Yield what a person's document may teach other systems."""
        for kind, path in self.map.person.teaches.items():
            yield from ((kind, text) for value in values_at(person, path) if (text := spelled(value)))

    async def count(self, name: str, key: str, person: Row) -> int:
        """Count the person's documents in one collection."""
        where = await self.where(name, key, person)
        return await self.store.count(self.map.table_of(name), where) if where else 0

    async def each(
        self, name: str, key: str, person: Row, fields: Filter | None = None, after: object = None
    ) -> AsyncIterator[list[Document]]:
        """Stream the person's documents of one collection, page by page in the order of `_id`."""
        where = await self.where(name, key, person)
        if where:
            table = self.map.table_of(name)
            async for page in self.store.pages(table, where, self.page_rows, fields=fields, after=after):
                yield page

    async def where(self, name: str, key: str, person: Row) -> Filter | None:
        """Return which documents of a collection are the person's; None if none can be."""
        via = self.map.collections[name].via
        if not via:
            return {"_id": {"$eq": key_from(self.store.system, key)}}
        [own], [theirs] = via, self.map.collections[name].parent_columns
        links = await self._links(self.map.collections[name].parent, theirs, key, person)
        return {own: {"$in": links}} if links else None

    async def _links(self, parent: str, path: str, key: str, person: Row) -> list[Any]:
        """Return what leads on from the parents. Of a person who is gone the key is left."""
        if parent == self.map.person.table:
            return links_at(person or {"_id": key_from(self.store.system, key)}, path)
        found: dict[str, Any] = {}
        async for page in self.each(parent, key, person, fields=_tops([path])):
            found |= {key_text(value): value for each in page for value in links_at(each, path)}
        return [*found.values()]

    async def _asked(self, kind: IdentifierKind, path: str, value: str) -> Batches:
        fits = [{path: asked} for asked in _patterns(kind, value)]
        if fits:
            yield await self.store.some(self._home, {"$or": fits}, MOST_MATCHES), ""

    async def _rows(self, name: str, key: str, person: Row, mark: str) -> Batches:
        entry = self.map.collections[name]
        after = key_from(self.store.system, mark) if mark else None
        async for page in self.each(name, key, person, fields=_tops(entry.columns) or None, after=after):
            yield [_row(entry, document) for document in page], key_text(page[-1]["_id"])

    @property
    def _home(self) -> str:
        return self.map.table_of(self.map.person.table)


def key_of(person: Row) -> str:
    """Return the key of a person's document."""
    return key_text(person["_id"])


def _row(entry: Entry, document: Document) -> Row:
    kept = only(document, entry.columns) if entry.columns else document
    return row_of(without(kept, sorted(entry.except_)))


def _tops(paths: Iterable[str]) -> Filter:
    """Ask for whole fields: servers do not agree what a path through an array leaves."""
    return {path.partition(".")[0]: 1 for path in paths}


def _patterns(kind: IdentifierKind, value: str) -> Sequence[Filter]:
    """Return filters for one value. Case is folded and separators are skipped by the server."""
    if kind is IdentifierKind.EMAIL:
        forms = sorted({unicodedata.normalize(form, value) for form in ("NFC", "NFD")})
        return [{"$regex": f"^\\s*{re.escape(form)}\\s*$", "$options": "i"} for form in forms]
    if kind is IdentifierKind.PHONE:
        number = digits(value)
        return [{"$regex": f"^[+0 (]*{_BETWEEN.join(number)} *$"}] if number else ()
    return [{"$in": typed(value)}]


def _shown(kind: IdentifierKind, path: str, person: Row) -> list[object]:
    found = [text for value in values_at(person, path) if (text := spelled(value))]
    if kind is IdentifierKind.PHONE:
        return [prefix + number for text in found if (number := digits(text)) for prefix in ("", "+", "00")]
    return [*found]
