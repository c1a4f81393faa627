"""The least that the accounts of a data map must be granted, as statements for the DBA to run.

Sources: the GRANT pages of the PostgreSQL manual (column privileges) of the MariaDB knowledge
base and of the ClickHouse manual (mutations).
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.sql.compiler import IdentifierPreparer

from connectors._map import DataMap, Entry
from connectors._map_deeds import REMOVE, Flag, Removed
from connectors._reach import split
from connectors._schema import Schema

_FILES = {"sqlite": "SQLite", "duckdb": "DuckDB"}
READING, WRITING = "dsar_read", "dsar_write"


def grants(data_map: DataMap, schema: Schema, dialect: sa.Dialect) -> tuple[str, ...]:
    """Return the statements for a reading account, and for a writing one if the map names deeds.

    The passwords are the DBA's to set. A file has no accounts: a remark says what to do instead.
    """
    if file := _FILES.get(dialect.name):
        return (
            f"-- {file} has no accounts: let the worker's user read the file, and write it only for deeds",
        )
    return tuple(_Granting(data_map, schema, dialect).statements())


class _Granting:
    """Writes the statements in one dialect's spelling."""

    def __init__(self, data_map: DataMap, schema: Schema, dialect: sa.Dialect) -> None:
        self._map, self._schema = data_map, schema
        self._postgres, self._mutates = dialect.name == "postgresql", dialect.name == "clickhouse"
        self._alter = "ALTER " if self._mutates else ""
        self._quote: IdentifierPreparer = dialect.identifier_preparer

    def statements(self) -> Iterator[str]:
        yield from self._schemas(READING)
        for name, entry in self._map.collections.items():
            yield f"GRANT SELECT{self._readable(name, entry)} ON {self._table(name)} TO {READING};"
        removed, written = self._removed(), self._written()
        if removed or written:
            yield from self._schemas(WRITING)
            for name in self._map.collections:
                yield f"GRANT SELECT ON {self._table(name)} TO {WRITING};"
        for name in sorted(removed):
            yield f"GRANT {self._alter}DELETE ON {self._table(name)} TO {WRITING};"
        for name, columns in sorted(written.items()):
            yield f"GRANT {self._alter}UPDATE ({self._columns(columns)}) ON {self._table(name)} TO {WRITING};"

    def _schemas(self, account: str) -> Iterator[str]:
        """PostgreSQL wants the schema opened, too. ClickHouse must let a reader say how instants are spelled,
        and tell a writer which mutations are under way.
        """
        if self._mutates:
            reader = f"ALTER USER {READING} SETTINGS readonly = 2;"
            yield reader if account == READING else f"GRANT SELECT ON system.mutations TO {WRITING};"
        if self._postgres:
            schemas = {split(self._map.table_of(name))[1] or "public" for name in self._map.collections}
            for schema in sorted(schemas):
                yield f"GRANT USAGE ON SCHEMA {self._quote.quote(schema)} TO {account};"

    def _readable(self, name: str, entry: Entry) -> str:
        """Keep what the map keeps back from the account as well. MariaDB hides such columns from the schema,
        too, where the map looks for them, so there the table is granted whole.
        """
        facts = self._schema.get(self._map.table_of(name))
        if not (self._postgres and facts and (entry.columns or entry.except_)):
            return ""
        wanted = set(entry.columns) or {*facts.columns} - entry.except_
        wanted |= {*entry.key, *entry.via, *entry.where, *self._asked_of(name)}
        return f" ({self._columns([c for c in facts.columns if c in wanted])})"

    def _asked_of(self, name: str) -> Iterator[str]:
        """What others reach through, and what the person is found by."""
        for other in self._map.collections.values():
            yield from other.parent_columns if other.parent == name else ()
        if name == self._map.person.table:
            yield from (*self._map.person.finds_by.values(), *self._map.person.teaches.values())

    def _removed(self) -> set[str]:
        stops = {stop.remove for stop in self._map.suppress.values() if isinstance(stop, Removed)}
        return stops | {name for name, entry in self._map.collections.items() if entry.erase == REMOVE}

    def _written(self) -> dict[str, list[str]]:
        found: dict[str, dict[str, None]] = {}
        for name, entry in self._map.collections.items():
            erased = entry.erase if isinstance(entry.erase, dict) else ()
            found.setdefault(name, {}).update(dict.fromkeys((*erased, *entry.rectify)))
        flags = [self._map.restrict, *self._map.suppress.values()]
        for flag in flags:
            if isinstance(flag, Flag):
                found.setdefault(self._map.flagged(flag), {})[flag.column] = None
        return {name: [*columns] for name, columns in found.items() if columns}

    def _table(self, name: str) -> str:
        table, schema = split(self._map.table_of(name))
        return ".".join(self._quote.quote(part) for part in (schema, table) if part)

    def _columns(self, columns: list[str]) -> str:
        return ", ".join(map(self._quote.quote, columns))
