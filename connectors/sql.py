"""Any database that SQLAlchemy speaks, described by a data map (see `_map.py`).

It looks with an account that may only read. Deeds need an account of their own (`write_url`) and what the map
says of them; without either, the card does not offer them.

The person is found by the identifiers that the map names, and from then on by the keys of their rows,
which are learned as record keys of this system. Give the column of e-mail addresses an index on
`lower(…)`, and every foreign key an index: the searches use them.

It was tried on SQLite, PostgreSQL, MariaDB, DuckDB (extra `duckdb`) and the engine of ClickHouse.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _map, _map_reading, _reach, _sql, _sql_doing, _sql_order, _sql_scan
from connectors._clickhouse_deeds import demand_fitting_map
from connectors._map_deeds import demand_hash_key
from connectors._sql_card import card_of, page_of
from connectors._sql_keys import demand_one_order, demand_unique_keys
from connectors._sql_people import matching
from connectors._values import Key, key_from, key_text
from dsar.errors import ContractError, OperatorError
from dsar.holdings import Findings, Holding, Page
from dsar.person import Identifier, Identity
from dsar.residue import Scan
from dsar.vocabulary import IdentifierKind, Verb


class Settings(BaseModel):
    """`url` as SQLAlchemy writes it, of an account that may only read; `map` is the data map's file.

    `read_url` is a replica: exports are read there, where it has caught up with that person. `write_url` is
    the same database with an account that may change what the map's deeds name. `hash_key` keys the hashes
    of columns that the map erases by `hash`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: SecretStr
    map: Path
    read_url: SecretStr | None = None
    write_url: SecretStr | None = None
    hash_key: SecretStr | None = None
    page_rows: int = Field(default=1000, ge=1, le=10_000)


def connect(name: str, settings: Settings) -> "SqlSystem":
    """Return the connector. Nothing is opened before the first call.

    Raises:
        InputError: the data map or the URL cannot be taken.
    """
    data_map = _map_reading.read(settings.map)
    system = SqlSystem(
        name, _sql.Database(name, settings.url.get_secret_value()), data_map, settings.page_rows
    )
    if settings.read_url:
        system.read_from(_sql.Database(name, settings.read_url.get_secret_value()))
    if settings.write_url:
        key = settings.hash_key.get_secret_value() if settings.hash_key else ""
        system.take_up_deeds(_sql.Database(name, settings.write_url.get_secret_value(), writing=True), key)
    return system


class SqlSystem:
    """A connected database."""

    def __init__(self, name: str, database: _sql.Database, data_map: _map.DataMap, page_rows: int) -> None:
        self._database = database
        self._map = data_map
        self._page_rows = page_rows
        self._layout: _reach.Layout | None = None
        self._writing: _sql.Database | None = None
        self._replica: _sql.Database | None = None
        self.card = card_of(name, data_map)

    def read_from(self, replica: _sql.Database) -> None:
        """Export from a replica, from now on. Searches and deeds stay where the truth is."""
        self._replica = replica

    def take_up_deeds(self, writing: _sql.Database, hash_key: str) -> None:
        """Offer what the map says can be done, from now on.

        Raises:
            InputError: `hash_key_missing`: the map hashes, and an unkeyed hash could be guessed.
        """
        able = _sql_doing.abilities(self._map, mutates=writing.mutates)
        if writing.mutates:
            demand_fitting_map(self._map)
        demand_hash_key((entry.erase for entry in self._map.collections.values()), hash_key)
        self._writing = writing
        self.card = replace(self.card, can=self.card.can | {*able}, abilities=able)
        doing = _sql_doing.Doing(self.card.name, writing, self._database, self._who, hash_key.encode())
        for verb in able:
            setattr(self, verb, getattr(doing, verb))
        if Verb.ERASE in able:
            self.plan_erasure = doing.plan_erasure

    async def _who(self, identity: Identity) -> tuple[_reach.Layout, tuple[Key, ...]]:
        layout = await self._ready()
        return layout, await self._keys(layout, identity)

    def __repr__(self) -> str:
        return f"SqlSystem({self.card.name})"

    async def check(self) -> None:
        """Read the schema anew and hold it against the map.

        Raises:
            OperatorError: `credentials_refused`, `table_missing:…`, `column_missing:…`, `key_not_unique:…`.
            TemporaryError: the database cannot be reached now.
        """
        self._layout = await self._database.run(self._read_layout)
        await self._database.run(partial(self._demand, layout=self._layout))
        for each in (self._replica, self._writing):
            if each:
                await each.run(lambda c: c.execute(sa.select(1)))

    def _demand(self, connection: sa.Connection, layout: _reach.Layout) -> None:
        inspector = sa.inspect(connection)
        demand_unique_keys(self.card.name, self._map, inspector)
        _sql_order.demand_fitting_deeds(self.card.name, layout, inspector)

    async def find(self, identity: Identity) -> Findings:
        """Count what is held, in one statement. Several rows for one person stop it for a human."""
        with self._forgetting_the_schema():
            return await self._found(identity)

    async def _found(self, identity: Identity) -> Findings:
        layout = await self._ready()
        frozen = self._frozen(identity)
        matches = await self._database.run(lambda c: matching(self.card.name, c, layout, identity, frozen))
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
            if self._database.mutates:
                name = self.card.name
                await self._database.run(lambda c: demand_one_order(name, c, layout, collection, keys))
            source = await self._source(layout, collection, keys)
            async for rows in source.stream(layout.rows(collection, keys, after), self._page_rows):
                yield page_of(rows, width, names)

    async def _source(self, layout: _reach.Layout, collection: str, keys: Sequence[Key]) -> _sql.Database:
        """Return the replica if it has as many rows of the person: one that lags would leave some out."""
        if self._replica is None:
            return self._database
        here, there = [
            await each.run(lambda c: layout.counted(c, keys, [collection]))
            for each in (self._database, self._replica)
        ]
        return self._replica if here == there else self._database

    async def scan(self, identity: Identity) -> Scan:
        """Look for the person in every text and JSON column of the schemas, also where no map leads."""
        return await _sql_scan.scan(self._database, self._map, identity)

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        for each in (self._database, self._replica, self._writing):
            if each:
                await each.close()

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

    async def _keys(self, layout: _reach.Layout, identity: Identity) -> tuple[Key, ...]:
        if frozen := self._frozen(identity):
            return frozen
        matches = await self._database.run(lambda c: matching(self.card.name, c, layout, identity, ()))
        if len(matches) > 1:
            raise OperatorError(self.card.name, "several_people")
        return tuple(match.key for match in matches)

    def _record_key(self, key: Key) -> Identifier:
        return Identifier(kind=IdentifierKind.RECORD_KEY, value=key_text(key), system=self.card.name)

    def _holding(self, name: str, count: int) -> Holding:
        category = self._map.collections[name].category
        return Holding(system=self.card.name, collection=name, category=category, count=count)
