"""Any database that SQLAlchemy speaks, described by a data map (see `_map.py`). It only ever reads.

The person is found by the identifiers that the map names, and from then on by the keys of their rows,
which are learned as record keys of this system. Give the column of e-mail addresses an index on
`lower(…)`, and every foreign key an index: the searches use them.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _map, _reach, _sql
from connectors._values import Key, key_from, key_text, plain
from dsar.errors import ContractError, OperatorError
from dsar.holdings import Card, Collection, Findings, Holding, Page
from dsar.person import Identifier, Identity
from dsar.vocabulary import IdentifierKind


class Settings(BaseModel):
    """`url` as SQLAlchemy writes it, of an account that may only read; `map` is the data map's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: SecretStr
    map: Path
    page_rows: int = Field(default=1000, ge=1, le=10_000)


def connect(name: str, settings: Settings) -> "SqlSystem":
    """Return the connector. Nothing is opened before the first call.

    Raises:
        InputError: the data map or the URL cannot be taken.
    """
    data_map = _map.read(settings.map)
    return SqlSystem(name, _sql.Database(name, settings.url.get_secret_value()), data_map, settings.page_rows)


@dataclass(frozen=True, slots=True)
class _Match:
    """A row of the person's own table: its key, and what it may teach other systems."""

    key: Key = field(repr=False)
    taught: tuple[Identifier, ...] = field(repr=False)


class SqlSystem:
    """A connected database."""

    def __init__(self, name: str, database: _sql.Database, data_map: _map.DataMap, page_rows: int) -> None:
        self._database = database
        self._map = data_map
        self._page_rows = page_rows
        self._layout: _reach.Layout | None = None
        self.card = _card(name, data_map)

    def __repr__(self) -> str:
        return f"SqlSystem({self.card.name})"

    async def check(self) -> None:
        """Read the schema anew and hold it against the map.

        Raises:
            OperatorError: `credentials_refused`, `table_missing:…`, `column_missing:…`, `key_not_unique:…`.
            TemporaryError: the database cannot be reached now.
        """
        self._layout = await self._database.run(self._read_layout)
        await self._database.run(
            lambda c: _reach.demand_unique_keys(self.card.name, self._map, sa.inspect(c))
        )

    async def find(self, identity: Identity) -> Findings:
        """Count what is held, in one statement. Several rows for one person stop it for a human."""
        with self._forgetting_the_schema():
            return await self._found(identity)

    async def _found(self, identity: Identity) -> Findings:
        layout = await self._ready()
        frozen = self._frozen(identity)
        matches = await self._database.run(lambda c: self._matches(c, layout, identity, frozen))
        if len(matches) > 1 and not frozen:
            return Findings(people=len(matches))
        keys = frozen or tuple(match.key for match in matches)
        if not keys:
            return Findings()
        counted = await self._database.run(lambda c: layout.counted(c, keys))
        taught = [identifier for match in matches for identifier in match.taught]
        return Findings(
            holdings=tuple(
                self._holding(name, counted[name]) for name in layout.map.collections if counted[name]
            ),
            learned=(*(self._record_key(key) for key in keys), *taught),
        )

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        """Stream a collection in the order of its key, through one server-side cursor.

        Raises:
            OperatorError: `several_people`, where `find` was not asked first or its answer not heeded.
            ContractError: `collection_unknown`, `cursor_unreadable`.
        """
        if collection not in self._map.collections:
            raise ContractError(self.card.name, "collection_unknown")
        with self._forgetting_the_schema():
            layout = await self._ready()
            keys = await self._keys(layout, identity)
            if not keys:
                return
            width = len(self._map.collections[collection].key)
            after = key_from(self.card.name, cursor, width=width) if cursor else None
            names = layout.exported(collection)
            async for rows in self._database.stream(layout.rows(collection, keys, after), self._page_rows):
                yield _page(rows, width, names)

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        await self._database.close()

    @contextmanager
    def _forgetting_the_schema(self) -> Iterator[None]:
        """After a refusal the schema is read anew: a person may have mended it meanwhile."""
        try:
            yield
        except OperatorError:
            self._layout = None
            raise

    async def _ready(self) -> _reach.Layout:
        if self._layout is None:
            self._layout = await self._database.run(self._read_layout)
        return self._layout

    def _read_layout(self, connection: sa.Connection) -> _reach.Layout:
        return _reach.read_layout(self.card.name, self._map, sa.inspect(connection))

    def _frozen(self, identity: Identity) -> tuple[Key, ...]:
        """Keys learned here before: from then on they say who is meant, whatever else is known."""
        texts = identity.of(IdentifierKind.RECORD_KEY, system=self.card.name)
        return tuple(key_from(self.card.name, text, width=len(self._map.home.key)) for text in texts)

    def _matches(
        self, connection: sa.Connection, layout: _reach.Layout, identity: Identity, frozen: tuple[Key, ...]
    ) -> list[_Match]:
        statement = layout.people_by_key(frozen) if frozen else layout.people(identity)
        if statement is None:
            return []
        rows = connection.execute(statement).all()
        return [self._match(row) for row in rows if frozen or layout.truly_matches(row, identity)]

    def _match(self, row: sa.Row[Any]) -> _Match:
        width = len(self._map.home.key)
        taught = zip(self._map.person.teaches, row[width:], strict=False)
        return _Match(
            key=tuple(row[:width]),
            taught=tuple(
                Identifier(kind=kind, value=str(value), system=self.card.name)
                for kind, value in taught
                if value not in {None, ""}
            ),
        )

    async def _keys(self, layout: _reach.Layout, identity: Identity) -> tuple[Key, ...]:
        if frozen := self._frozen(identity):
            return frozen
        matches = await self._database.run(lambda c: self._matches(c, layout, identity, ()))
        if len(matches) > 1:
            raise OperatorError(self.card.name, "several_people")
        return tuple(match.key for match in matches)

    def _record_key(self, key: Key) -> Identifier:
        return Identifier(kind=IdentifierKind.RECORD_KEY, value=key_text(key), system=self.card.name)

    def _holding(self, name: str, count: int) -> Holding:
        category = self._map.collections[name].category
        return Holding(system=self.card.name, collection=name, category=category, count=count)


def _page(rows: Sequence[sa.Row[Any]], width: int, names: Sequence[str]) -> Page:
    return Page(
        rows=tuple(dict(zip(names, map(plain, row[width:]), strict=True)) for row in rows),
        cursor=key_text(tuple(rows[-1][:width])),
    )


def _card(name: str, data_map: _map.DataMap) -> Card:
    return Card(
        name=name,
        vendor=data_map.vendor,
        collections=tuple(
            Collection(name=key, category=entry.category, title=entry.title or key)
            for key, entry in data_map.collections.items()
        ),
        finds_by=frozenset({*data_map.person.finds_by}),
        teaches=frozenset({IdentifierKind.RECORD_KEY, *data_map.person.teaches}),
        notes=data_map.notes,
    )
