"""What a processor was asked by letter, as the evidence tells it: how often, until when (LAW PRC-05)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dsar.decision_kinds import APPROVE_PLAN
from dsar.erasure import Line, Plan, plans_of
from dsar.evidence import Entry, EvidenceKind, Fact
from dsar.vocabulary import Verb

LEAST = timedelta(days=3)  # POLICY: between two letters about one thing, however late it is
NO_IDENTIFIER = "no_identifier"  # nothing is known by which that processor could look


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The letters about one thing. `refused`: why the last of them reached nobody; `letters` counts all that
    this processor was ever sent in the case.
    """

    times: int = 0
    letters: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    answer_by: date | None = None
    refused: str = ""

    @property
    def again_at(self) -> datetime | None:
        """Return when silence is answered by another letter; None where there was none yet."""
        if self.last_at is None or self.answer_by is None:
            return None
        day = max(self.answer_by + timedelta(days=1), self.last_at.date() + LEAST)
        return datetime.combine(day, time(8), UTC)


def asked(entries: Iterable[Entry], system: str, verb: Verb | None = None) -> Asked:
    """Return what a system's processor was asked, since a person last decided about it; of one `verb`."""
    times, letters = list[Entry](), 0
    for entry in entries:
        if entry.facts.get("system") != system:
            continue
        if entry.kind is EvidenceKind.DECIDED:
            times = []
        elif entry.kind is EvidenceKind.PROCESSOR_ASKED:
            letters += 1
            times += [entry] if verb in {None, entry.facts["verb"]} else []
    if not times:
        return Asked(letters=letters)
    return Asked(
        times=len(times),
        letters=letters,
        first_at=times[0].at,
        last_at=times[-1].at,
        answer_by=date.fromisoformat(str(times[-1].facts["answer_by"])),
        refused=str(times[-1].facts["reason"]),
    )


def asked_fact(system: str, verb: Verb, number: int, at: datetime, answer_by: date, reason: str) -> Fact:
    """Return the fact of one letter: of what, until when, and why it reached nobody if it did not."""
    facts = {"system": system, "verb": verb.value, "answer_by": answer_by.isoformat(), "reason": reason}
    return Fact(key=f"asked:{system}:{number}", kind=EvidenceKind.PROCESSOR_ASKED, at=at, facts=facts)


def approved_by_hand(entries: Iterable[Entry], system: str) -> tuple[Line, ...]:
    """Return what one system holds by the newest plan of it that stands within an approved one: what goes by
    hand, and what stays. None without approval, whatever anybody believes.
    """
    known = tuple(entries)
    plans = [plan for plan in plans_of(known) if plan.of(system)]
    digests = {e.facts["plan"] for e in known if _approves(e)}
    approved = [plan for plan in plans_of(known) if plan.digest in digests]
    newest = next((p for p in reversed(plans) if any(_part(p, system).within(a) for a in approved)), None)
    return tuple(line for _, line in newest.of(system) if line.stays or line.by_hand) if newest else ()


def _approves(entry: Entry) -> bool:
    return entry.kind is EvidenceKind.DECIDED and entry.facts["decision"] == APPROVE_PLAN


def _part(plan: Plan, system: str) -> Plan:
    return Plan(number=plan.number, lines=tuple(line for _, line in plan.of(system)))
