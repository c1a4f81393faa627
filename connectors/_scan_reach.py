"""How each table of a live schema leads to the person: by foreign keys, then by names, then by address."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from connectors._scan_names import snake, sounds_like_people
from connectors._scan_words import AGREED, NAME, ONLY_PEOPLES
from connectors._schema import Reference, Schema, TableFacts

BY_ADDRESS = 0.5  # rows with the person's address may be of somebody who shares it
_LONE = 0.5  # the person's table by its columns alone
_PER_CHILD, _MOST_CHILDREN = (
    0.05,
    5,
)  # much refers to people; still more may refer to the staff who entered it
_PER_TRAIT = 0.1
_CLOSE = 0.3  # a table that comes so near to the first may be the right one
_SINGULAR = re.compile(r"(?:ies|s)$")
_THEIRS = "the person refers to it: confirm it is theirs alone"
_MAYBE = "a foreign key, not always filled"
_ANOTHER = "a row of another kind: confirm"
_STAFF = re.compile(r"(?:is_)?(?:staff|superuser|admin)")


@dataclass(frozen=True, slots=True)
class Way:
    """One step towards the person: these columns equal those of the parent, which is nearer."""

    table: str
    via: tuple[tuple[str, str], ...]  # its column, the parent's column
    parent: str
    confidence: float
    why: str


def person_tables(schema: Schema) -> Mapping[str, float]:
    """Return the tables in which a row may be a person, the likeliest first, and how sure each is."""
    scores = {name: _score(schema, facts) for name, facts in schema.items()}
    ranked = sorted(scores, key=lambda name: (-scores[name], name))
    found = [name for name in ranked if scores[name] >= _LONE]
    if len(found) > 1 and scores[found[1]] > scores[found[0]] - _CLOSE:
        scores[found[0]] = min(scores[found[0]], NAME)
    return {
        name: round(min(scores[name], AGREED), 2)
        for name in found
        if name == found[0] or sounds_like_people(_bare(name))
    }


def _score(schema: Schema, facts: TableFacts) -> float:
    """Weigh what speaks for people whose data is held here, and what for the staff who hold it."""
    traits = {guess.trait: guess.confidence for guess in facts.guesses.values()}
    known = max(traits.get("email", 0.0), traits.get("phone", 0.0) / 2, traits.get("account_id", 0.0) / 2)
    if not known or not facts.key:
        return 0.0
    children = sum(any(r.parent == facts.name for r in other.references) for other in schema.values())
    leaning = any(sounds_like_people(_bare(r.parent)) for r in facts.references if r.parent != facts.name)
    staff = any(_STAFF.fullmatch(snake(column)) for column in facts.columns)
    named = 0.4 if sounds_like_people(_bare(facts.name)) else 0.0
    rich = _PER_TRAIT * len({*traits} & (ONLY_PEOPLES - {"email"}))
    return known / 2 + named + min(children, _MOST_CHILDREN) * _PER_CHILD + rich - 0.2 * leaning - 0.3 * staff


def ways(schema: Schema, person: str) -> tuple[Way, ...]:
    """Return one way for each table that can be reached, the nearest first; more than one where several
    foreign keys of a table lead to the same parent: sender and receiver are both the person's.
    """
    return tuple(_Walk(schema, person).to_the_end())


class _Walk:
    """From the person outwards. `whole` holds the tables that the person's own row is spread over; `shared`
    those in which a row may be other people's, too, so that nothing is theirs just because it leads there.
    """

    def __init__(self, schema: Schema, person: str) -> None:
        self._schema, self._person = schema, person
        self._reached, self._whole, self._shared = {person: 1.0}, {person}, set[str]()
        self._above: dict[str, str] = {}
        self._others = {*person_tables(schema)} - {person}

    def to_the_end(self) -> Iterator[Way]:
        """Take the surest step that is left, until none is; then see what else leads there."""
        chosen: list[Way] = []
        while step := self._next():
            for way in step:
                chosen.append(way)
                yield self._taken(way)
        for way in chosen:
            if way.why == _MAYBE and self._above[way.table] == way.parent:
                yield from map(self._taken, self._more(self._schema[way.table], chosen))

    def _taken(self, way: Way) -> Way:
        sure = min(way.confidence, self._reached[way.parent])
        self._reached.setdefault(way.table, sure)
        self._above.setdefault(way.table, way.parent)
        if way.why in {_THEIRS, _ANOTHER} or way.table in self._others:
            self._shared.add(way.table)
        return replace(way, confidence=sure)

    def _next(self) -> Sequence[Way]:
        kinds = (
            self._by_itself,
            self._by_needed_key,
            self._by_optional_key,
            self._by_name,
            self._by_owner,
            self._by_address,
        )
        for kind in kinds:
            found = {facts.name: fits for facts in self._open() if (fits := self._fitting(kind, facts))}
            for name, fits in found.items():
                # What is part of another that could be taken now waits for it: a line for its order.
                if not any(part.parent in found for part in self._by_needed_key(self._schema[name])):
                    return fits
            if found:
                return next(iter(found.values()))
        return ()

    def _open(self) -> Iterator[TableFacts]:
        yield from (f for f in self._schema.values() if f.name not in self._reached and f.key)

    def _fitting(self, kind: Callable[[TableFacts], Iterator[Way]], facts: TableFacts) -> Sequence[Way]:
        """Return the ways of this kind that lead to the nearest table."""
        found = [way for way in kind(facts) if way.parent in self._reached]
        if not found:
            return ()
        nearest = min(found, key=lambda way: [*self._reached].index(way.parent))
        return [way for way in found if way.parent == nearest.parent]

    def _more(self, facts: TableFacts, chosen: Sequence[Way]) -> Iterator[Way]:
        """A row that need not name its customer may name their order, or nothing but their address."""
        known = {(way.table, way.via) for way in chosen}
        for way in (*self._by_optional_key(facts), *self._by_address(facts)):
            reached = way.parent in self._reached and facts.name not in self._ancestors(way.parent)
            if reached and (way.table, way.via) not in known:
                yield way

    def _ancestors(self, table: str) -> Iterator[str]:
        while table:
            yield table
            table = self._above.get(table, "")

    def _by_itself(self, facts: TableFacts) -> Iterator[Way]:
        """The person's row continues in the table of a more general kind, under the same key."""
        for child in sorted(self._whole):
            for found in self._schema[child].references:
                if found.parent == facts.name and _extends(self._schema[child], found):
                    self._whole.add(facts.name)
                    pairs = tuple(zip(found.parent_columns, found.columns, strict=True))
                    yield Way(facts.name, pairs, child, AGREED, "the person's own row goes on here")

    def _by_needed_key(self, facts: TableFacts) -> Iterator[Way]:
        """A foreign key that is always filled: a row is part of what it names."""
        yield from (way for way in self._by_key(facts) if way.why != _MAYBE)

    def _by_optional_key(self, facts: TableFacts) -> Iterator[Way]:
        """One that may be empty: a row names one of several things, or none."""
        yield from (way for way in self._by_key(facts) if way.why == _MAYBE)

    def _by_key(self, facts: TableFacts) -> Iterator[Way]:
        """A foreign key. Two kinds are passed over: a row of another kind under the same general key, and
        what refers to something that others share with the person.
        """
        general = self._whole - {self._person}
        another = any(_extends(facts, found) and found.parent in general for found in facts.references)
        for found in facts.references:
            extends = _extends(facts, found)
            if found.parent == facts.name or (extends and another):
                continue
            if extends or found.parent not in self._shared:
                pairs = tuple(zip(found.columns, found.parent_columns, strict=True))
                maybe = _MAYBE if facts.optional & {*found.columns} else "a foreign key"
                sure, why = (NAME, _ANOTHER) if another else (AGREED, maybe)
                yield Way(facts.name, pairs, found.parent, sure, why)

    def _by_name(self, facts: TableFacts) -> Iterator[Way]:
        """A column such as `customer_id` where nothing says that it refers to `customers`."""
        pointing = {column for found in facts.references for column in found.columns}
        for parent in self._schema.values():
            if parent.name == facts.name or len(parent.key) != 1 or parent.name in self._shared:
                continue
            [key] = parent.key
            bare = snake(_bare(parent.name))
            names = {f"{bare}_{snake(key)}", f"{_singular(bare)}_{snake(key)}"}
            names |= {snake(key)} if snake(key).startswith(f"{_singular(bare)}_") else set()
            for column, kind in facts.columns.items():
                if column not in pointing and snake(column) in names and _alike(kind, parent.columns[key]):
                    yield Way(facts.name, ((column, key),), parent.name, NAME, "its column's name: confirm")

    def _by_owner(self, facts: TableFacts) -> Iterator[Way]:
        """A table that the person's own row refers to, such as their address; other people's may, too."""
        if any(guess.trait in ONLY_PEOPLES for guess in facts.guesses.values()):
            for found in self._schema[self._person].references:
                if found.parent == facts.name:
                    pairs = tuple(zip(found.parent_columns, found.columns, strict=True))
                    yield Way(facts.name, pairs, self._person, NAME, _THEIRS)

    def _by_address(self, facts: TableFacts) -> Iterator[Way]:
        here, home = _emails(facts), _emails(self._schema[self._person])
        if here and home and _alike(facts.columns[here[0]], self._schema[self._person].columns[home[0]]):
            yield Way(
                facts.name, ((here[0], home[0]),), self._person, BY_ADDRESS, "the same address: confirm"
            )


def _extends(facts: TableFacts, reference: Reference) -> bool:
    """Whether a row is the same thing as the row that it refers to: its key is the reference."""
    return {*facts.key} == {*reference.columns} and facts.name != reference.parent


def _emails(facts: TableFacts) -> list[str]:
    found = [(g.confidence, column) for column, g in facts.guesses.items() if g.trait == "email"]
    return [column for sure, column in sorted(found, reverse=True) if sure >= NAME]


def _bare(table: str) -> str:
    return table.rpartition(".")[2]


def _singular(name: str) -> str:
    return _SINGULAR.sub(lambda found: "y" if found[0] == "ies" else "", name)


def _alike(one: sa.types.TypeEngine[object], other: sa.types.TypeEngine[object]) -> bool:
    families = (sa.types.Integer, sa.types.String, sa.types.Uuid)
    return [isinstance(one, f) for f in families] == [isinstance(other, f) for f in families]
