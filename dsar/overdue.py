"""What a duty kept and keeps no more, until it is gone: by a machine that tries daily, or by a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dsar.deeds import Verdict
from dsar.erasure import Plan, plans_of
from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import Verb

BY_HAND, NOT_GONE = "by_hand", "not_gone"
PATIENCE = timedelta(days=1)  # so long a machine has before somebody looks; meanwhile it tries again
_SETTLED = frozenset({Verdict.VERIFIED, Verdict.UNVERIFIABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Why one system still has what should be gone, and since when."""

    reason: str
    since_at: datetime


def said_key(system: str, number: int) -> str:
    """Return under which key the evidence says that a person erased what one plan left in a system."""
    return f"ended-by-hand:{system}:{number}"


def newest(entries: Iterable[Entry]) -> int:
    """Return the number of the newest plan."""
    return max((plan.number for plan in plans_of(entries)), default=0)


def overdue(entries: Iterable[Entry], now: datetime) -> Mapping[str, Overdue]:
    """Return each system that still has what no duty keeps any more, and nobody said that it is gone."""
    chain = tuple(entries)
    kept = [_number(entry) for entry in chain if entry.kind is EvidenceKind.KEPT]
    if not kept:
        return {}
    since = {e.facts["plan"]: e.at for e in chain if e.kind is EvidenceKind.PLANNED and "digest" in e.facts}
    found: dict[str, Overdue] = {}
    for plan in plans_of(chain):
        if plan.number < min(kept):  # what was approved; the case itself saw to that
            continue
        for system, reason in _left(chain, plan).items():
            at = since[plan.number]
            if reason == BY_HAND or now >= at + PATIENCE:
                found.setdefault(system, Overdue(reason=reason, since_at=at))
    return found


def _left(chain: Iterable[Entry], plan: Plan) -> Mapping[str, str]:
    gone, said = set[tuple[object, object]](), set[str]()
    for entry in chain:
        facts = entry.facts
        if entry.kind is EvidenceKind.CHECKED and facts.get("verb") == Verb.ERASE:
            if facts.get("plan") == plan.number and facts["verdict"] in _SETTLED:
                gone.add((facts["system"], facts["collection"]))
        elif entry.key.startswith("ended-by-hand:") and int(facts["plan"] or 0) >= plan.number:
            said.add(str(facts["system"]))
    open_ = [
        line
        for line in plan.lines
        if line.system not in said and (line.by_hand or (line.system, line.collection) not in gone)
    ]
    machine = {line.system: NOT_GONE for line in open_}
    return machine | {line.system: BY_HAND for line in open_ if line.by_hand}


def _number(entry: Entry) -> int:
    return int(entry.key.split(":")[1])
