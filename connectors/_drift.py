"""A data map held against the live schema: what it names that is gone, and what it does not name."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from connectors import _reach, _sql_keys, _sql_order
from connectors._map import DataMap, Entry
from connectors._scan_reach import ways
from connectors._scan_words import ONLY_PEOPLES
from connectors._schema import Schema, TableFacts
from dsar.errors import DsarError, OperatorError


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One difference. `breaks`: the system cannot be searched or erased so; else somebody should look."""

    code: str
    where: str
    advice: str
    breaks: bool = False


def drift(system: str, data_map: DataMap, schema: Schema, inspector: sa.Inspector) -> tuple[Drift, ...]:
    """Return every difference, those that break first."""
    found = dict.fromkeys([*_gone(system, data_map, schema, inspector), *_new(data_map, schema)])
    return tuple(sorted(found, key=lambda one: (not one.breaks, one.where)))


def _gone(system: str, data_map: DataMap, schema: Schema, inspector: sa.Inspector) -> Iterator[Drift]:
    named = {data_map.table_of(name) for name in data_map.collections}
    views = {view for view in inspector.get_view_names() if view in named}
    for table in sorted(named - {*schema} - views):
        if not inspector.has_table(*_reach.split(table)):
            advice = "it was renamed or dropped: correct the map"
            yield Drift(code="table_missing", where=table, advice=advice, breaks=True)
    try:
        layout = _reach.read_layout(system, data_map, inspector)
        _sql_keys.demand_unique_keys(system, data_map, inspector)
        _sql_order.demand_fitting_deeds(system, layout, inspector)
        _sql_order.in_order(system, data_map, inspector)
    except OperatorError as error:
        code, _, where = error.reason.partition(":")
        if code != "table_missing":
            yield Drift(code=code, where=where or "the map", advice=_ADVICE.get(code, _ELSE), breaks=True)
    except DsarError as error:
        yield Drift(code=error.reason, where="the map", advice=_ELSE, breaks=True)


def _new(data_map: DataMap, schema: Schema) -> Iterator[Drift]:
    """What came later: columns that are exported unasked or never, and tables that lead to the person."""
    for name, entry in data_map.collections.items():
        facts = schema.get(data_map.table_of(name))
        for column, guess in facts.guesses.items() if facts else ():
            exported = column in entry.columns if entry.columns else column not in entry.except_
            where = f"{data_map.table_of(name)}.{column}"
            if guess.trait == "secret" and exported:
                yield Drift(code="secret_exported", where=where, advice="put it under `except`")
            elif guess.trait not in {"secret", "label"} and entry.columns and not exported:
                yield Drift(code="column_unmapped", where=where, advice=f"it seems to hold: {guess.trait}")
        yield from _outlasting(data_map.table_of(name), entry, facts)
    mapped = {data_map.table_of(name) for name in data_map.collections}
    home = data_map.table_of(data_map.person.table)
    for table in dict.fromkeys(way.table for way in ways(schema, home)) if home in schema else ():
        if table not in mapped:
            yield Drift(code="table_unmapped", where=table, advice=_advice(schema[table]))


def _outlasting(table: str, entry: Entry, facts: TableFacts | None) -> Iterator[Drift]:
    """What an erasure column by column would leave in its rows: the copy of an address, a note about them."""
    if isinstance(entry.erase, dict) and facts:
        for column, guess in facts.guesses.items():
            if guess.trait in _OF_ONE and column not in {*entry.erase, *entry.key}:
                advice = f"erasing leaves it, and it seems to hold: {guess.trait}"
                yield Drift(code="column_outlasts", where=f"{table}.{column}", advice=advice)


def _advice(facts: TableFacts) -> str:
    held = ", ".join(sorted({guess.trait for guess in facts.guesses.values()} - {"label"}))
    return f"it leads to the person; it seems to hold: {held or 'nothing personal by itself'}"


_OF_ONE = ONLY_PEOPLES | {"text", "account_id", "distinct_id", "ip"}  # what may say whose the row was
_ELSE = "see docs/how-to/connect-a-system.md"
_ADVICE = {
    "column_missing": "it was renamed or dropped: correct the map",
    "column_unfit": "it cannot hold what the map says under `where`, or writes there: correct the map",
    "key_not_unique": "give the collection another `key`",
    "cascade_unplanned": "map that table, with its `erase`, and without `where`",
    "column_referenced": "rows refer to its row: leave it out, or drop its index",
}
