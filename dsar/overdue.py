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
    """Why one system still has what should be gone, and since when; up to which plan, `number`, it is so.
    `failed`: a machine failed at some of it.
    """

    since_at: datetime
    number: int
    by_hand: bool
    failed: bool

    @property
    def reason(self) -> str:
        """What a person has to do with it: erase, or find out why a machine cannot."""
        return BY_HAND if self.by_hand else NOT_GONE

    def __or__(self, later: "Overdue") -> "Overdue":
        """Return both as one task."""
        return Overdue(
            since_at=self.since_at,
            number=later.number,
            by_hand=self.by_hand or later.by_hand,
            failed=self.failed or later.failed,
        )


def said_key(system: str, late: Overdue) -> str:
    """Return under which key the evidence says that a person erased what one plan left in a system."""
    return f"ended-by-hand:{system}:{late.number}:{late.reason}:{int(late.failed)}"


def overdue(entries: Iterable[Entry], now: datetime) -> Mapping[str, Overdue]:
    """Return each system that still has what no duty keeps any more, and nobody said that it is gone."""
    chain = tuple(entry for entry in entries if not entry.facts.get("client"))
    kept = [_number(entry) for entry in chain if entry.kind is EvidenceKind.KEPT]
    if not kept:
        return {}
    since = {e.facts["plan"]: e.at for e in chain if e.kind is EvidenceKind.PLANNED and "digest" in e.facts}
    found: dict[str, Overdue] = {}
    for plan in plans_of(chain):
        if plan.number < min(kept):  # what was approved; the case itself saw to that
            continue
        at = since[plan.number]
        for system in dict.fromkeys(line.system for line in plan.lines):
            by_hand, failed = _left(chain, plan, system)
            late = Overdue(
                since_at=at, number=plan.number, by_hand=by_hand, failed=failed and now >= at + PATIENCE
            )
            if late.by_hand or late.failed:
                found[system] = found[system] | late if system in found else late
    return found


def _left(chain: Iterable[Entry], plan: Plan, system: str) -> tuple[bool, bool]:
    """Return whether something of a plan waits in a system for a person, and for a machine. What people say
    they did ends what waited for a person, and of a machine's only what they were told of.
    """
    gone, said, mended = set[object](), False, False
    for entry in chain:
        facts = entry.facts
        if facts.get("system") != system:
            continue
        if entry.kind is EvidenceKind.CHECKED and facts.get("verb") == Verb.ERASE:
            if facts.get("plan") == plan.number and facts["verdict"] in _SETTLED:
                gone.add(facts["collection"])
        elif entry.key.startswith("ended-by-hand:") and int(facts["plan"] or 0) >= plan.number:
            said, mended = True, mended or bool(facts.get("failed"))
    lines = [line for line in plan.lines if line.system == system]
    by_hand = not said and any(line.by_hand for line in lines)
    return by_hand, not mended and any(not one.by_hand and one.collection not in gone for one in lines)


def _number(entry: Entry) -> int:
    return int(entry.key.split(":")[1])
