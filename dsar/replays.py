"""What a restore from back-up undid: what is erased again, no record more than was named then (LAW ERA-05),
and what a person corrects again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dsar.corrections import CORRECTING
from dsar.decision_kinds import MANUAL_DONE
from dsar.erasure import Line, Plan, plans_of
from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import Right, Verb

Lines = Mapping[tuple[str, str], Line]  # by system and collection
_DEEDS = frozenset({EvidenceKind.BEGUN, EvidenceKind.RECEIPT, EvidenceKind.CHECKED})
_ERASING = tuple(f"{kind}:{Verb.ERASE}:" for kind in ("begun", "receipt", "checked"))


def was_erased_since(entries: Iterable[Entry], day: date) -> bool:
    """Whether an erasure of ours was under way on or after a day, whether or not its case has ended since."""
    return any(_is_ours(entry) and entry.at.date() >= day for entry in entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A case whose corrections a restored back-up undid, and in which systems. `known`: whether what is right
    still lies sealed with the case; where its key is gone, only the system's own journal may tell.
    """

    case_id: str
    systems: tuple[str, ...]
    known: bool


def corrected_since(entries: Iterable[Entry], right: Right, day: date) -> tuple[str, ...]:
    """Return where something was corrected on or after a day: by machine, or by hand in a case of that right;
    for the person or on a client's word.
    """
    later = [entry for entry in entries if entry.at.date() >= day]
    written = [e for e in later if e.kind is EvidenceKind.RECEIPT and e.facts.get("verb") == Verb.RECTIFY]
    by_hand = [
        e
        for e in later
        if e.kind is EvidenceKind.DECIDED and e.facts["decision"] == MANUAL_DONE and right in CORRECTING
    ]
    return tuple(sorted({str(entry.facts["system"]) for entry in (*written, *by_hand)}))


def begun_plans(entries: Iterable[Entry]) -> tuple[Plan, ...]:
    """Return what was begun of our plans, by system. A plan that waits for its approval is none of them."""
    chain = tuple(entries)
    begun = {
        (entry.facts["system"], entry.facts["plan"])
        for entry in chain
        if _is_ours(entry) and entry.kind is EvidenceKind.BEGUN
    }
    return tuple(
        Plan(number=plan.number, lines=lines)
        for plan in plans_of(chain)
        if (lines := tuple(line for line in plan.lines if (line.system, plan.number) in begun))
    )


def gone_most(plans: Iterable[Plan]) -> Lines:
    """Return what went, by collection, each with as many records as any of these plans named."""
    named = (line for plan in plans for line in plan.lines if not line.stays)
    return {(line.system, line.collection): line for line in sorted(named, key=lambda one: one.count)}


def _is_ours(entry: Entry) -> bool:
    deed = entry.kind in _DEEDS and entry.key.startswith(_ERASING)
    return deed and not entry.facts.get("client")
