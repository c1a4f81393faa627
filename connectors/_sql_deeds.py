"""The deeds of the SQL connector: set-based statements in bounded batches, each a transaction of its own.

A batch that was cut short is simply done again: every statement touches only rows that are the person's and
are not yet as they shall be.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSON, JSONB

from connectors._map_deeds import HASH, REMOVE, Flag, Replaced, Value
from connectors._reach import Condition, Layout, Table, bound, split
from connectors._sql_fitting import spelled
from connectors._values import Key

BATCH = 20_000  # rows a transaction: long enough to be fast, short enough to hold nobody up
# So many go in one statement without being chosen first, which is half the cost. It locks one person's rows.
AT_ONCE = 200_000
_MARK = "keyed:"  # what a hash of ours begins with, so that it is not hashed again
_DIGITS = 32
HASHED = len(_MARK) + _DIGITS  # characters of a hash of ours


@dataclass(frozen=True, slots=True)
class NewValue:
    """A value as its column holds it, and which one it takes the place of; `empty`: of none at all."""

    collection: str
    column: str
    value: object = field(repr=False)
    old: object = field(repr=False, default=None)
    empty: tuple[str, ...] | None = None  # what an empty cell may say beside NULL

    def stands_in(self, table: Table) -> Condition:
        """Return which rows hold what it takes the place of: any, if that was not said."""
        column = table.c[self.column]
        if self.empty is not None:
            return sa.or_(column.is_(None), *(column == said for said in self.empty))
        return sa.true() if self.old is None else column == bound(self.old)


@dataclass(frozen=True, slots=True)
class Deeds:
    """What may be done to one person's rows. `keys` say who it is; `secret` is what hashes are keyed with."""

    layout: Layout
    keys: tuple[Key, ...] = field(repr=False)
    secret: bytes = field(repr=False, default=b"")
    system: str = ""

    def left(self, connection: sa.Connection, name: str) -> int:
        """Count the person's rows that are still to be erased."""
        table = self.layout.table(name)
        return self._count(connection, table, self._unerased(name, table))

    def erase_all(self, connection: sa.Connection, name: str) -> int:
        """Erase all rows of a collection in one statement. Returns how many it was."""
        erasing, target = self.layout.map.collections[name].erase, self._target(name)
        which = self._unerased(name, target)
        if isinstance(erasing, dict):
            return connection.execute(
                sa.update(target).where(which).values(_bound(self.emptied(name)))
            ).rowcount
        return connection.execute(sa.delete(target).where(which)).rowcount

    def fits_at_once(self, name: str, count: int) -> bool:
        """Whether `erase_all` can do it. Hashes are made here, row by row; and MariaDB does not let a
        statement look into the very table that it changes.
        """
        entries = self.layout.map.collections
        erasing, above, parent = entries[name].erase, set(), entries[name].parent
        while parent:
            above.add(self.layout.map.table_of(parent))
            parent = entries[parent].parent
        hashes = isinstance(erasing, dict) and HASH in erasing.values()
        return count <= AT_ONCE and not hashes and self.layout.map.table_of(name) not in above

    def erase_some(self, connection: sa.Connection, name: str) -> int:
        """Erase one batch. Returns how many rows it was; less than a batch when nothing is left."""
        erasing = self.layout.map.collections[name].erase
        if erasing == REMOVE or not isinstance(erasing, dict):
            return self._remove(connection, name, self._unerased)
        if HASH in erasing.values():
            return self._hash(connection, name)
        return self._write(connection, name, self.emptied(name), self._unerased)

    def unflagged(self, connection: sa.Connection, flag: Flag, value: Value | None) -> int:
        """Count the person's rows in which a flag does not say this."""
        name = self.layout.map.flagged(flag)
        table = self.layout.table(name)
        return self._count(connection, table, self._not_yet(flag.column, value)(name, table))

    def flag(self, connection: sa.Connection, flag: Flag, value: Value | None) -> int:
        """Set a flag in one batch of rows. Returns how many; 0 when all say so."""
        name = self.layout.map.flagged(flag)
        return self._write(connection, name, {flag.column: value}, self._not_yet(flag.column, value))

    def correct(self, connection: sa.Connection, new: NewValue) -> int:
        """Write a new value into one batch of the rows that are to have it. Returns how many."""
        return self._write(connection, new.collection, {new.column: new.value}, self._wrong(new))

    def uncorrected(self, connection: sa.Connection, new: NewValue) -> int:
        """Count the person's rows that are to have the new value and do not."""
        table = self.layout.table(new.collection)
        return self._count(connection, table, self._wrong(new)(new.collection, table))

    def _wrong(self, new: NewValue) -> Callable[[str, Table], Condition]:
        def wrong(name: str, table: Table) -> Condition:
            return sa.and_(self._not_yet(new.column, new.value)(name, table), new.stands_in(table))

        return wrong

    def rows(self, connection: sa.Connection, name: str) -> int:
        """Count the person's rows in a collection."""
        table = self.layout.table(name)
        return self._count(connection, table, self.layout.reached(name, table, self.keys))

    def remove_some(self, connection: sa.Connection, name: str) -> int:
        """Remove one batch of rows whose being there is what is to stop."""
        return self._remove(connection, name, lambda n, table: self.layout.reached(n, table, self.keys))

    def _unerased(self, name: str, table: Table) -> Condition:
        erasing, reached = (
            self.layout.map.collections[name].erase,
            self.layout.reached(name, table, self.keys),
        )
        if not isinstance(erasing, dict):
            return reached
        kinds = self.layout.live[name]
        holding = (_holds(table.c[column], how, kinds[column]) for column, how in erasing.items())
        return sa.and_(reached, sa.or_(*holding))

    def emptied(self, name: str) -> dict[str, object]:
        """Return what stands in the columns of a collection afterwards; hashes apart."""
        erasing, kinds = self.layout.map.collections[name].erase, self.layout.live[name]
        told = erasing.items() if isinstance(erasing, dict) else ()
        return {c: spelled(kinds[c], how.replace) if isinstance(how, Replaced) else None for c, how in told}

    def _not_yet(self, column: str, value: object) -> Callable[[str, Table], Condition]:
        def otherwise(name: str, table: Table) -> Condition:
            other = table.c[column].is_distinct_from(bound(value))
            return sa.and_(self.layout.reached(name, table, self.keys), other)

        return otherwise

    def _count(self, connection: sa.Connection, table: Table, which: Condition) -> int:
        return int(
            connection.execute(sa.select(sa.func.count()).select_from(table).where(which)).scalar_one()
        )

    def _remove(self, connection: sa.Connection, name: str, which: Callable[[str, Table], Condition]) -> int:
        target = self._target(name)
        return connection.execute(sa.delete(target).where(self._batch(name, target, which))).rowcount

    def _write(
        self,
        connection: sa.Connection,
        name: str,
        values: Mapping[str, object],
        which: Callable[[str, Table], Condition],
    ) -> int:
        target = self._target(name)
        statement = sa.update(target).where(self._batch(name, target, which)).values(_bound(values))
        return connection.execute(statement).rowcount

    def _hash(self, connection: sa.Connection, name: str) -> int:
        """Hash one batch here, row by row: no two databases have the same keyed digest."""
        table, target, entry = self.layout.table(name), self._target(name), self.layout.map.collections[name]
        erasing = entry.erase if isinstance(entry.erase, dict) else {}
        key = [table.c[column] for column in entry.key]
        chosen = sa.select(*key, *(table.c[column] for column in erasing)).where(self._unerased(name, table))
        rows = connection.execute(chosen.limit(BATCH)).all()
        its = sa.and_(*(target.c[column] == sa.bindparam(f"k{i}") for i, column in enumerate(entry.key)))
        values: dict[Any, Any] = {target.c[column]: sa.bindparam(f"v{i}") for i, column in enumerate(erasing)}
        if rows:
            told = [self._told(row, len(key), erasing) for row in rows]
            connection.execute(sa.update(target).where(its).values(values), told)
        return len(rows)

    def _told(self, row: sa.Row[Any], width: int, erasing: Mapping[str, object]) -> dict[str, object]:
        new = map(self._erased, erasing.values(), row[width:])
        key = {f"k{i}": value for i, value in enumerate(row[:width])}
        return key | {f"v{i}": value for i, value in enumerate(new)}

    def _erased(self, how: object, value: object) -> object:
        if how == HASH and value is not None:
            return (
                _MARK
                + hmac.digest(self.secret, str(value).encode("utf-8", "surrogatepass"), sha256).hex()[
                    :_DIGITS
                ]
            )
        return how.replace if isinstance(how, Replaced) else None

    def _target(self, name: str) -> sa.TableClause:
        table, schema = split(self.layout.map.table_of(name))
        columns: Sequence[sa.ColumnClause[Any]] = [sa.column(c) for c in self.layout.live[name]]
        return sa.table(table, *columns, schema=schema)

    def _batch(
        self, name: str, target: sa.TableClause, which: Callable[[str, Table], Condition]
    ) -> Condition:
        """Choose some rows by their key. MariaDB wants the choice made before it looks at the table."""
        table, entry = self.layout.table(name), self.layout.map.collections[name]
        some = sa.select(*(table.c[column] for column in entry.key)).where(which(name, table)).limit(BATCH)
        chosen = sa.select(some.subquery())
        columns = [target.c[column] for column in entry.key]
        return columns[0].in_(chosen) if len(columns) == 1 else sa.tuple_(*columns).in_(chosen)


def _bound(values: Mapping[str, object]) -> dict[str, object]:
    """Bind values untyped, so that each column takes them as its own type: an enum, JSON, a network."""
    return {column: bound(value) for column, value in values.items()}


def _holds(column: sa.ColumnElement[Any], how: object, kind: sa.types.TypeEngine[Any]) -> Condition:
    """Say that a column still holds something of the person."""
    if isinstance(how, Replaced):
        same = sa.cast(column, JSONB) if type(kind) is JSON else column  # PostgreSQL's `json` equals nothing
        return same != bound(spelled(kind, how.replace))
    return sa.and_(column.is_not(None), column.not_like(f"{_MARK}%")) if how == HASH else column.is_not(None)
