"""The facts that a decision must give, by its kind and its ground: codes, dates and numbers, never prose.

Reasons say why in words and stay sealed. Facts are what somebody can check, and stand in evidence in clear.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dsar.case import Decision
from dsar.decision_kinds import (
    CLARIFIED,
    CLARIFY,
    EXEMPT,
    EXTEND,
    FEE,
    FEE_PAID,
    INCLUDE,
    SECOND,
    TAKE_BACK,
)
from dsar.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One fact, and what it may be: one of some codes (`many`: several, with commas), or of a shape."""

    name: str
    codes: tuple[str, ...] = ()
    many: bool = False
    shape: str = ""
    optional: bool = False

    @property
    def hint(self) -> str:
        """Say how to give it."""
        if self.shape:
            return f"give --fact {self.name}={_EXAMPLES[self.shape]}"
        ending = ", or several with commas" if self.many else ""
        return f"give --fact {self.name}=… with one of {', '.join(self.codes)}{ending}"

    def fits(self, value: str) -> bool:
        """Whether a value is what this fact may be."""
        if self.shape == DAY:
            return _day(value) is not None
        if self.shape:
            return bool(re.fullmatch(self.shape, value))
        parts = value.split(",") if self.many else [value]
        return all(part in self.codes for part in parts) and len(parts) == len(set(parts))


DAY = "day"
NUMBER = r"[1-9]\d{0,5}"
MINOR = r"[1-9]\d{0,7}"
CURRENCY = r"[A-Z]{3}"
NAME = r"[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,99}"  # of a collection, or of a field
_EXAMPLES = {
    NUMBER: "3",
    NAME: "notes",
    DAY: "2026-12-01",
    MINOR: "1840 (pence, cents: the smallest unit)",
    CURRENCY: "GBP",
}
# What is done with the time (NTC-04).
WORK = ("searching", "reviewing", "redacting", "consulting", "waiting_for_a_vendor")

# What a fee may cover, and no overheads (LAW FEE-11, FEE-12).
COSTS = ("staff_time", "printing", "postage", "media", "transfer")
# What a question can be narrowed by (NTC-03).
TOPICS = ("period", "orders", "messages", "account", "website", "staff_contacts")
_ITEM = (Wanted(name="collection", shape=NAME), Wanted(name="field", shape=NAME, optional=True))
_PROPOSAL = (Wanted(name="proposal", shape=NUMBER),)
_HAPPENED = Wanted(name="on", shape=DAY, optional=True)  # the day it came, if it is recorded later

OF_KIND: Mapping[str, tuple[Wanted, ...]] = {
    # `until`: only where the law names no length, and the notice must (`dsar.asking`).
    EXTEND: (Wanted(name="doing", codes=WORK, many=True), Wanted(name="until", shape=DAY, optional=True)),
    FEE: (
        Wanted(name="amount", shape=MINOR),
        Wanted(name="currency", shape=CURRENCY),
        Wanted(name="costs", codes=COSTS, many=True),
    ),
    FEE_PAID: (_HAPPENED,),
    CLARIFY: (Wanted(name="topics", codes=TOPICS, many=True),),
    CLARIFIED: (_HAPPENED,),
    EXEMPT: _ITEM,
    INCLUDE: _ITEM,
    SECOND: _PROPOSAL,
    TAKE_BACK: _PROPOSAL,
}

_ABUSE = (Wanted(name="indicator", codes=("unfounded", "excessive", "repetitive")),)
_COMPARED = (
    Wanted(name="compared_with", codes=("source_record", "document", "third_party", "logs"), many=True),
)
_BASES = ("consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests")
OF_GROUND: Mapping[str, tuple[Wanted, ...]] = {
    # Offers to withdraw for a benefit, harassment, stated intent (LAW FEE-05, FEE-08).
    "12_5_unfounded": (Wanted(name="indicator", codes=("wants_a_benefit", "harassment", "stated_intent")),),
    # Volume alone is not enough: what was tried first (LAW FEE-06, 7.3).
    "12_5_excessive": (
        Wanted(name="tried", codes=("clarify", "narrow_search", "extend", "redact", "partial"), many=True),
    ),
    # When the request was received that this one repeats (LAW FEE-07, FEE-08).
    "12_5_repetitive": (Wanted(name="earlier", shape=DAY),),
    "not_the_subject": (
        Wanted(name="shown_by", codes=("identifiers", "document", "account_history", "the_person")),
    ),
    "16_accurate": _COMPARED,
    "16_record": _COMPARED,
    "local_accurate": _COMPARED,
    "17_not_met": (Wanted(name="rests_on", codes=_BASES, many=True),),
    "18_not_met": (Wanted(name="claimed", codes=("a", "b", "c", "d", "none"), many=True),),
    "20_not_eligible": (
        Wanted(name="why", codes=("other_ground", "not_provided", "not_automated"), many=True),
    ),
    "21_not_applicable": (Wanted(name="rests_on", codes=_BASES[:4], many=True),),
    "CAL-13": (Wanted(name="asked_for", codes=("contact_point", "match", "document"), many=True),),
    "CAL-40": _COMPARED,
    "CAL-71": _ABUSE,
    "local_abusive": _ABUSE,
    "local_not_met": (
        Wanted(name="condition", codes=("not_covered", "not_resident", "out_of_scope", "exempt_body")),
    ),
}


def wanted(kind: str, ground: str) -> tuple[Wanted, ...]:
    """Return the facts that a decision of this kind on this ground gives."""
    return (*OF_KIND.get(kind, ()), *OF_GROUND.get(ground, ()))


def check_facts(decision: Decision) -> None:
    """Refuse a decision whose facts are not exactly those that its kind and ground ask for.

    Raises:
        InputError: `fact_missing`, `fact_malformed`, `fact_not_asked`; the hint says how to give it.
    """
    asked = {fact.name: fact for fact in wanted(decision.kind, decision.ground)}
    if set(decision.facts) - set(asked):
        hint = f"this decision gives these facts and no other: {', '.join(asked) or 'none'}"
        raise InputError("fact_not_asked", hint, field="fact")
    given = {name: value for name, value in decision.facts.items() if value}
    if missing := [fact.hint for fact in asked.values() if fact.name not in given and not fact.optional]:
        raise InputError("fact_missing", "; ".join(missing), field="fact")
    if wrong := [asked[name].hint for name, value in given.items() if not asked[name].fits(value)]:
        raise InputError("fact_malformed", "; ".join(wrong), field="fact")


def day_of(decision: Decision, name: str) -> date | None:
    """Return a fact that is a day; None if it was not given."""
    value = decision.facts.get(name)
    return _day(value) if value else None


def listed(decision: Decision, name: str) -> tuple[str, ...]:
    """Return the codes of a fact that may be several."""
    return tuple(_parts(decision.facts.get(name, "")))


def _parts(value: str) -> Iterable[str]:
    return (part for part in value.split(",") if part)


def _day(value: str) -> date | None:
    """Read a day in its one spelling; Python reads others, such as week dates, too."""
    try:
        return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    except ValueError:
        return None
