"""In which order the collections of a database are erased, and what an erasure would take along unasked."""

from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

import sqlalchemy as sa

from connectors import _sql, _sql_errors
from connectors._map import DataMap, Entry
from connectors._map_deeds import HASH, REMOVE, Flag, Removed, Replaced
from connectors._reach import Layout, split
from connectors._sql_deeds import HASHED
from connectors._sql_fitting import fitting, is_text
from dsar.errors import OperatorError

Table = tuple[str | None, str]  # schema and name
_TAKES_ALONG = frozenset({"CASCADE", "SET NULL", "SET DEFAULT"})


def in_order(system: str, data_map: DataMap, inspector: sa.Inspector) -> tuple[str, ...]:
    """Return the collections that can be erased, children before parents: by foreign keys, and by `via`.

    A row of the person's own may refer to another that `via` reaches through it: a row of a general kind
    under the same key, or their first address. Then their own goes first, since its key is known.

    Raises:
        OperatorError: `references_in_circle`; a person must erase there.
    """
    for last in (True, False):
        sorter = _sorter(data_map, inspector, home_last=last)
        try:
            sorter.prepare()
        except CycleError:
            continue
        return tuple(_beside(data_map, sorter))
    raise OperatorError(system, "references_in_circle")


def _beside(data_map: DataMap, sorter: TopologicalSorter[str]) -> Iterator[str]:
    """Of what could go at the same time, put collections of one table next to each other."""
    while ready := sorter.get_ready():
        tables = [data_map.table_of(name) for name in ready]
        yield from sorted(ready, key=lambda name: tables.index(data_map.table_of(name)))
        sorter.done(*ready)


def _sorter(data_map: DataMap, inspector: sa.Inspector, *, home_last: bool) -> TopologicalSorter[str]:
    entries = {name: entry for name, entry in data_map.collections.items() if entry.erase}
    tables: dict[Table, list[str]] = {}
    for name in entries:
        tables.setdefault(split(data_map.table_of(name))[::-1], []).append(name)
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(entries, ()))
    for name, entry in entries.items():
        by_key = entry.parent == data_map.person.table and {*entry.parent_columns} == {*data_map.home.key}
        if entry.parent in entries and (home_last or not by_key):
            sorter.add(entry.parent, name)
    for child, parent, _ in _references(inspector, {schema for schema, _ in tables}):
        for name in tables.get(parent, ()) if child != parent else ():
            sorter.add(name, *tables.get(child, ()))
    return sorter


def demand_fitting_deeds(system: str, layout: Layout, inspector: sa.Inspector) -> None:
    """Hold what the map says of deeds against the live schema.

    Raises:
        OperatorError: `column_missing:…`, `column_not_nullable:…`, `column_unique:…` (one value for all would
            collide), `column_unfit:…` (it cannot hold what the map writes), `cascade_unplanned:…` (removing
            a row would take along rows that no plan names), `column_referenced:…` (rows refer to its row).
    """
    for name, entry in layout.map.collections.items():
        table = layout.map.table_of(name)
        for column in (*_columns(entry), *entry.rectify):
            if column not in layout.live[name]:
                raise _sql_errors.named(system, "column_missing", f"{table}.{column}")
        _demand_values_that_fit(system, table, entry, inspector)
        for column, how in entry.erase.items() if isinstance(entry.erase, dict) else ():
            if _unfit(layout.live[name][column], how):
                raise _sql_errors.named(system, "column_unfit", f"{table}.{column}")
    _demand_changeable(system, layout.map, inspector)
    _demand_unbound(system, layout.map, inspector)
    _demand_flags(system, layout)
    _demand_no_cascade(system, layout.map, inspector)


def _columns(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.erase) if isinstance(entry.erase, dict) else ()


def _demand_values_that_fit(system: str, table: str, entry: Entry, inspector: sa.Inspector) -> None:
    if not isinstance(entry.erase, dict):
        return
    name, schema = split(table)
    nullable = {column["name"]: column["nullable"] for column in inspector.get_columns(name, schema)}
    alone = {next(iter(key)) for key in _sql.unique_keys(inspector, name, schema) if len(key) == 1}
    for column, how in entry.erase.items():
        if how is None and not nullable[column]:
            raise _sql_errors.named(system, "column_not_nullable", f"{table}.{column}")
        if isinstance(how, Replaced) and column in alone:
            raise _sql_errors.named(system, "column_unique", f"{table}.{column}")


def _unfit(kind: sa.types.TypeEngine[Any], how: object) -> bool:
    if how == HASH:
        longest = getattr(kind, "length", None)
        return not is_text(kind) or isinstance(kind, sa.Enum) or bool(longest and longest < HASHED)
    try:
        return isinstance(how, Replaced) and fitting(kind, str(how.replace)) is None
    except ValueError:
        return True


