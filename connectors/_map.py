"""The data map of the SQL connector: which tables hold a person's data, and how they are reached.

    person:
      table: customers                      # one of the collections below
      finds_by: {email: email, phone: phone}
      teaches: {account_id: account_ref}
    collections:
      customers: {category: identity, except: [password_hash]}
      orders:    {category: transaction, via: {customer_id: customers.id}}
      payments:  {category: financial, via: {order_id: orders.id}}

A collection's `key` (default `id`) orders its rows and must be unique. All columns are exported, or only
`columns`, or all `except` some; `secret: {ssn: government_id}` marks
whose value is not disclosed. `where: {object_type: customer}` takes only the rows in which that stands, of a
table that holds what belongs to many kinds of things. `table` is needed where the collection's name is not
the table's. What may be done to the rows stands in `_map_deeds.py`. `third_party` lists columns that may
speak of others; or `true`.
"""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from connectors._map_deeds import Erasing, Flag, Removed, Stop, Value
from dsar.deeds import Purpose
from dsar.errors import InputError
from dsar.secret import Secret
from dsar.vocabulary import Category, IdentifierKind

Column = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")]
Columns = Annotated[tuple[Column, ...], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)]
CollectionName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Target = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}\.[^\x00-\x1f\x7f]+$")]
Path_ = tuple[str | int, ...]
Complaint = tuple[Path_, str]

# A name is shared by strangers, so it never identifies; a record key is ours to learn, not theirs to name.
_NEVER_SEARCHED = frozenset({IdentifierKind.NAME, IdentifierKind.RECORD_KEY})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Person(_Strict):
    """Where the person stands, which columns find them, and which columns teach other systems to."""

    table: CollectionName
    finds_by: dict[IdentifierKind, Column] = Field(min_length=1)
    teaches: dict[IdentifierKind, Column] = {}


class Entry(_Strict):
    """One collection: a table or view, its rows reached by the equal columns of another collection."""

    category: Category
    title: str = ""
    table: Column = ""
    key: Columns = Field(default=("id",), min_length=1)
    columns: tuple[Column, ...] = ()
    except_: frozenset[Column] = Field(default=frozenset(), alias="except")
    via: dict[Column, Target] = {}
    where: dict[Column, Value] = {}
    erase: Erasing | None = None
    rectify: tuple[Column, ...] = ()
    secret: dict[Column, Secret] = {}
    third_party: bool | tuple[Column, ...] = ()
    client: str = ""

    @property
    def of_others(self) -> tuple[str, ...]:
        """The columns that may speak of others, by name; `*` for all."""
        return (
            (("*",) if self.third_party else ()) if isinstance(self.third_party, bool) else self.third_party
        )

    @property
    def correctable(self) -> frozenset[Column]:
        """What may be corrected: by its key a row stays known, and by its `via` reached."""
        return frozenset(self.rectify) - {*self.key, *self.via}

    @property
    def parent(self) -> str:
        """The collection that `via` leads to; empty for the person's own."""
        return next(iter(self.via.values()), "").partition(".")[0]

    @property
    def parent_columns(self) -> tuple[str, ...]:
        """The parent's columns, in the order of `via`."""
        return tuple(target.partition(".")[2] for target in self.via.values())


class DataMap(_Strict):
    """A whole map. `read` makes sure that every collection leads to the person."""

    vendor: str = "SQL database"
    notes: str = ""
    person: Person
    restrict: Flag | None = None
    suppress: dict[Purpose, Stop] = {}
    collections: dict[CollectionName, Entry] = Field(min_length=1)

    @property
    def home(self) -> Entry:
        """The person's own collection."""
        return self.collections[self.person.table]

    def flagged(self, flag: Flag) -> str:
        """Return the collection in which a flag stands: the person's own, unless it says another."""
        return flag.collection or self.person.table

    def table_of(self, name: str) -> str:
        """Return the table's name as the database knows it, perhaps with its schema before a dot."""
        return self.collections[name].table or name


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
