"""The residue scan of a MongoDB: every text in every document of every collection, mapped or not. Also the
names of collections and fields: some programs use an address as one, and keep a collection for each person.

A place is a collection and a field, in clear where the data map names them. Any other name may be somebody's:
it is a `*`, and those where something was found go along for the vault, and nowhere else.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bson import Regex

from connectors._map import DataMap
from connectors._mongo import Store
from connectors._mongo_fitting import named_fields
from connectors._mongo_values import Document
from connectors._traces import Traces
from dsar.errors import ContractError, OperatorError, TemporaryError
from dsar.person import Identity
from dsar.residue import MOST_KEYS, Residue, Scan

PAGE_ROWS = 1_000
_ELSEWHERE = "*"  # where names may be anybody's


async def scan(store: Store, data_map: DataMap, identity: Identity) -> Scan:
    """Look for the person in every collection that the account may read.

    Raises:
        DsarError: the database cannot be reached, or does not say which collections it has.
    """
    sought, notes = Traces(identity), _Notes(data_map)
    places = records = 0
    for table in await store.names() if sought.any else ():
        if table not in notes.mapped and sought.within(table):
            notes.take(table, [[""]])
        seen: set[str] = set()
        try:
            async for page in store.pages(table, {}, PAGE_ROWS):
                records += len(page)
                seen |= {notes.place_of(table, name) for document in page for name in document}
                notes.take(table, await asyncio.to_thread(_finds, page, sought))
        except (OperatorError, ContractError) as error:
            notes.miss(table, error.reason)
        except TemporaryError as error:
            if error.reason != "statement_timeout":
                raise
            notes.miss(table, error.reason)
        places += len(seen)
    return Scan(found=tuple(notes.told()), places=places, records=records)


class _Notes:
    """What was found by now, place by place."""

    def __init__(self, data_map: DataMap) -> None:
        self.mapped = {data_map.table_of(name): name for name in data_map.collections}
        self._fields = named_fields(data_map)
        self._counts: Counter[tuple[str, str]] = Counter()  # by place and collection
        self._keys: dict[str, dict[str, None]] = {}
        self._unread: dict[tuple[str, str], list[str]] = {}  # by place and reason

    def place_of(self, table: str, field: str) -> str:
        if table not in self.mapped:
            return _ELSEWHERE
        return f"{table}.{field if field in self._fields else _ELSEWHERE}"

    def take(self, table: str, found: Sequence[Sequence[str]]) -> None:
        """Take in the fields of each document in which something was found; no name: the collection's own."""
        for fields in found:
            places = {field: self.place_of(table, field) for field in fields}
            self._counts.update((place, self.mapped.get(table, "")) for place in {*places.values()})
            for field, place in places.items():
                keys = self._keys.setdefault(place, {})
                if place.endswith(_ELSEWHERE) and len(keys) < MOST_KEYS:
                    keys[f"{table}.{field}" if field else table] = None

    def miss(self, table: str, reason: str) -> None:
        place = table if table in self.mapped else _ELSEWHERE
        self._unread.setdefault((place, reason), []).append(table)

    def told(self) -> Iterator[Residue]:
        for (place, collection), count in sorted(self._counts.items()):
            yield Residue(place=place, count=count, collection=collection, keys=tuple(self._keys[place]))
        for (place, reason), tables in self._unread.items():
            keys = tuple(tables[:MOST_KEYS]) if place == _ELSEWHERE else ()
            yield Residue(place=place, reason=reason, keys=keys)


def _finds(page: Sequence[Document], sought: Traces) -> list[list[str]]:
    """Return for each document in which something was found the fields where it stands."""
    found = ([n for n, value in document.items() if _holds(value, n, sought)] for document in page)
    return [fields for fields in found if fields]


def _holds(value: Any, name: str, sought: Traces) -> bool:  # noqa: ANN401  # of any type
    if sought.within(name):
        return True
    if isinstance(value, Mapping):
        return any(_holds(each, inner, sought) for inner, each in value.items())
    if isinstance(value, list):
        return any(_holds(each, "", sought) for each in value)
    return sought.within(value.pattern if isinstance(value, Regex) else value)
