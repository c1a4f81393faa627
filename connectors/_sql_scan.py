"""The residue scan of a database: every text and JSON column of its schemas, mapped or not, read to the end.

Rows come through one server-side cursor in read-only transactions, a page at a time, each statement with its
time-out. A table that may not be read, or is too slow, is named and the others are looked at all the same.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from connectors._map import DataMap
from connectors._reach import split
from connectors._sql import Database
from connectors._traces import Traces
from dsar.errors import ContractError, DsarError, OperatorError
from dsar.person import Identity
from dsar.residue import Residue, Scan

PAGE_ROWS = 5_000
_SLOW, _UNREADABLE = "statement_timeout", "schema_unreadable"
# What can hold no text. All else is read, also types that nobody here has heard of.
_NO_TEXT = (
    sa.types.Integer,
    sa.types.Numeric,
    sa.types.Date,
    sa.types.DateTime,
    sa.types.Time,
    sa.types.Interval,
    sa.types.Boolean,
    sa.types.Uuid,
    sa.types.LargeBinary,
)
# A partitioned table holds nothing itself: its parts are tables of their own.
_PARTITIONED = sa.text(
    "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
    "where c.relkind = 'p' and n.nspname = :schema"
)


@dataclass(frozen=True, slots=True)
class Target:
    """One table and the columns of it that may hold text; none if even their names cannot be read. `shown` is
    how it is named to people.
    """

    schema: str
    table: str
    shown: str
    collection: str
    columns: tuple[str, ...]


async def scan(database: Database, data_map: DataMap, identity: Identity) -> Scan:
    """Look for the person in every table.

    Raises:
        DsarError: the database cannot be reached, or does not let its schema be read.
    """
    sought = Traces(identity)
    targets = await database.run(partial(_targets, data_map=data_map))
    found: list[Residue] = []
    records = 0
    for target in targets if sought.any else ():
        if not target.columns:
            found.append(_place(target, sought, reason=_UNREADABLE))
            continue
        try:
            counts, rows = await _read(database, target, sought)
        except (OperatorError, ContractError) as error:
            found.append(_place(target, sought, reason=error.reason))
        except DsarError as error:
            if error.reason != _SLOW:
                raise
            found.append(_place(target, sought, reason=error.reason))
        else:
            records += rows
            found += [
                _place(target, sought, column, count=count)
                for column, count in zip(target.columns, counts, strict=True)
                if count
            ]
    return Scan(found=tuple(found), places=sum(len(t.columns) for t in targets), records=records)


def _place(target: Target, sought: Traces, column: str = "", *, count: int = 0, reason: str = "") -> Residue:
    """Name a place as the schema does. A name that is the person's own goes along for the vault."""
    names = [target.shown, column] if column else [target.shown]
    place = ".".join("*" if sought.within(name) else name for name in names)
    keys = () if place == ".".join(names) else (".".join(names),)
    return Residue(place=place, count=count, collection=target.collection, reason=reason, keys=keys)


async def _read(database: Database, target: Target, sought: Traces) -> tuple[list[int], int]:
    """Return for each column in how many rows something was found, and how many rows there are."""
    counts, rows = [0] * len(target.columns), 0
    async for page in database.stream(_statement(target), PAGE_ROWS):
        rows += len(page)
        fresh = await asyncio.to_thread(_counted, page, sought, len(counts))
        counts = [a + b for a, b in zip(counts, fresh, strict=True)]
    return counts, rows


def _counted(page: Sequence[sa.Row[Any]], sought: Traces, width: int) -> list[int]:
    return [sum(sought.within(row[i]) for row in page) for i in range(width)]


def _statement(target: Target) -> sa.Select[Any]:
    """Select every column as text. On SQLite a column holds what it was given, whatever its type says."""
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in target.columns]
    table = sa.table(target.table, *columns, schema=target.schema)
    read: list[sa.ColumnElement[Any]] = [
        _AsText(table.c[name]).label(f"_{i}") for i, name in enumerate(target.columns)
    ]
    chosen: sa.Select[Any] = sa.select(*read)
    return chosen.select_from(table)


class _AsText(sa.sql.functions.GenericFunction[str]):
    """A column as text, where the database would hand out something else (JSON, arrays, search vectors)."""

    type = sa.String()
    inherit_cache = True
    name = "as_text"


@compiles(_AsText)
def _plain(element: _AsText, compiler: Any, **more: Any) -> str:  # noqa: ANN401  # SQLAlchemy's own signature
    return str(compiler.process(next(iter(element.clauses)), **more))


@compiles(_AsText, "clickhouse")
def _spelled(element: _AsText, compiler: Any, **more: Any) -> str:  # noqa: ANN401  # as above
    return f"toString({_plain(element, compiler, **more)})"


@compiles(_AsText, "duckdb")
@compiles(_AsText, "postgresql")
def _cast(element: _AsText, compiler: Any, **more: Any) -> str:  # noqa: ANN401  # as above
    return f"CAST({_plain(element, compiler, **more)} AS TEXT)"


def _targets(connection: sa.Connection, data_map: DataMap) -> tuple[Target, ...]:
    inspector = sa.inspect(connection)
    home = inspector.default_schema_name or "main"
    mapped: dict[tuple[str, str], str] = {}
    for name in data_map.collections:
        table, schema = split(data_map.table_of(name))
        mapped[schema or home, table] = name
    schemas = sorted({home, *(schema for schema, _table in mapped)})
    return tuple(
        Target(
            schema=schema,
            table=table,
            shown=table if schema == home else f"{schema}.{table}",
            collection=mapped.get((schema, table), ""),
            columns=columns,
        )
        for schema in schemas
        for table in _tables(connection, inspector, schema)
        if (columns := _columns(inspector, schema, table)) is not None
    )


def _tables(connection: sa.Connection, inspector: sa.Inspector, schema: str) -> Iterable[str]:
    """Return the tables that hold rows themselves: no view, but a materialised one is a copy."""
    tables = inspector.get_table_names(schema)
    if connection.dialect.name != "postgresql":
        return sorted(tables)
    parents = set(connection.scalars(_PARTITIONED, {"schema": schema}))
    return sorted({*tables, *inspector.get_materialized_view_names(schema)} - parents)


def _columns(inspector: sa.Inspector, schema: str, table: str) -> tuple[str, ...] | None:
    """Return the columns that may hold text: None if there are none, an empty tuple if nobody can tell."""
    dialect = inspector.dialect.name
    try:
        known = inspector.get_columns(table, schema)
    except sa.exc.DBAPIError:  # a virtual table of SQLite whose program is not here
        return ()
    names = [c["name"] for c in known if dialect == "sqlite" or not isinstance(c["type"], _NO_TEXT)]
    if dialect in {
        "mysql",
        "mariadb",
    }:  # SQLAlchemy leaves a backtick within a name doubled, as it was quoted
        names = [name.replace("``", "`") for name in names]
    return tuple(names) or None
