"""The facts a letter is given: which each kind must have, and what each must look like."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dsar.case import CASE_ID, SystemAnswer
from dsar.errors import ContractError
from dsar.identity_policy import Doubt
from dsar.ports import Withheld
from dsar.vocabulary import Channel, LetterKind, Proof, Right, Verb

K = LetterKind

EVERY_LETTER = ("case_id", "right", "regime", "received_on", "controller", "dpo", "remedies", "zone")

OF_KIND: Mapping[LetterKind, tuple[str, ...]] = {
    K.ACKNOWLEDGEMENT: ("channel", "due_on"),
    K.IDENTITY_CODE: ("code", "expires_at"),
    K.IDENTITY_LOCKED: (),
    K.NOT_IDENTIFIED: ("tried",),
    K.ACCESS_ANSWER: ("link", "expires_at", "answers", "withheld"),
    K.ANSWER_CODE: ("code", "expires_at"),
    K.NOTHING_HELD: ("answers",),
    K.REFUSAL: ("ground", "reasons", "basis"),
    K.WITHDRAWN: (),
    K.IDENTITY_REQUEST: ("doubt", "proof", "points", "declared", "answer_by", "due_on"),
    K.CLARIFICATION: ("ground", "reasons", "examples", "asked_on", "close_on", "moves"),
    K.EXTENSION: ("ground", "reasons", "doing", "first_due_on", "due_on"),
    K.PROGRESS: ("doing",),
    K.FEE: ("ground", "reasons", "amount", "computation", "payment", "close_on", "moves"),
    K.PARTIAL_ANSWER: ("link", "expires_at", "answers", "withheld"),
    K.PORTABILITY_ANSWER: ("link", "expires_at", "eligible", "not_eligible", "third_party"),
    K.ERASURE_CONFIRMATION: (),
    K.ERASURE_OUTCOME: (
        "erased",
        "erased_on",
        "kept",
        "not_erased",
        "backups_until",
        "recipients",
        "suppressed",
    ),
    K.RECTIFICATION_OUTCOME: ("corrected", "not_corrected", "not_done", "systems", "recipients"),
    K.RESTRICTION_PLACED: ("case", "data", "from_on", "review_on", "recipients"),
    K.RESTRICTION_ENDING: ("lift_on", "reasons", "resumes", "recipients"),
    K.OBJECTION_OUTCOME: ("upheld", "processing", "decided_on", "reasons", "recipients"),
    K.STOPPED: ("stopped_on", "stops", "sells", "services", "remaining", "suppressed", "answers"),
    K.FORWARDED: ("client", "forwarded_on"),
    K.AGENT_AUTHORITY: ("answer_by", "due_on"),
    K.RECIPIENT_NOTICE: ("recipient", "reference", "data", "lifted", "corrections", "answer_by"),
    K.PROCESSOR_REQUEST: (  # and `asked_on`, where it is a reminder
        "recipient",
        "verb",
        "identifiers",
        "data",
        "staying",
        "corrections",
        "stops",
        "answer_by",
    ),
    K.COMPLAINT_ACKNOWLEDGEMENT: ("channel",),  # and `due_on`, where the law sets one
    K.COMPLAINT_OUTCOME: ("verdict", "enquiries", "findings", "changes"),
    K.COMPLAINT_PROGRESS: ("next_on",),
    K.APPEAL_ACKNOWLEDGEMENT: ("channel",),
    K.APPEAL_OUTCOME: ("verdict", "findings", "changes"),
    K.CLOSED_UNANSWERED: ("awaited",),
}

# A letter says "none" of these in words, so an empty list is a statement, not a gap.
MAY_BE_EMPTY = frozenset(
    {
        "doubt",
        "withheld",
        "kept",
        "erased",
        "not_erased",
        "corrected",
        "corrections",
        "not_done",
        "systems",
        "not_corrected",
        "eligible",
        "not_eligible",
        "recipients",
        "basis",
        "services",
        "staying",
        "stops",
        "remaining",
        "changes",
        "third_party",
    }
)

_CODE = re.compile(r"[A-Za-z0-9-]{4,64}")
_URL = re.compile(r"[!-~]{1,2000}")


def check(kind: LetterKind, facts: Mapping[str, Any]) -> None:
    """Hold the facts to what this kind of letter must state.

    Raises:
        ContractError: `fact_missing.<name>` if it is absent, None or empty; `fact_malformed.<name>` if it
            is not what its name says.
    """
    for name in (*EVERY_LETTER, *OF_KIND[kind]):
        fact = facts.get(name)
        if fact is None or (fact in ("", (), [], {}) and name not in MAY_BE_EMPTY):
            raise ContractError("letters", f"fact_missing.{name}")
        if not _fits(name, fact):
            raise ContractError("letters", f"fact_malformed.{name}")


def _fits(name: str, fact: object) -> bool:
    shape = _SHAPES.get(name) or (_is_day if name.endswith(("_on", "_by", "_until")) else _is_words)
    return shape(fact)


def _is_day(fact: object) -> bool:
    return isinstance(fact, date) and not isinstance(fact, datetime)


def _is_instant(fact: object) -> bool:
    return isinstance(fact, datetime) and fact.tzinfo is not None


def _is_words(fact: object) -> bool:
    """Text, or a list of texts or of mappings of texts. Blank text is no text."""
    if isinstance(fact, str):
        return bool(fact.strip())
    if isinstance(fact, Mapping):
        return all(isinstance(part, str) for part in fact.values())
    return isinstance(fact, Sequence) and all(_is_words(part) for part in fact)


def _is_kept(fact: object) -> bool:
    """What stays, and until which day; a hold has no such day, but one on which it is looked at again."""
    if not isinstance(fact, Mapping):
        return False
    ends = [fact.get(name) for name in ("until", "review_on") if fact.get(name)]
    words = {name: part for name, part in fact.items() if name not in {"until", "review_on"}}
    return bool(ends) and all(map(_is_day, ends)) and _is_words(words)


def _is_link(fact: object) -> bool:
    """An http(s) address of printable ASCII with a host: nothing that runs, nothing that wraps."""
    if not (isinstance(fact, str) and _URL.fullmatch(fact)):
        return False
    parts = urlsplit(fact)
    return parts.scheme in {"https", "http"} and bool(parts.hostname)


def _is_zone(fact: object) -> bool:
    """An IANA time zone that this machine knows. `ZoneInfo` itself refuses names that climb out."""
    try:
        return isinstance(fact, str) and bool(ZoneInfo(fact))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _one_of(values: type[Channel | Proof | Right | Verb]) -> Callable[[object], bool]:
    return lambda fact: fact in tuple(values)


def _all_are(kind: type) -> Callable[[object], bool]:
    return lambda fact: isinstance(fact, Sequence) and all(isinstance(part, kind) for part in fact)


def _is_truth(fact: object) -> bool:
    return isinstance(fact, bool)


_SHAPES: Mapping[str, Callable[[object], bool]] = {
    "answers": _all_are(SystemAnswer),
    "awaited": lambda fact: fact in ("fee", "answer"),
    "case": lambda fact: fact in ("a", "b", "c", "d"),  # Art. 18(1)
    "case_id": lambda fact: isinstance(fact, str) and bool(CASE_ID.fullmatch(fact)),
    "channel": _one_of(Channel),
    "code": lambda fact: isinstance(fact, str) and bool(_CODE.fullmatch(fact)),
    "declared": _is_truth,
    "doubt": lambda fact: fact == "" or fact in tuple(Doubt),
    "expires_at": _is_instant,
    "kept": lambda fact: isinstance(fact, Sequence) and all(map(_is_kept, fact)),
    "lifted": _is_truth,
    "link": _is_link,
    "moves": _is_truth,
    "points": lambda fact: isinstance(fact, int) and not isinstance(fact, bool),
    "proof": _one_of(Proof),
    "right": _one_of(Right),
    "sells": _is_truth,
    "suppressed": _is_truth,
    "tried": lambda fact: isinstance(fact, Sequence) and all(part in tuple(Proof) for part in fact),
    "upheld": _is_truth,
    "verb": _one_of(Verb),
    "withheld": _all_are(Withheld),
    "zone": _is_zone,
}
