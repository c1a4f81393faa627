"""Corrections: what a person says is wrong, and what is right instead (Art. 16; 11 CCR 7023; LAW REC-01).

A wish is typed as `field = right value`, one a line, or as a JSON object of fields. A field is the name that
a system uses, perhaps narrowed: `phone`, `people.phone`, `crm:people.phone`.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from dsar.errors import InputError
from dsar.holdings import Row
from dsar.matching import plain
from dsar.vocabulary import Right

CORRECTING = frozenset({Right.RECTIFICATION, Right.CORRECT})
MOST = 20  # wishes of one request
LONGEST = 500  # characters of a value: it stands in a letter
LONGEST_TEXT = 50_000  # characters of all of them, before anything is read
_DEEPEST = 8  # how far below a record a field is looked for
_FIELD = re.compile(
    r"(?:(?P<system>[a-z][a-z0-9_-]{0,39}):)?(?:(?P<collection>[a-z0-9][a-z0-9_-]{0,62})\.)?"
    r"(?P<attribute>[^\x00-\x1f\x7f:.={}]{1,64})"
)
# What a spreadsheet would take for a formula, in whatever program the value ends up one day. A phone number
# begins with a plus and is none.
_FORMULA = re.compile(r"[=@]|[+-](?![\d\s()/.-]+$)")
_JOINERS = "\u200c\u200d"  # invisible, but Persian and Hindi names need them


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One value that is to be right. `wrong` is what stands there now, where the person said so; `system` and
    `collection` narrow where it is looked for. Personal: sealed, and never in a history.
    """

    attribute: str = field(repr=False)
    value: str = field(repr=False)
    wrong: str | None = field(default=None, repr=False)
    system: str = ""
    collection: str = ""

    def looks_at(self, system: str, collection: str = "") -> bool:
        """Whether it may concern this system, and this collection of it."""
        return self.system in {"", system} and (not collection or self.collection in {"", collection})

    def to_bytes(self) -> bytes:
        """Return the form that is sealed in the vault."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @staticmethod
    def from_bytes(data: bytes) -> "Wish":
        """Read what `to_bytes` wrote."""
        return Wish(**json.loads(data))


def read_wishes(text: str) -> tuple[Wish, ...]:
    """Read what was typed.

    Raises:
        InputError: `corrections_missing`, `corrections_malformed`, `corrections_too_long`,
            `corrections_too_many`, `correction_…`; it names the wish by its number and repeats no value.
    """
    if len(text) > LONGEST_TEXT:
        hint = f"use at most {LONGEST} characters for each value; leave out all that is not to be corrected"
        raise refused("corrections_too_long", hint)
    pairs = list(_from_json(text) if text.lstrip().startswith("{") else _from_lines(text))
    if not pairs:
        raise refused("corrections_missing", "say what is to be right: field = value, one a line")
    if len(pairs) > MOST:
        raise refused("corrections_too_many", f"at most {MOST} at a time: open another request for the rest")
    wishes = tuple(_wish(number, *pair) for number, pair in enumerate(pairs, start=1))
    _each_once(wishes)
    return wishes


def _from_lines(text: str) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            name, sign, value = line.partition("=")
            if not sign:
                raise refused("corrections_malformed", f"line {number}: write it as field = value")
            yield name, value.strip()


def _from_json(text: str) -> list[tuple[str, object]]:
    """Read an object as pairs: JSON itself would keep the last of two equal fields, without a word."""
    try:
        found = json.loads(text, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        hint = 'this is no JSON object: write {"field": "value"}, or field = value, one a line'
        raise refused("corrections_malformed", hint) from None
    return [*found]


class _Pairs(list[tuple[str, Any]]):
    """A JSON object, each pair as it stood there."""


def _wish(number: int, name: str, said: object) -> Wish:
    found = _FIELD.fullmatch(name.strip())
    if not found or not plain(found["attribute"]):
        hint = "name a field as the system does: phone, people.phone or crm:people.phone"
        raise refused("correction_field", hint, number)
    right, wrong = _both(number, said)
    _check(number, right)
    if wrong is not None and wrong == right:
        raise refused("correction_same", "what is wrong and what is right are the same", number)
    return Wish(
        attribute=found["attribute"].strip(),
        value=right,
        wrong=wrong,
        system=found["system"] or "",
        collection=found["collection"] or "",
    )


def _both(number: int, said: object) -> tuple[str, str | None]:
    """Return what is right, and what is wrong if that was said."""
    given = dict(said) if isinstance(said, _Pairs) else {"right": said}
    if not {*given} <= {"right", "wrong"} or not all(isinstance(v, str) for v in given.values()):
        hint = 'write a value as text, or as {"wrong": "…", "right": "…"}; figures and dates in quotes, too'
        raise refused("correction_not_text", hint, number)
    wrong = given.get("wrong")
    return str(given.get("right", "")).strip(), None if wrong is None else str(wrong)


def _check(number: int, value: str) -> None:
    if not value:
        hint = "say what is right; what is to go altogether is a request for erasure"
        raise refused("correction_empty", hint, number)
    if len(value) > LONGEST:
        raise refused("correction_too_long", f"use at most {LONGEST} characters", number)
    if any((c not in _JOINERS and unicodedata.category(c)[0] == "C") or c in "\u2028\u2029" for c in value):
        hint = "use one line of plain text, without control characters or marks that turn text around"
        raise refused("correction_unwritable", hint, number)
    if _FORMULA.match(value):
        hint = "a spreadsheet would run this as a formula: leave out the sign at its beginning"
        raise refused("correction_formula", hint, number)


def _each_once(wishes: tuple[Wish, ...]) -> None:
    seen = set()
    for number, wish in enumerate(wishes, start=1):
        about = (wish.system, wish.collection, plain(wish.attribute), wish.wrong)
        if about in seen:
            raise refused("correction_twice", "this field is named twice: say which is right", number)
        seen.add(about)


def refused(code: str, hint: str, number: int = 0) -> InputError:
    """Return why a wish cannot be taken. It is named by its number, and no value is repeated."""
    where = f"correction {number}: " if number else ""
    return InputError(code, where + hint, field="corrections")


def held_under(row: Row, attribute: str) -> list[tuple[str, object]]:
    """Return what a record holds under this name, with the name as the system spells it: as near to the
    record itself as the name occurs at all.
    """
    wanted, level = plain(attribute), [row]
    for _ in range(_DEEPEST):
        found = [
            (name, value)
            for part in level
            for name, value in part.items()
            if plain(str(name)) == wanted and not isinstance(_bare(value), Mapping | list)
        ]
        if found or not level:
            return found
        level = [inner for part in level for value in part.values() for inner in _inner(value)]
    return []


def _inner(value: object) -> list[Row]:
    if isinstance(value, Mapping):
        return [value]
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _bare(value: object) -> object:
    """Return what `{"$date": "2024-05-01"}` says: so a system writes a value for which JSON has no type."""
    while isinstance(value, Mapping) and len(value) == 1 and str(next(iter(value))).startswith("$"):
        [value] = value.values()
    return value


def text_of(value: object) -> str:
    """One spelling per value, for comparing what was read with what was written; empty where nothing is."""
    value = _bare(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
