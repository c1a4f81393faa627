"""The review of third-party data, read from the evidence: who looked at what, and what is cleared (EXM-22).

Items have numbers, and nothing else of them stands in evidence. An item is `open` until somebody cut
something out of it or found nothing to cut; it is `cleared` when somebody else agreed. Whoever changes it
afterwards opens it for another pair of eyes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from dsar.evidence import Entry, EvidenceKind, Scalar
from dsar.vocabulary import Role

REVIEWERS = frozenset({Role.REVIEWER, Role.DPO})


class Standing(IntEnum):
    """Where one item stands."""

    OPEN = 0
    SEEN = 1
    CLEARED = 2


class Why(StrEnum):
    """Why somebody reads what is withheld: a reading is evidence, and has its reason."""

    REVIEW = "review"
    CLEARING = "clearing"
    COMPLAINT = "complaint"
    COURT = "court"  # DPA 2018 s.180A (LAW ACC-14)


@dataclass(slots=True, kw_only=True)
class Work:
    """One review as it stands. Item `n` is at index `n` of each list. `hands` are bits, one per handle."""

    number: int
    items: int
    standings: list[int] = field(default_factory=list, init=False)
    hands: list[int] = field(default_factory=list, init=False)
    last: list[int] = field(default_factory=list, init=False)
    acts: dict[int, list[str]] = field(default_factory=dict, init=False)
    handles: list[str] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Begin with every item open."""
        for column in (self.standings, self.hands, self.last):
            column.extend([0] * (self.items + 1))

    @property
    def open(self) -> int:
        """How many items are not cleared yet."""
        return sum(standing != Standing.CLEARED for standing in self.standings[1:])

    def cuts_of(self, item: int) -> Sequence[str]:
        """Return where the sealed cuts of an item lie."""
        return self.acts.get(item, ())

    def is_of(self, item: int, handle: str) -> bool:
        """Whether this handle had a hand in what an item looks like."""
        return bool(self.hands[item] & self._bit(handle))

    def _bit(self, handle: str) -> int:
        if handle not in self.handles:
            self.handles.append(handle)
        return 1 << self.handles.index(handle)

    def hear(self, entry: Entry) -> None:
        """Take in one more fact of this review."""
        by = str(entry.facts["by"])
        if entry.kind is EvidenceKind.REDACTED:
            self._changed(int(entry.facts["item"] or 0), entry, by)
            return
        for item in range(int(entry.facts["first"] or 0), int(entry.facts["last"] or 0) + 1):
            if entry.kind is EvidenceKind.REVIEWED and self.standings[item] == Standing.OPEN:
                self.standings[item], self.hands[item] = Standing.SEEN, self._bit(by)
            elif entry.kind is EvidenceKind.CLEARED and self.last[item] <= int(entry.facts["seen"] or 0):
                self.standings[item] = Standing.CLEARED

    def _changed(self, item: int, entry: Entry, by: str) -> None:
        self.last[item] = entry.seq
        if not entry.facts["words"]:  # everything that was cut is put back
            self.acts.pop(item, None)
            self.standings[item], self.hands[item] = Standing.OPEN, 0
            return
        self.acts.setdefault(item, []).append(str(entry.facts["words"]))
        self.standings[item] = Standing.SEEN
        self.hands[item] |= self._bit(by)


_OF_REVIEW = frozenset({EvidenceKind.REDACTED, EvidenceKind.REVIEWED, EvidenceKind.CLEARED})


def review_of(entries: Iterable[Entry]) -> Work | None:
    """Return the newest review of a case; None if there is none."""
    work: Work | None = None
    for entry in entries:
        if entry.kind is EvidenceKind.REVIEW_BEGUN:
            work = Work(number=_int(entry.facts["review"]), items=_int(entry.facts["items"]))
        elif work and entry.kind in _OF_REVIEW and entry.facts["review"] == work.number:
            work.hear(entry)
    return work


def _int(fact: Scalar) -> int:
    return int(fact or 0)
