"""The statements of the SQL connector: a data map laid over the live schema.

Every value is bound, none is written into a statement. Rows are reached by nested `IN (SELECT …)`, so
that no join can count or export one twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from connectors import _sql, _sql_errors
from connectors._identifiers import digits, same, spellings, typed
from connectors._map import DataMap
from connectors._map_deeds import Value
from connectors._sql_fitting import sought
from connectors._values import Key
from dsar.person import Identity, askable
from dsar.vocabulary import IdentifierKind

MOST_MATCHES = 1000  # beyond that a shared address is ambiguous anyway
_SEPARATORS = " -()./\u00a0"

Table = sa.FromClause
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Layout:
    """The map, and the columns that each of its tables has in truth."""

    map: DataMap
    live: dict[str, dict[str, sa.types.TypeEngine[Any]]]

    def exported(self, name: str) -> tuple[str, ...]:
        """Return the columns that leave the system, in the table's order."""
        entry = self.map.collections[name]
        wanted = entry.columns or tuple(self.live[name])
        return tuple(column for column in wanted if column not in entry.except_)

    def rows(self, name: str, keys: Sequence[Key], after: Key | None) -> sa.Select[Any]:
        """Select the person's rows after a key, in the order of the key; the key's columns come first."""
        table, entry = self.table(name), self.map.collections[name]
        key = [table.c[column] for column in entry.key]
        exported = [table.c[column] for column in self.exported(name)]
        labelled = [column.label(f"_{i}") for i, column in enumerate((*key, *exported))]
        chosen = sa.select(*labelled).where(self.reached(name, table, keys)).order_by(*key)
        return chosen if after is None else chosen.where(_beyond(key, after))

    def counted(
        self, connection: sa.Connection, keys: Sequence[Key], names: Sequence[str] = ()
    ) -> dict[str, int]:
        """Count the person's rows of every collection, or of these, in one statement."""
        parts = []
        for name in names or self.map.collections:
            table = self.table(name)
            counted = sa.select(sa.literal(name).label("name"), sa.func.count().label("n"))
            parts.append(counted.select_from(table).where(self.reached(name, table, keys)))
        return {row.name: row.n for row in connection.execute(sa.union_all(*parts))}

    def people(self, identity: Identity) -> sa.Select[Any] | None:
        """Select the rows that identifiers may fit; `truly_matches` has the last word. None: cannot ask."""
        table, kinds = self._home(), self.map.person.finds_by
        fits = [self._fits(table, kind, column, identity) for kind, column in kinds.items()]
        asked = [condition for condition in fits if condition is not None]
        its = self._of_its_kind(self.map.person.table, table)
        return self._people_rows(table).where(sa.or_(*asked), *its).limit(MOST_MATCHES) if asked else None

    def people_by_key(self, keys: Sequence[Key]) -> sa.Select[Any]:
        """Select the rows with these keys."""
        table = self._home()
        return self._people_rows(table).where(_among([table.c[k] for k in self.map.home.key], keys))

    def truly_matches(self, row: sa.Row[Any], identity: Identity) -> bool:
        """Compare again by our own rules: collations call different letters equal, and pad with blanks."""
        kinds = self.map.person.finds_by
        stored = zip(kinds, row[len(row) - len(kinds) :], strict=True)
        return any(same(kind, value, identity.of(kind)) for kind, value in stored if value is not None)

    def _people_rows(self, table: Table) -> sa.Select[Any]:
        person = self.map.person
        columns = (*self.map.home.key, *person.teaches.values(), *person.finds_by.values())
        return sa.select(*(table.c[column].label(f"_{i}") for i, column in enumerate(columns)))

    def _fits(self, table: Table, kind: IdentifierKind, column: str, identity: Identity) -> Condition | None:
        values = [value for value in identity.of(kind) if askable(value)]
        if not values:
            return None
        found = self.live[self.map.person.table][column]
        if kind is IdentifierKind.EMAIL:
            return sa.func.lower(table.c[column]).in_(sorted({s for v in values for s in spellings(v)}))
        if kind is IdentifierKind.PHONE:
            numbers = {digits(value) for value in values} - {""}
            dialled = sorted(prefix + n for n in numbers for prefix in ("", "+", "00"))
            return _without_separators(table.c[column]).in_(dialled) if dialled else None
        fitting = [fit for value in values if (fit := typed(found, value.strip())) is not None]
        return _among([table.c[column]], [(value,) for value in fitting]) if fitting else None

    def _home(self) -> Table:
        return self.table(self.map.person.table)

    def table(self, name: str) -> Table:
        """Return a collection's table, under a name of its own in this statement."""
        table, schema = split(self.map.table_of(name))
        columns: Iterable[sa.ColumnClause[Any]] = (sa.column(c) for c in self.live[name])
        return sa.table(table, *columns, schema=schema).alias()

    def reached(self, name: str, table: Table, keys: Sequence[Key]) -> Condition:
        """Return which rows of a collection are the person's."""
        return sa.and_(self._led(name, table, keys), *self._of_its_kind(name, table))

    def _of_its_kind(self, name: str, table: Table) -> Iterator[Condition]:
        for column, value in self.map.collections[name].where.items():
            yield table.c[column] == bound(sought(self.live[name][column], value))

    def _led(self, name: str, table: Table, keys: Sequence[Key]) -> Condition:
        entry = self.map.collections[name]
        if not entry.via:
            return _among([table.c[column] for column in entry.key], keys)
        columns = [table.c[column] for column in entry.via]
        order = _order(entry.parent_columns, self.map.home.key)
        if entry.parent == self.map.person.table and order:
            return _among(columns, [tuple(key[i] for i in order) for key in keys])
        parent = self.table(entry.parent)
        links = [parent.c[column] for column in entry.parent_columns]
        inner = sa.select(*links).where(self.reached(entry.parent, parent, keys))
        empty = self._empty(entry.parent, links[0].name)
        if len(links) == 1 and empty is not None:
            inner = inner.where(links[0] != empty)  # or it would lead to everybody whose link is empty
        return columns[0].in_(inner) if len(columns) == 1 else sa.tuple_(*columns).in_(inner)

    def _empty(self, name: str, column: str) -> object:
        """Return what an empty link says, beside NULL. A key is never empty, but for a text."""
        found = self.live[name][column]
        if _is_text(found):
            return ""
        return None if column in self.map.collections[name].key else getattr(found, "unsaid", None)


