"""A data map read from its file: either understood, or answered with each line and what to write there."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from connectors._map import DataMap
from connectors._map_deeds import Flag, Removed
from dsar.errors import InputError
from dsar.vocabulary import IdentifierKind

Path_ = tuple[str | int, ...]
Complaint = tuple[Path_, str]

# A name is shared by strangers, so it never identifies; a record key is ours to learn, not theirs to name.
_NEVER_SEARCHED = frozenset({IdentifierKind.NAME, IdentifierKind.RECORD_KEY})


def read(path: Path) -> DataMap:
    """Read a data map.

    Raises:
        InputError: `data_map_missing`, or `data_map_invalid` with each line and what to write there.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        hint = f"{path.name} cannot be read as a UTF-8 file; check the path and its permissions"
        raise InputError("data_map_missing", hint, field="map") from None
    node, data = _parsed(path, text)
    complaints = [*_duplicates(node), *_shape(data)] or list(_reach(DataMap.model_validate(data)))
    if complaints:
        lines = sorted((_line(node, where), ".".join(map(str, where)), what) for where, what in complaints)
        hint = "; ".join(f"line {line}, {where or 'the map'}: {what}" for line, where, what in lines)
        raise InputError("data_map_invalid", f"{path.name} {hint}", field="map")
    return DataMap.model_validate(data)


def _parsed(path: Path, text: str) -> tuple[yaml.Node | None, Any]:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
    raise InputError("data_map_invalid", f"{path.name} {line}{problem}", field="map")


def _shape(data: object) -> Iterator[Complaint]:
    try:
        DataMap.model_validate(data)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False, include_context=False):
            where = tuple(part for part in item["loc"] if part != "[key]")
            yield where, _advice(where) if item["type"] == "string_pattern_mismatch" else item["msg"]


def _advice(where: Path_) -> str:
    if "via" in where:
        return "write it as collection.column, for example customers.id"
    return "use lower-case letters, digits, `-` and `_`; `table` may name the table as it is"


def _reach(data_map: DataMap) -> Iterator[Complaint]:
    """Complain of every collection from which no way leads to the person."""
    person = data_map.person
    for kind in sorted(_NEVER_SEARCHED & {*person.finds_by}):
        yield ("person", "finds_by", kind), f"a {kind} alone never identifies anybody; remove it"
    if person.table not in data_map.collections:
        yield ("person", "table"), _unknown(person.table, data_map)
    yield from _unknown_to_deeds(data_map)
    yield from _moving(data_map)
    for name, entry in data_map.collections.items():
        if entry.columns and entry.except_:
            yield ("collections", name), "give `columns` or `except`, not both"
        for what in _astray(name, data_map):
            yield ("collections", name, "via"), what


def _unknown_to_deeds(data_map: DataMap) -> Iterator[Complaint]:
    """Complain of every deed in a collection that is not there."""
    named: dict[Path_, str] = {}
    if data_map.restrict:
        named["restrict",] = data_map.flagged(data_map.restrict)
    for purpose, stop in data_map.suppress.items():
        where = stop.remove if isinstance(stop, Removed) else data_map.flagged(stop)
        named["suppress", purpose] = where
    for path, name in named.items():
        if name not in data_map.collections:
            yield path, _unknown(name, data_map)


def _moving(data_map: DataMap) -> Iterator[Complaint]:
    """Complain of every deed that would move a row from one collection into another."""
    apart: dict[str, set[str]] = {}
    for name, entry in data_map.collections.items():
        apart.setdefault(data_map.table_of(name), set()).update(entry.where)
    for path, name, column in _changing(data_map):
        if name in data_map.collections and column in apart[data_map.table_of(name)]:
            yield path, f"{column} tells by `where` whose row it is, so no deed may change it; leave it out"


def _changing(data_map: DataMap) -> Iterator[tuple[Path_, str, str]]:
    """Yield each column that a deed writes: where the map says so, and of which collection."""
    for name, entry in data_map.collections.items():
        yield from ((("collections", name, "rectify"), name, column) for column in entry.rectify)
        erased = entry.erase if isinstance(entry.erase, dict) else ()
        yield from ((("collections", name, "erase", column), name, column) for column in erased)
    flags: dict[Path_, object] = {("suppress", purpose): stop for purpose, stop in data_map.suppress.items()}
    for path, flag in {**flags, ("restrict",): data_map.restrict}.items():
        if isinstance(flag, Flag):
            yield (*path, "column"), data_map.flagged(flag), flag.column


def _astray(name: str, data_map: DataMap) -> Iterator[str]:
    entry, home = data_map.collections[name], data_map.person.table
    parents = {target.partition(".")[0] for target in entry.via.values()}
    if name == home and parents:
        yield "the person's own table is reached by its identifiers; remove `via`"
    elif name != home and not parents:
        yield f"say how its rows lead to the person, for example `via: {{person_id: {home}.id}}`"
    elif len(parents) > 1:
        yield "all columns of one `via` must lead to the same collection"
    elif parents - {*data_map.collections}:
        yield _unknown(entry.parent, data_map)
    elif _circles(name, data_map):
        yield f"this leads in a circle and never to {home}"


def _circles(name: str, data_map: DataMap) -> bool:
    seen = set()
    while name in data_map.collections and name not in seen:
        seen.add(name)
        name = data_map.collections[name].parent
    return name in seen


def _unknown(name: str, data_map: DataMap) -> str:
    near = difflib.get_close_matches(name, data_map.collections, n=1)
    guess = f"did you mean {near[0]}?" if near else "add it there"
    return f"{name} is not among the collections; {guess}"


def _duplicates(node: yaml.Node | None, where: Path_ = ()) -> Iterator[Complaint]:
    """YAML quietly keeps the last of two equal keys, and a table would be lost without a word."""
    seen = set()
    for key, child in node.value if isinstance(node, yaml.MappingNode) else ():
        path = (*where, str(key.value))
        if key.value in seen:
            yield path, "this key stands here twice"
        seen.add(key.value)
        yield from _duplicates(child, path)


def _line(node: yaml.Node | None, where: Path_) -> int:
    """Return the line of the deepest part of `where` that the file has."""
    if node is None:
        return 1
    line = node.start_mark.line + 1
    for part in where:
        found = [p for p in node.value if str(p[0].value) == str(part)] if _maps(node) else []
        if not found:
            return int(line)
        key, node = found[-1]
        line = key.start_mark.line + 1
    return int(line)


def _maps(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode)
