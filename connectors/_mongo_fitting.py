"""Whether a data map fits a MongoDB: what it may say at all, and what the documents have in truth."""

from collections.abc import Iterator

from connectors._map import DataMap, Entry
from connectors._map_deeds import Flag
from connectors._mongo import Store
from connectors._mongo_values import values_at
from connectors._sql_errors import named
from dsar.errors import InputError

_LOOKED_AT = 1_000  # the newest documents of a collection


def demand_fitting_map(data_map: DataMap) -> None:
    """Refuse what only a table can mean.

    Raises:
        InputError: `data_map_invalid`, with what to write instead.
    """
    for name, entry in data_map.collections.items():
        hint = _unfit(data_map, entry)
        if hint:
            raise InputError("data_map_invalid", f"collections.{name}: {hint}", field="map")


def _unfit(data_map: DataMap, entry: Entry) -> str:
    if entry.key not in {("id",), ("_id",)}:
        return "remove `key`: documents are told apart by `_id`"
    if entry.where:
        return "remove `where`: a field that tells kinds apart is not asked for here"
    if len(entry.via) > 1:
        return "`via` is one field that leads to one field"
    marked = (*entry.secret, *(() if isinstance(entry.third_party, bool) else entry.third_party))
    if any("." in path for path in marked):
        return "`secret` and `third_party` name whole fields, not paths into them"
    if any(
        part == "" or part.startswith("$") for path in _paths(data_map, entry) for part in path.split(".")
    ):
        return "a path is names with dots between them, and no name begins with `$`"
    return ""


def _paths(data_map: DataMap, entry: Entry) -> Iterator[str]:
    yield from (*entry.columns, *entry.except_, *entry.via, *entry.parent_columns, *entry.rectify)
    yield from entry.erase if isinstance(entry.erase, dict) else ()
    yield from (*data_map.person.finds_by.values(), *data_map.person.teaches.values())
    flags = [data_map.restrict, *data_map.suppress.values()]
    yield from (flag.column for flag in flags if isinstance(flag, Flag))


def named_fields(data_map: DataMap) -> frozenset[str]:
    """Return the fields of documents, at their top, whose names the map says: they are nobody's own."""
    entries = data_map.collections.values()
    paths = {
        path for entry in entries for path in (*_paths(data_map, entry), *entry.secret, *entry.of_others)
    }
    return frozenset(path.partition(".")[0] for path in paths) | {"_id"}


async def demand_fields(system: str, store: Store, data_map: DataMap) -> None:
    """Hold the map against the database. A collection without documents is taken at its word.

    Raises:
        OperatorError: `collection_missing:…`, or `field_missing:…` where no document has a field that finds a
            person, leads to their documents or is kept back: it was renamed, or is misspelt.
    """
    there = {*await store.names()}
    for name, entry in data_map.collections.items():
        table = data_map.table_of(name)
        if table not in there:
            raise named(system, "collection_missing", table)
        for path in await _absent(store, table, {*_needed(data_map, name, entry)}):
            raise named(system, "field_missing", f"{table}.{path}")


def _needed(data_map: DataMap, name: str, entry: Entry) -> Iterator[str]:
    yield from (*entry.except_, *entry.via)
    yield from (other.parent_columns[0] for other in data_map.collections.values() if other.parent == name)
    if name == data_map.person.table:
        yield from data_map.person.finds_by.values()


async def _absent(store: Store, table: str, wanted: set[str]) -> list[str]:
    """Return the fields that no document has. What the newest do not have is looked for in all of them."""
    newest = await store.some(table, {}, _LOOKED_AT, backwards=True)
    rare = [p for p in sorted(wanted) if not any(True for d in newest for _ in values_at(d, p))]
    return [p for p in rare if newest and not await store.some(table, {p: {"$exists": True}}, 1)]