def read_layout(system: str, data_map: DataMap, inspector: sa.Inspector) -> Layout:
    """Read which columns the mapped tables have.

    Raises:
        OperatorError: `table_missing:…` or `column_missing:…`, also for a column that `except` misspells:
            it would be exported. `column_unfit:…` for a `where` that its column cannot hold.
    """
    live = {}
    for name, entry in data_map.collections.items():
        table, schema = split(data_map.table_of(name))
        try:
            found = inspector.get_columns(table, schema)
        except sa.exc.NoSuchTableError:
            raise _sql_errors.named(system, "table_missing", data_map.table_of(name)) from None
        live[name] = {column["name"]: _sql.base_type(column["type"]) for column in found}
        _demand(system, data_map.table_of(name), live[name], (*entry.key, *entry.columns, *entry.except_))
        marked = () if isinstance(entry.third_party, bool) else entry.third_party
        _demand(
            system, data_map.table_of(name), live[name], (*entry.via, *entry.where, *entry.secret, *marked)
        )
        _demand_kinds_that_fit(system, data_map.table_of(name), live[name], entry.where)
    _demand_across(system, data_map, live)
    return Layout(data_map, live)


def split(table: str) -> tuple[str, str | None]:
    """Split `schema.table`; without a dot the schema is the connection's own."""
    schema, dot, name = table.rpartition(".")
    return (name, schema) if dot else (table, None)


def _demand_across(system: str, data_map: DataMap, live: dict[str, dict[str, Any]]) -> None:
    for entry in data_map.collections.values():
        if entry.via:
            table = data_map.table_of(entry.parent)
            _demand(system, table, live[entry.parent], entry.parent_columns)
    person = data_map.person
    wanted = (*person.finds_by.values(), *person.teaches.values())
    _demand(system, data_map.table_of(person.table), live[person.table], wanted)


def _demand_kinds_that_fit(system: str, table: str, live: dict[str, Any], kinds: Mapping[str, Value]) -> None:
    for column, value in kinds.items():
        try:
            sought(live[column], value)
        except ValueError:
            raise _sql_errors.named(system, "column_unfit", f"{table}.{column}") from None


def _demand(system: str, table: str, live: dict[str, Any], wanted: Iterable[str]) -> None:
    for column in wanted:
        if column not in live:
            raise _sql_errors.named(system, "column_missing", f"{table}.{column}")


def bound(value: object) -> sa.BindParameter[Any]:
    """Bind a value untyped, as the driver gave it to us: a cast to text would cost the index, and a column
    of another type would refuse it.
    """
    return sa.bindparam(None, value, type_=sa.types.NullType(), unique=True)


def _among(columns: Sequence[sa.ColumnElement[Any]], keys: Iterable[Key]) -> Condition:
    fits = [sa.and_(*(c == bound(v) for c, v in zip(columns, key, strict=True))) for key in keys]
    return sa.or_(sa.false(), *fits)


def _beyond(columns: Sequence[sa.ColumnElement[Any]], key: Key) -> Condition:
    if len(columns) == 1:
        return columns[0] > bound(key[0])
    return sa.tuple_(*columns) > sa.tuple_(*(bound(value) for value in key))


def _is_text(kind: sa.types.TypeEngine[Any]) -> bool:
    return isinstance(kind, sa.String) and not isinstance(kind, sa.Enum)


def _order(wanted: Sequence[str], key: Sequence[str]) -> list[int]:
    """Return where each wanted column stands in the key; empty if they are not exactly the key's."""
    return [key.index(column) for column in wanted] if sorted(wanted) == sorted(key) else []


def _without_separators(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    for separator in _SEPARATORS:
        column = sa.func.replace(column, separator, "")
    return column
