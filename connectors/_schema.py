"""A live schema, read once: tables, columns, keys, references, and what the columns seem to hold."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from connectors import _sql
from connectors._scan_words import Family, Guess, guess, in_company

SAMPLE = 200  # rows of each table that are looked at; they are never shown
_LONGEST = 500  # characters of a value that are looked at


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: these columns are equal to those of the parent."""

    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableFacts:
    """One table. `key` is what tells its rows apart; empty if nothing does. Guesses are by column."""

    name: str  # with its schema before a dot, if it is not the connection's own
    columns: Mapping[str, sa.types.TypeEngine[Any]]
    key: tuple[str, ...]
    unique: frozenset[frozenset[str]]
    references: tuple[Reference, ...]
    optional: frozenset[str] = frozenset()  # columns that may be empty
    guesses: Mapping[str, Guess] = field(default_factory=dict)


Schema = Mapping[str, TableFacts]


def read_schema(connection: sa.Connection, schemas: Sequence[str] = ()) -> Schema:
    """Read every table of these schemas, or of the connection's own. Only looks.

    A table that this account may not read is judged by its names alone.
    """
    inspector = sa.inspect(connection)
    found = {}
    own: Sequence[str | None] = schemas or [None]
    for schema in own:
        for table in sorted(inspector.get_table_names(schema)):
            facts = _facts(inspector, table, schema)
            found[facts.name] = _sampled(connection, facts, table, schema)
    return found


def _facts(inspector: sa.Inspector, table: str, schema: str | None) -> TableFacts:
    known = inspector.get_columns(table, schema)
    columns = {c["name"]: _sql.base_type(c["type"]) for c in known}
    nullable = frozenset(c["name"] for c in known if c["nullable"])
    primary = tuple(inspector.get_pk_constraint(table, schema)["constrained_columns"])
    unique = frozenset(_sql.unique_keys(inspector, table, schema))
    whole = [key for key in unique if not key & nullable]
    smallest = min(whole, key=lambda key: (len(key), sorted(key)), default=frozenset[str]())
    return TableFacts(
        name=_named(table, schema),
        columns=columns,
        key=primary or tuple(column for column in columns if column in smallest),
        unique=unique,
        optional=nullable,
        references=tuple(
            Reference(
                tuple(found["constrained_columns"]),
                _named(found["referred_table"], found.get("referred_schema")),
                tuple(found["referred_columns"]),
            )
            for found in inspector.get_foreign_keys(table, schema)
        ),
    )


def _named(table: str, schema: str | None) -> str:
    return f"{schema}.{table}" if schema else table


def _sampled(connection: sa.Connection, facts: TableFacts, table: str, schema: str | None) -> TableFacts:
    values = _values(connection, facts, table, schema)
    judged = {
        column: guess(column, values.get(column, ()), family) for column, family in _families(facts).items()
    }
    guesses = in_company({column: found for column, found in judged.items() if found}, table)
    return replace(facts, guesses=guesses)


def _families(facts: TableFacts) -> Mapping[str, Family]:
    """Return which columns may hold something of a person themselves. A reference only points at it."""
    pointing = {column for found in facts.references for column in found.columns}
    found = {column: _family(kind) for column, kind in facts.columns.items()}
    return {c: f for c, f in found.items() if f is Family.TEXT or (f and c not in pointing)}


def _family(kind: sa.types.TypeEngine[Any]) -> Family | None:
    if isinstance(kind, sa.types.Boolean):
        return None
    if isinstance(kind, (sa.types.Uuid, sa.types.LargeBinary)):
        return Family.OTHER
    if isinstance(kind, (sa.types.Date, sa.types.DateTime)):
        return Family.DAY
    if isinstance(kind, (sa.types.JSON, sa.types.ARRAY)):
        return Family.JSON
    return Family.NUMBER if isinstance(kind, (sa.types.Integer, sa.types.Numeric)) else Family.TEXT


def _values(
    connection: sa.Connection, facts: TableFacts, table: str, schema: str | None
) -> Mapping[str, list[str]]:
    texts = [
        name
        for name, kind in facts.columns.items()
        if isinstance(kind, (sa.types.String, sa.types.JSON, sa.types.ARRAY))
    ]
    if not texts:
        return {}
    columns: list[sa.ColumnClause[str]] = [sa.column(name) for name in texts]
    chosen = sa.select(*columns).select_from(sa.table(table, schema=schema))
    try:
        with _sql.unharmed(connection):
            rows = connection.execute(chosen.limit(SAMPLE)).all()
    except sa.exc.DBAPIError:
        return {}
    return {name: [text for row in rows if (text := _text(row[i]))] for i, name in enumerate(texts)}


def _text(value: object) -> str:
    """Return a value as text that can be judged; empty if there is none."""
    written = json.dumps(value) if isinstance(value, (dict, list)) else value
    return written[:_LONGEST].strip() if isinstance(written, str) else ""
