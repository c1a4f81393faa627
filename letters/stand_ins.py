"""Stand-ins for a preview: what a case cannot say yet is shown by its name, never as a fact."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from dsar.case import SystemAnswer
from dsar.vocabulary import Found, LetterKind
from letters.facts import EVERY_LETTER, MAY_BE_EMPTY, OF_KIND

_DAY = date(2000, 1, 1)  # nobody takes it for a date of theirs
_OF_NAME: Mapping[str, Any] = {
    "awaited": "answer",
    "answers": (SystemAnswer(system="[system]", found=Found.FOUND),),
    "case": "a",
    "client": {"name": "[client]", "contact": "[contact]"},
    "code": "XXXX-XXXX",
    "declared": False,
    "expires_at": datetime(2000, 1, 1, tzinfo=UTC),
    "moves": False,
    "identifiers": ({"kind": "email", "value": "[identifier]"},),
    "link": "https://preview.invalid/",
    "points": 2,
    "proof": "document",
    "sells": False,
    "suppressed": False,
    "tried": ("contact_point",),
    "upheld": False,
    "lifted": False,
    "verb": "find",
    "zone": "UTC",
}
_ONE_WORD = frozenset({"ground", "amount", "payment", "recipient", "reference", "action", "verdict"})


def completed(kind: LetterKind, known: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return facts enough for this kind of letter, and the names of those that are stand-ins."""
    wanted = dict.fromkeys((*EVERY_LETTER, *OF_KIND[kind]))
    missing = tuple(name for name in wanted if _unknown(name, known.get(name)))
    return {**known, **{name: _stand_in(name) for name in missing}}, missing


def _unknown(name: str, fact: object) -> bool:
    return fact is None or (fact in ("", ()) and name not in MAY_BE_EMPTY)


def _stand_in(name: str) -> object:
    if name in _OF_NAME:
        return _OF_NAME[name]
    if name in MAY_BE_EMPTY:
        return "" if name == "doubt" else ()
    if name.endswith(("_on", "_by", "_until")):
        return _DAY
    return f"[{name}]" if name in _ONE_WORD else (f"[{name}]",)
