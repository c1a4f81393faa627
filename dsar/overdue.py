"""What a duty kept and keeps no more, until it is gone: by a machine that tries daily, or by a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dsar.deeds import Verdict
from dsar.erasure import Plan, plans_of
from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import Verb

BY_HAND, NOT_GONE = "by_hand", "not_gone"
_SAID = "ended-by-hand:"
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

    def with_later(self, later: "Overdue") -> "Overdue":
        """Return this and what a later plan left as one task."""
        return Overdue(
            since_at=self.since_at,
            number=later.number,
            by_hand=self.by_hand or later.by_hand,
            failed=self.failed or later.failed,
        )


def said_key(system: str, late: Overdue) -> str:
    """Return under which key the evidence says that a person erased what one plan left in a system."""
    return f"{_SAID}{system}:{late.number}:{late.reason}:{int(late.failed)}"


def overdue(entries: Iterable[Entry], now: datetime) -> Mapping[str, Overdue]:
    """Return each system that still has what no duty keeps any more, and nobody said that it is gone."""
    chain = tuple(entry for entry in entries if not entry.facts.get("client"))
    kept = [_number(entry) for entry in chain if entry.kind is EvidenceKind.KEPT]
    if not kept:
        return {}
    since = {e.facts["plan"]: e.at for e in chain if e.kind is EvidenceKind.PLANNED and "digest" in e.facts}
    known, found = _Known.of(chain), dict[str, Overdue]()
    for plan in plans_of(chain):
        if plan.number < min(kept):  # what was approved; the case itself saw to that
            continue
        at = since[plan.number]
        for system in dict.fromkeys(line.system for line in plan.lines):
            late = Overdue(
                since_at=at,
                number=plan.number,
                by_hand=known.waits_for_a_hand(plan, system),
                failed=now >= at + PATIENCE and known.waits_for_a_machine(plan, system),
            )
            if late.by_hand or late.failed:
                found[system] = found[system].with_later(late) if system in found else late
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What a chain says is gone: by plan, system and collection what was seen to be; by system up to which
    plan people said so (`said`), and up to which also of what a machine had failed at (`mended`).
    """

    gone: frozenset[tuple[object, object, object]]
    said: Mapping[str, int]
    mended: Mapping[str, int]

    @classmethod
    def of(cls, chain: Iterable[Entry]) -> "_Known":
        gone, said, mended = set[tuple[object, object, object]](), dict[str, int](), dict[str, int]()
        for entry in chain:
            facts = entry.facts
            if entry.kind is EvidenceKind.CHECKED and facts.get("verb") == Verb.ERASE:
                if facts["verdict"] in _SETTLED:
                    gone.add((facts.get("plan"), facts["system"], facts["collection"]))
            elif entry.key.startswith(_SAID):
                system, number = str(facts["system"]), int(facts["plan"] or 0)
                for words in (said, mended) if facts["failed"] else (said,):
                    words[system] = max(number, words.get(system, 0))
        return cls(frozenset(gone), said, mended)

    def waits_for_a_hand(self, plan: Plan, system: str) -> bool:
        by_hand = any(line.by_hand for line in plan.lines if line.system == system)
        return by_hand and self.said.get(system, 0) < plan.number

    def waits_for_a_machine(self, plan: Plan, system: str) -> bool:
        ours = (one.collection for one in plan.lines if one.system == system and not one.by_hand)
        left = any((plan.number, system, collection) not in self.gone for collection in ours)
        return left and self.mended.get(system, 0) < plan.number


def _number(entry: Entry) -> int:
    return int(entry.key.split(":")[1])
