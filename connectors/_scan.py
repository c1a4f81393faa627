"""A data map proposed from a live schema. It is a draft: a person reads, corrects and confirms each line."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from connectors._scan_names import snake, table_category
from connectors._scan_reach import Way, person_tables, ways
from connectors._scan_words import DOUBTED, NAME, Guess
from connectors._schema import Schema, TableFacts
from dsar.errors import InputError
from dsar.vocabulary import Category, IdentifierKind

_KINDS = {kind.value: kind for kind in IdentifierKind}
_FINDING = ("email", "phone", "account_id", "distinct_id")
_HEAD = """# Proposed from the live schema by `starter.py connector scan`. A draft: confirm each line.
# A figure is how sure the guess is, from 0 to 1. Below {sure} the line ends in "confirm".
# Nothing says `erase`, `restrict` or `suppress` yet, so nothing of it is done by the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """One collection as proposed. `secrets` are columns that are kept back."""

    name: str
    table: str
    category: Category
    key: tuple[str, ...]
    via: Mapping[str, str]
    secrets: tuple[str, ...]
    confidence: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A whole map as proposed. `left` are tables with no way to the person, and what they seem to hold;
    `others` are tables in which a row may be a person of another kind.
    """

    person: str
    finds_by: Mapping[IdentifierKind, tuple[str, Guess]]
    collections: tuple[Proposed, ...]
    left: Mapping[str, str]
    others: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """Collections that somebody must look at before they trust them."""
        return tuple(c.name for c in self.collections if c.confidence <= NAME)


def propose(schema: Schema, person: str = "") -> Proposal:
    """Propose a map; `person` names the table in which a row is a person, where the guess is wrong.

    Raises:
        InputError: `person_unknown`: no table has people in it that could be found, or it is not there.
    """
    likely = person_tables(schema)
    table, sure = (person, 1.0) if person else next(iter(likely.items()), ("", 0.0))
    finds_by = _finds_by(schema[table]) if table in schema else {}
    if not finds_by:
        hint = f"name the table in which a row is a person: {', '.join(schema) or 'there is no table'}"
        raise InputError("person_unknown", hint, field="--person")
    found = ways(schema, table)
    names = _names([table, *(way.table for way in found)])
    home = Way(table, (), "", sure, "you said so" if person else "its name, columns, and what refers to it")
    used: Counter[str] = Counter()
    collections = []
    for way in (home, *found):
        used[way.table] += 1
        name = names[way.table] if used[way.table] == 1 else f"{names[way.table]}_{used[way.table]}"
        collections.append(_proposed(schema[way.table], name, way, names))
    reached = {way.table for way in found} | {table}
    left = {name: _held(facts) for name, facts in schema.items() if name not in reached}
    return Proposal(
        person=names[table],
        finds_by=finds_by,
        collections=tuple(collections),
        left=left,
        others=tuple(other for other in likely if other != table),
    )


def _proposed(facts: TableFacts, name: str, way: Way, names: Mapping[str, str]) -> Proposed:
    return Proposed(
        name=name,
        table=facts.name,
        category=_category(facts, home=not way.parent),
        key=facts.key,
        via={own: f"{names[way.parent]}.{theirs}" for own, theirs in way.via},
        secrets=tuple(column for column, guess in facts.guesses.items() if guess.trait == "secret"),
        confidence=way.confidence,
        why=way.why,
    )


def _finds_by(facts: TableFacts) -> Mapping[IdentifierKind, tuple[str, Guess]]:
    found = {}
    for trait in _FINDING:
        fits = [(g.confidence, c) for c, g in facts.guesses.items() if g.trait == trait]
        if fits and max(fits)[0] > DOUBTED:
            column = max(fits)[1]
            found[_KINDS[trait]] = (column, facts.guesses[column])
    return found


def _category(facts: TableFacts, *, home: bool) -> Category:
    """A special category outranks all; then the table's name; then what most of its columns hold."""
    held = Counter(guess.category for guess in facts.guesses.values() if guess.category)
    if held[Category.SPECIAL]:
        return Category.SPECIAL
    named = Category.IDENTITY if home else table_category(facts.name.rpartition(".")[2])
    return named or (held.most_common(1)[0][0] if held else Category.PROFILE)


