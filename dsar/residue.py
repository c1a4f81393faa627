"""Residue: what is left of a person where a system's own erasure did not look (Art. 17(1); LAW EVD-07).

Found by looking at everything, never by trusting what a data map names. A place is said, and how many records
there hold something; never what stands there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from dsar.erasure import Plan
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar

MOST_KEYS = 100
_GAP = "residue:"  # no system's name has a colon, so its residue can wait for a hand beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Residue:
    """One place of a system: a column of a table, a prefix of a store. `collection` is what the map calls it.

    `count`: records that hold an identifier of the person. `reason`: why it could not be looked at. `keys`:
    which objects of a store or names in a database these are, `MOST_KEYS` at most; one may be an address, so
    they are sealed.
    """

    place: str
    count: int = 0
    collection: str = ""
    reason: str = ""
    keys: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A look at all of one system: where something is left, and how much was looked at."""

    found: tuple[Residue, ...]
    places: int
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What a scan came to, as counts of places. `able` is False where nothing but the API can be looked at.

    `left`: places with something that no duty keeps; `unread`: places that could not be looked at.
    """

    able: bool = True
    left: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A place as it stands in the evidence. `kept` is the code of the duty or hold that keeps it there."""

    system: str
    place: str
    count: int
    kept: str = ""
    reason: str = ""


def gap_of(system: str) -> str:
    """Return under which name a system's residue waits for a hand."""
    return f"{_GAP}{system}"


def system_of(gap: str) -> str:
    """Return whose residue waits under this name; empty if it is no residue that waits."""
    return gap.removeprefix(_GAP) if gap.startswith(_GAP) else ""


def traces(system: str, scan: Scan, plans: Iterable[Plan]) -> tuple[Trace, ...]:
    """Say of each place whether a duty keeps what is there: that much is known, and told to the person."""
    kept = {
        line.collection: line.because
        for plan in plans
        for line in plan.lines
        if line.system == system and line.stays
    }
    return tuple(
        Trace(
            system=system,
            place=one.place,
            count=one.count,
            kept=kept.get(one.collection, "") if one.collection else "",
            reason=one.reason,
        )
        for one in scan.found
    )


def summed(found: Iterable[Trace]) -> Scanned:
    """Count what is left, and what could not be looked at."""
    found = tuple(found)
    return Scanned(
        left=len([one for one in found if one.count and not one.kept]),
        unread=len([one for one in found if one.reason]),
    )


def residue_facts(
    system: str, scan: Scan, found: Iterable[Trace], *, number: int, at: datetime
) -> tuple[Fact, ...]:
    """Tell a scan as facts: one per place, its head last."""
    key, found = f"residue:{system}:{number}", tuple(found)
    left = summed(found)
    lines = [
        Fact(
            key=f"{key}:{place}",
            kind=EvidenceKind.RESIDUE,
            at=at,
            facts={
                "system": system,
                "scan": number,
                "place": one.place,
                "count": one.count,
                "kept": one.kept,
                "reason": one.reason,
            },
        )
        for place, one in enumerate(found)
    ]
    head: dict[str, Scalar] = {"system": system, "scan": number, "places": scan.places}
    head |= {"records": scan.records, "left": left.left, "unread": left.unread}
    return (*lines, Fact(key=key, kind=EvidenceKind.RESIDUE, at=at, facts=head))


def scans_of(entries: Iterable[Entry]) -> dict[str, Scanned]:
    """Return what the latest scan of each system came to."""
    heads = [e.facts for e in entries if e.kind is EvidenceKind.RESIDUE and "places" in e.facts]
    return {
        str(said["system"]): Scanned(left=int(said["left"] or 0), unread=int(said["unread"] or 0))
        for said in heads
    }


def traces_of(entries: Iterable[Entry]) -> tuple[Trace, ...]:
    """Return the places that the latest scan of each system found."""
    said = [entry.facts for entry in entries if entry.kind is EvidenceKind.RESIDUE]
    latest = {str(facts["system"]): facts["scan"] for facts in said if "places" in facts}
    return tuple(
        Trace(
            system=str(facts["system"]),
            place=str(facts["place"]),
            count=int(facts["count"] or 0),
            kept=str(facts["kept"]),
            reason=str(facts["reason"]),
        )
        for facts in said
        if "place" in facts and latest.get(str(facts["system"])) == facts["scan"]
    )
