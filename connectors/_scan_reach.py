"""How each table of a live schema leads to the person: by foreign keys, then by names, then by address."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from connectors._scan_words import AGREED, NAME, snake, sounds_like_people
from connectors._schema import Schema, TableFacts

BY_ADDRESS = 0.5  # rows with the person's address may be of somebody who shares it
_LONE = 0.5  # the person's table by its columns alone
_PER_CHILD = 0.01  # more tables refer to people than to anything else
_SINGULAR = re.compile(r"(?:ies|s)$")
_PERSONAL = frozenset({"email", "phone", "address", "name", "birth", "iban", "special"})


@dataclass(frozen=True, slots=True)
class Way:
    """One step towards the person: these columns equal those of the parent, which is nearer."""

    table: str
    via: tuple[tuple[str, str], ...]  # its column, the parent's column
    parent: str
    confidence: float
    why: str


def person_table(schema: Schema) -> tuple[str, float]:
    """Return the table in which a row is a person, and how sure that is; an empty name if there is none."""
    scores = {name: _score(schema, facts) for name, facts in schema.items()}
    best = max(scores, key=lambda name: (scores[name], name), default="")
    return (best, round(min(scores[best], AGREED), 2)) if best and scores[best] >= _LONE else ("", 0.0)


def _score(schema: Schema, facts: TableFacts) -> float:
    traits = {guess.trait: guess.confidence for guess in facts.guesses.values()}
    known = max(traits.get("email", 0.0), traits.get("phone", 0.0) / 2, traits.get("account_id", 0.0) / 2)
    if not known or not facts.key:
        return 0.0
    children = sum(any(r.parent == facts.name for r in other.references) for other in schema.values())
    leaning = any(sounds_like_people(r.parent) for r in facts.references if r.parent != facts.name)
    named = 0.4 if sounds_like_people(facts.name.rpartition(".")[2]) else 0.0
    return known / 2 + named + children * _PER_CHILD * 5 + 0.05 * ("name" in traits) - 0.2 * leaning


def ways(schema: Schema, person: str) -> tuple[Way, ...]:
    """Return one way for each table that can be reached, the nearest first; more than one where several
    foreign keys of a table lead to the same parent: sender and receiver are both the person's.
    """
    reached, chosen = {person: 1.0}, list[Way]()
    while step := _next(schema, person, reached):
        chosen += [Way(w.table, w.via, w.parent, min(w.confidence, reached[w.parent]), w.why) for w in step]
        reached[step[0].table] = chosen[-1].confidence
    return tuple(chosen)


def _next(schema: Schema, person: str, reached: Mapping[str, float]) -> Sequence[Way]:
    """Return the surest way to a table that is not reached yet."""
    for kind in (_by_key, _by_name, _by_owner, _by_address):
        for facts in schema.values():
            if facts.name not in reached and facts.key:
                found = [way for way in kind(schema, facts, person) if way.parent in reached]
                if found:
                    nearest = next(iter(sorted(found, key=lambda way: [*reached].index(way.parent))))
                    return [way for way in found if way.parent == nearest.parent]
    return ()


def _by_key(_schema: Schema, facts: TableFacts, _person: str) -> Iterator[Way]:
    for found in facts.references:
        if found.parent != facts.name:
            pairs = tuple(zip(found.columns, found.parent_columns, strict=True))
            yield Way(facts.name, pairs, found.parent, AGREED, "a foreign key")


def _by_name(schema: Schema, facts: TableFacts, _person: str) -> Iterator[Way]:
    """A column such as `customer_id` where nothing says that it refers to `customers`."""
    for parent in schema.values():
        if parent.name == facts.name or len(parent.key) != 1:
            continue
        [key] = parent.key
        bare = snake(parent.name.rpartition(".")[2])
        names = {f"{bare}_{snake(key)}", f"{_singular(bare)}_{snake(key)}"}
        names |= {snake(key)} if snake(key).startswith(f"{_singular(bare)}_") else set()
        for column, kind in facts.columns.items():
            if snake(column) in names and _alike(kind, parent.columns[key]):
                yield Way(facts.name, ((column, key),), parent.name, NAME, "its column's name: confirm")


def _by_owner(schema: Schema, facts: TableFacts, person: str) -> Iterator[Way]:
    """A table that the person's own row refers to, such as their address; other people's may, too."""
    if any(guess.trait in _PERSONAL for guess in facts.guesses.values()):
        for found in schema[person].references:
            if found.parent == facts.name:
                pairs = tuple(zip(found.parent_columns, found.columns, strict=True))
                yield Way(
                    facts.name, pairs, person, NAME, "the person refers to it: confirm it is theirs alone"
                )


def _by_address(schema: Schema, facts: TableFacts, person: str) -> Iterator[Way]:
    here, home = _emails(facts), _emails(schema[person])
    if here and home:
        yield Way(facts.name, ((here[0], home[0]),), person, BY_ADDRESS, "the same address: confirm")


def _emails(facts: TableFacts) -> list[str]:
    found = [(g.confidence, column) for column, g in facts.guesses.items() if g.trait == "email"]
    return [column for sure, column in sorted(found, reverse=True) if sure >= NAME]


def _singular(name: str) -> str:
    return _SINGULAR.sub(lambda found: "y" if found[0] == "ies" else "", name)


def _alike(one: sa.types.TypeEngine[object], other: sa.types.TypeEngine[object]) -> bool:
    families = (sa.types.Integer, sa.types.String, sa.types.Uuid)
    return [isinstance(one, f) for f in families] == [isinstance(other, f) for f in families]
