"""The plan of an erasure: what goes, by which method, what stays and why (Art. 17; LAW ERA-01..13).

The dry run is the plan, and the deed may touch nothing that the approved plan does not name.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dsar.deeds import Method, Step, Verdict
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.vocabulary import Category, Found, Right

ERASES = frozenset({Right.ERASURE, Right.DELETE})
# What is erased cannot be disclosed: an open request for a copy ends first (LAW ERA-13).
DISCLOSING = frozenset({Right.ACCESS, Right.KNOW, Right.KNOW_CATEGORIES, Right.PORTABILITY})
SHORT = 12  # hex digits of a plan's digest that the DPO types to show which plan was read


class Ending(StrEnum):
    """How one holding ended. Each is told to the person."""

    ERASED = "erased"
    ANONYMISED = "anonymised"
    KEPT = "kept"
    STILL_PRESENT = "still_present"
    UNVERIFIABLE = "unverifiable"
    BY_HAND = "by_hand"
    GAP_ACCEPTED = "gap_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is to become of one collection: it goes by `method`, or it stays on a `ground` (Art. 17(3)).

    `because` is the code of the duty or hold; `until` its last day, None for a hold, which is looked at
    again on `review_on`. `by_hand` where the system cannot erase by machine.
    """

    system: str
    collection: str
    category: Category
    count: int
    method: Method = Method.REMOVE
    by_hand: bool = False
    ground: str = ""
    because: str = ""
    until: date | None = None
    review_on: date | None = None

    @staticmethod
    def of(step: Step, *, by_hand: bool = False) -> "Line":
        """Return the line of a step that nothing keeps."""
        return Line(
            system=step.system,
            collection=step.collection,
            category=step.category,
            count=step.count,
            method=step.method,
            by_hand=by_hand,
        )

    @property
    def stays(self) -> bool:
        """Whether the law, or a hold, keeps it."""
        return bool(self.ground)

    @property
    def step(self) -> Step:
        """Return what the system is asked to do."""
        return Step(
            system=self.system,
            collection=self.collection,
            category=self.category,
            count=self.count,
            method=self.method,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An erasure as it is put to the DPO. Lines of one system stand children first, as it must go.

    `client`: who instructed it, if it is about their data and none of ours.
    """

    number: int
    lines: tuple[Line, ...] = ()
    client: str = ""

    @property
    def digest(self) -> str:
        """Return what an approval is bound to: another count, method or fate is another plan."""
        told = [_told(line) for line in self.lines]
        text = json.dumps(told, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def systems(self) -> tuple[str, ...]:
        """Systems that erase something by machine."""
        return tuple(dict.fromkeys(li.system for li in self.lines if not li.stays and not li.by_hand))

    @property
    def manual(self) -> tuple[str, ...]:
        """Systems in which only a person can erase."""
        return tuple(dict.fromkeys(li.system for li in self.lines if not li.stays and li.by_hand))

    def of(self, system: str) -> tuple[tuple[int, Line], ...]:
        """Return the lines of one system with their places in the plan."""
        return tuple((place, line) for place, line in enumerate(self.lines) if line.system == system)

    def within(self, approved: "Plan", *, retained: bool = False) -> bool:
        """Whether all of this was approved before: no collection, method, fate or record more.

        `retained`: the reason for which something stayed is over; that it goes then was approved with it.
        """
        known = {(line.system, line.collection): line for line in approved.lines}

        def approves(line: Line) -> bool:
            other = known.get((line.system, line.collection))
            if other is None or other.method is not line.method or line.count > other.count:
                return False
            return other.because == line.because or (retained and other.stays)

        return all(approves(line) for line in self.lines)


def plan_facts(plan: Plan, at: datetime) -> tuple[Fact, ...]:
    """Tell a plan as facts, one per line, its head last: a plan without its head is none."""
    whose: dict[str, Scalar] = {"client": plan.client} if plan.client else {}
    key = f"planned:{plan.client}.{plan.number}" if plan.client else f"planned:{plan.number}"
    head: dict[str, Scalar] = {"plan": plan.number, "digest": plan.digest, "lines": len(plan.lines), **whose}
    lines = [
        Fact(
            key=f"{key}:{place}",
            kind=EvidenceKind.PLANNED,
            at=at,
            facts={"plan": plan.number, "line": place, **_facts(line), **whose},
        )
        for place, line in enumerate(plan.lines)
    ]
    return (*lines, Fact(key=key, kind=EvidenceKind.PLANNED, at=at, facts=head))


def plans_of(entries: Iterable[Entry], client: str = "") -> tuple[Plan, ...]:
    """Return the plans that stand in a case's evidence, the newest last: its own, or those that a client
    instructed.
    """
    lines: dict[int, list[Line]] = {}
    plans: list[Plan] = []
    for entry in entries:
        if entry.kind is not EvidenceKind.PLANNED or entry.facts.get("client", "") != client:
            continue
        number = int(entry.facts["plan"] or 0)
        if "digest" in entry.facts:
            plans.append(Plan(number=number, lines=tuple(lines.get(number, ())), client=client))
        else:
            lines.setdefault(number, []).append(_line(entry.facts))
    return tuple(plans)


def ending_of(line: Line, answer: Found, verdict: Verdict | None) -> Ending:
    """Say how a holding ended: what a person settled counts before what a machine said."""
    if line.stays:
        return Ending.KEPT
    if answer is Found.MANUAL_DONE:
        return Ending.BY_HAND
    if answer is Found.FAILED_ACCEPTED:
        return Ending.GAP_ACCEPTED
    if answer is Found.NOTHING_HELD:  # it was searched again after the deed, and holds nothing any more
        return Ending.ERASED
    if verdict is Verdict.VERIFIED:
        return Ending.ANONYMISED if line.method is Method.ANONYMISE else Ending.ERASED
    return Ending.STILL_PRESENT if verdict is Verdict.STILL_PRESENT else Ending.UNVERIFIABLE


def _told(line: Line) -> list[Scalar]:
    return list(_facts(line).values())


def _facts(line: Line) -> dict[str, Scalar]:
    return {
        "system": line.system,
        "collection": line.collection,
        "category": line.category.value,
        "count": line.count,
        "method": line.method.value,
        "by_hand": line.by_hand,
        "ground": line.ground,
        "because": line.because,
        "until": line.until.isoformat() if line.until else "",
        "review_on": line.review_on.isoformat() if line.review_on else "",
    }


def _line(facts: Mapping[str, Scalar]) -> Line:
    return Line(
        system=str(facts["system"]),
        collection=str(facts["collection"]),
        category=Category(str(facts["category"])),
        count=int(facts["count"] or 0),
        method=Method(str(facts["method"])),
        by_hand=bool(facts["by_hand"]),
        ground=str(facts["ground"]),
        because=str(facts["because"]),
        until=date.fromisoformat(str(facts["until"])) if facts["until"] else None,
        review_on=date.fromisoformat(str(facts["review_on"])) if facts["review_on"] else None,
    )