def _held(facts: TableFacts) -> str:
    """Say what a table seems to hold of people; empty if nothing."""
    guesses = {column: guess.trait for column, guess in facts.guesses.items() if guess.trait != "label"}
    if {*guesses.values()} <= {"money", "secret"}:
        return ""  # a price or a token says nothing of anybody
    kind = _kind_of_row(facts)
    if not facts.key and guesses:
        return "no unique key: " + ", ".join(sorted({*guesses.values()}))
    told = [f"{column}: {trait}" for column, trait in guesses.items()]
    return ", ".join(told + ([f"{kind} says of what kind, see `where`"] if guesses and kind else []))


def _kind_of_row(facts: TableFacts) -> str:
    """Return the column that says to which table a row belongs, where no foreign key can: `about_type` beside
    `about_id`, `content_type_id` beside `object_id`.
    """
    pointing = {column for found in facts.references for column in found.columns}
    free = {snake(column) for column in facts.columns if column not in pointing}
    for column in facts.columns:
        subject = re.sub(r"_type(?:_id)?$", "", snake(column))
        if subject != snake(column) and free & {f"{subject}_id", "object_id"}:
            return column
    return ""


def _names(tables: Sequence[str]) -> Mapping[str, str]:
    """Return a collection's name for each table: the table's own where it can be one."""
    found: dict[str, str] = {}
    for table in dict.fromkeys(tables):
        plain = re.sub(r"[^a-z0-9_-]+", "_", table.rpartition(".")[2].lower()).strip("_-")[:50] or "table"
        taken = [*found.values()]
        found[table] = plain if plain not in taken else f"{plain}_{len(taken)}"
    return found


def written(proposal: Proposal) -> str:
    """Write a proposal as a data map with a remark behind each guess."""
    return "\n".join(_lines(proposal)) + "\n"


def _lines(proposal: Proposal) -> Iterator[str]:
    yield _HEAD.format(sure=f"{NAME + 0.05:.2f}")
    home = proposal.collections[0]
    if proposal.others:
        yield "# A row may be a person here, too. Those people want a map of their own (`--person`):"
        yield f"#   {_safe(', '.join(proposal.others))}"
    yield "person:"
    yield f"  table: {home.name}{_remark(home.confidence, home.why)}"
    yield "  finds_by:"
    for kind, (column, guess) in proposal.finds_by.items():
        yield f"    {kind}: {_plain(column)}{_remark(guess.confidence, guess.why)}"
    taught = {k: column for k, (column, _) in proposal.finds_by.items() if k is not IdentifierKind.EMAIL}
    if taught:
        yield f"  teaches: {_plain({kind.value: column for kind, column in taught.items()})}"
    yield "collections:"
    for each in proposal.collections:
        yield from _collection(each)
    personal = {table: held for table, held in proposal.left.items() if held}
    if personal:
        yield "# No way leads from these tables to the person, and they may hold personal data:"
        yield from (f"#   {_safe(table)}: {_safe(held)}" for table, held in personal.items())


def _collection(each: Proposed) -> Iterator[str]:
    yield f"  {each.name}:{_remark(each.confidence, each.why)}"
    yield f"    category: {each.category}"
    if each.table != each.name:
        yield f"    table: {_plain(each.table)}"
    if each.key != ("id",):
        yield f"    key: {_plain([*each.key])}"
    if each.via:
        yield f"    via: {_plain(dict(each.via))}"
    if each.secrets:
        yield f"    except: {_plain([*each.secrets])}"


def _remark(confidence: float, why: str) -> str:
    confirm = "" if confidence > NAME or "confirm" in why else "; confirm"
    return f"  # {confidence:.2f}: {_safe(why)}{confirm}"


def _plain(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, width=10**6, allow_unicode=True, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


def _safe(text: str) -> str:
    """A table's name may hold anything: a remark stays on its line."""
    return "".join(c if c.isprintable() else "?" for c in text)
