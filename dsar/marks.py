"""Marks of a restriction, as the evidence tells them: who set them where, and which are not as they should.

A mark is set and taken off by a machine, by the owner of a system in hands, or by a processor who is written
to. Whoever set it takes it off, and it counts as off when that was seen, or said by a person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dsar.deeds import Verdict
from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import LetterKind, Verb

NOT_TOLD = "notice_not_sent"  # why nobody may lift yet (Art. 18(3))
STILL_HELD = "lifting_not_held"  # it was lifted, says the system or a person, and is still restricted
NOT_HELD = "restriction_not_held"  # it was restricted, says the system, and is not
BY_HAND = "marked_by_hand"  # a person set the mark, beside a machine that knows nothing of it
_TOLD = frozenset({EvidenceKind.LETTER_SENT, EvidenceKind.LETTER_POSTED})
# What tells a person that a restriction ends: a notice of it, or that they took the request back themselves.
_NOTICES = frozenset({LetterKind.RESTRICTION_ENDING, LetterKind.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Why a mark waits for a hand, and since when without a break."""

    reason: str
    since_at: datetime


def marked_key(system: str, number: int = 1) -> str:
    """Return under which key the evidence says that a restriction has ended and a system is still marked."""
    return _numbered(f"marked:{system}", number)


def unmarked_key(system: str, number: int = 1) -> str:
    """Return under which key it says that a restriction stands and a system's mark does not hold."""
    return _numbered(f"unmarked:{system}", number)


def lifted_by_hand_key(system: str, number: int = 1) -> str:
    """Return under which key it says that a person took a mark off."""
    return _numbered(f"lifted-by-hand:{system}", number)


def placed_by_hand_key(system: str, number: int = 1) -> str:
    """Return under which key it says that a person set a mark while the restriction stood."""
    return _numbered(f"placed-by-hand:{system}", number)


def was_told(entries: Iterable[Entry]) -> bool:
    """Whether the person was told that it ends: by a letter of ours, or by somebody who handed it over.

    Before that nobody lifts, neither a machine nor a person (Art. 18(3); LAW RES-04).
    """
    return any(entry.kind in _TOLD and entry.facts["letter"] in _NOTICES for entry in entries)


def still_marked(entries: Iterable[Entry]) -> Mapping[str, Waits]:
    """Return each system that is still marked although the restriction ended, until it was seen to be off, or
    a person said so.
    """
    waits: dict[str, Waits] = {}
    for entry in entries:
        if _is(entry, EvidenceKind.WAITING, "marked"):
            _note(waits, entry)
        elif _is(entry, EvidenceKind.DECIDED, "lifted-by-hand") or _shows(entry, Verb.LIFT):
            waits.pop(_system(entry), None)
    return waits


def unmarked(entries: Iterable[Entry]) -> Mapping[str, Waits]:
    """Return each system whose mark does not hold, or cannot be looked at, while the restriction stands."""
    waits: dict[str, Waits] = {}
    for entry in entries:
        if _is(entry, EvidenceKind.WAITING, "unmarked"):
            _note(waits, entry)
        elif entry.key == "lifted":
            waits.clear()
        elif _is(entry, EvidenceKind.DECIDED, "placed-by-hand") or _shows(entry, Verb.RESTRICT):
            waits.pop(_system(entry), None)
    return waits


def begun_by_machine(entries: Iterable[Entry]) -> frozenset[str]:
    """Return the systems in which a machine set a mark, or began to: nobody knows whether it stands there."""
    deeds = {EvidenceKind.RECEIPT, EvidenceKind.BEGUN}
    return frozenset(
        _system(e) for e in entries if e.kind in deeds and e.facts.get("verb") == Verb.RESTRICT.value
    )


def placed_by_hand(entries: Iterable[Entry]) -> frozenset[str]:
    """Return the systems in which a person set the mark anew while the restriction stood."""
    return frozenset(_system(e) for e in entries if _is(e, EvidenceKind.DECIDED, "placed-by-hand"))


def times(entries: Iterable[Entry], key: str) -> int:
    """Return how often it was written down under this key and those numbered after it."""
    return sum(entry.key == key or entry.key.startswith(f"{key}:") for entry in entries)


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}:{number}"


def _is(entry: Entry, kind: EvidenceKind, name: str) -> bool:
    return entry.kind is kind and entry.key.startswith(f"{name}:")


def _system(entry: Entry) -> str:
    return str(entry.facts.get("system") or "")


def _note(waits: dict[str, Waits], entry: Entry) -> None:
    system = _system(entry)
    since = waits[system].since_at if system in waits else entry.at
    waits[system] = Waits(reason=str(entry.facts.get("reason") or ""), since_at=since)


def _shows(entry: Entry, verb: Verb) -> bool:
    """Whether a deed was seen to hold: with its receipt, or later where its system needed time."""
    if entry.facts.get("verb") != verb.value:
        return False
    if entry.kind is EvidenceKind.RECEIPT:
        return verb is Verb.LIFT and not entry.facts.get("ready_at")
    return entry.kind is EvidenceKind.CHECKED and entry.facts.get("verdict") != Verdict.STILL_PRESENT