def _demand_changeable(system: str, data_map: DataMap, inspector: sa.Inspector) -> None:
    """Some databases cannot change some columns, or some tables at all."""
    fixed_columns = getattr(inspector.dialect, "fixed_columns", None)
    if fixed_columns is None:
        return
    for name, wanted in _changed(data_map).items():
        fixed = fixed_columns(inspector.bind, *split(data_map.table_of(name)))
        if fixed is None:
            raise _sql_errors.named(system, "table_unchangeable", data_map.table_of(name))
        for column in sorted(wanted & fixed):
            raise _sql_errors.named(system, "column_in_key", f"{data_map.table_of(name)}.{column}")


def _changed(data_map: DataMap) -> Mapping[str, set[str]]:
    """Return the collections that deeds change, and which of their columns."""
    flags = [data_map.restrict, *data_map.suppress.values()]
    found = {n: {*_columns(e), *e.rectify} for n, e in data_map.collections.items() if e.erase or e.rectify}
    for flag in flags:
        if isinstance(flag, Flag):
            found.setdefault(data_map.flagged(flag), set()).add(flag.column)
        elif flag:
            found.setdefault(flag.remove, set())
    return found


def _demand_unbound(system: str, data_map: DataMap, inspector: sa.Inspector) -> None:
    """DuckDB writes a row anew to change some of its columns, and cannot while another row refers to it."""
    bound_columns = getattr(inspector.dialect, "bound_columns", None)
    if bound_columns is None:
        return
    references = [*_references(inspector, {split(data_map.table_of(n))[1] for n in data_map.collections})]
    for name, wanted in _changed(data_map).items():
        entry, (table, schema) = data_map.collections[name], split(data_map.table_of(name))
        children = {child for child, parent, _ in references if parent == (schema, table)}
        stay = {child for child in children if not _goes_before(data_map, child, {name})}
        freed = {*_columns(entry)} - {*entry.rectify, *(_columns(entry) if stay else ())}
        bound = bound_columns(inspector.bind, table, schema) if children else frozenset()
        for column in sorted((wanted & bound) - freed):
            raise _sql_errors.named(system, "column_referenced", f"{data_map.table_of(name)}.{column}")


def _goes_before(data_map: DataMap, child: Table, parents: Collection[str]) -> bool:
    """Whether an erasure removes the rows of a table before any row of these collections that they refer to
    is changed. Where only rows of one kind go, those of another kind stay: also where the kind is that of
    what leads there, unless each of these collections leads there itself.
    """
    removed = (n for n, e in data_map.collections.items() if e.erase == REMOVE and not e.where)
    theirs = [name for name in removed if _table(data_map, name) == child]
    led = {data_map.collections[name].parent for name in theirs}
    return any(_is_whole(data_map, name) for name in theirs) or led.issuperset(parents)


def _is_whole(data_map: DataMap, name: str) -> bool:
    """Whether no step from the person to a collection takes only rows of one kind."""
    while name:
        if data_map.collections[name].where:
            return False
        name = data_map.collections[name].parent
    return True


def _demand_flags(system: str, layout: Layout) -> None:
    data_map = layout.map
    flags = [data_map.restrict, *data_map.suppress.values()]
    for flag in flags:
        column = getattr(flag, "column", None)
        if column and column not in layout.live[data_map.flagged(flag)]:  # type: ignore[arg-type]  # has a column
            raise _sql_errors.named(system, "column_missing", f"{data_map.flagged(flag)}.{column}")  # type: ignore[arg-type]  # as above


def _demand_no_cascade(system: str, data_map: DataMap, inspector: sa.Inspector) -> None:
    """Make sure that nothing is taken along that no deed names. What a suppression removes goes alone."""
    removed: dict[Table, set[str]] = {}
    for name, entry in data_map.collections.items():
        if entry.erase == REMOVE:
            removed.setdefault(_table(data_map, name), set()).add(name)
    stops = (stop for stop in data_map.suppress.values() if isinstance(stop, Removed))
    stopped = {_table(data_map, stop.remove) for stop in stops}
    for child, parent, on_delete in _references(inspector, {schema for schema, _ in {*removed, *stopped}}):
        unplanned = parent in removed and not _goes_before(data_map, child, removed[parent])
        if on_delete in _TAKES_ALONG and (unplanned or parent in stopped - {child}):
            raise _sql_errors.named(system, "cascade_unplanned", child[1])


def _table(data_map: DataMap, name: str) -> Table:
    table, schema = split(data_map.table_of(name))
    return schema, table


def _references(
    inspector: sa.Inspector, schemas: set[str | None]
) -> Iterator[tuple[Table, Table, str | None]]:
    """Yield each foreign key as (child, parent, what happens to the child when the parent goes)."""
    for schema in schemas:
        for table in inspector.get_table_names(schema):
            for key in inspector.get_foreign_keys(table, schema):
                parent = (key["referred_schema"] or schema, key["referred_table"])
                yield (schema, table), parent, (key.get("options") or {}).get("ondelete")
