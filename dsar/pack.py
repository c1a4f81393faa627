"""An evidence pack: what an authority needs to judge how a case was handled (Art. 5(2), 58(1) GDPR).

It is drawn from the chain of evidence alone, so that nothing in it can say more, or less, than was recorded.
Nobody is named in it, unless the DPO adds the reasons that were given in words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from dsar.case import SystemAnswer
from dsar.evidence import Entry, EvidenceKind, Scalar, Verification, instant
from dsar.inclusion import Inclusion
from dsar.ports import CaseRecord
from dsar.vocabulary import Role

_DEEDS = frozenset({EvidenceKind.RECEIPT, EvidenceKind.CHECKED, EvidenceKind.JOB_ENDED, EvidenceKind.RESIDUE})
_LETTERS = frozenset(
    {
        EvidenceKind.LETTER_SENT,
        EvidenceKind.LETTER_FAILED,
        EvidenceKind.LETTER_BOUNCED,
        EvidenceKind.LETTER_POSTED,
    }
)
_SEALED = ("words", "proof", "reason")  # vault names and fingerprints: said as whether there is one


class PackReason(StrEnum):
    """Why evidence is handed out. Values stand in the chain."""

    AUTHORITY = "authority"  # a supervisory authority asks (Art. 58(1)(a), (e))
    COURT = "court"
    COMPLAINT = "complaint"  # the person complained, and the answer is being looked at
    AUDIT = "audit"  # our own, or an auditor's (Art. 24(1), 39(1)(b))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTold:
    """How the due date came about, line by line. `due_on` is the date on record; `agrees` says whether the
    lines, reckoned when the pack was made, come to it. Without recorded events there are no lines.
    """

    due_on: str
    state: str
    calendars: str
    events: tuple[Mapping[str, Any], ...]
    lines: tuple[str, ...]
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What a pack is made of. `reasons` are words by their vault names, or None: they stay sealed."""

    record: CaseRecord
    made_at: datetime
    made_by: str
    role: Role
    why: PackReason
    entries: tuple[Entry, ...]
    verification: Verification
    answers: tuple[SystemAnswer, ...]
    clock: ClockTold
    inclusions: tuple[Inclusion, ...] = ()
    reasons: Mapping[str, str] | None = field(default=None, repr=False)

    @property
    def personal(self) -> bool:
        """Whether the pack holds words that may speak of the person."""
        return self.reasons is not None


def decisions_of(entries: Iterable[Entry]) -> list[dict[str, Scalar]]:
    """Return who decided what, when and on which ground; of reasons and proofs only whether there are any."""
    return [
        {
            "at": instant(entry.at),
            **{name: value for name, value in entry.facts.items() if name not in _SEALED},
            "reasons_given": bool(entry.facts.get("words")),
            "proof_given": bool(entry.facts.get("proof")),
            "words": entry.facts.get("words") or "",
        }
        for entry in entries
        if entry.kind is EvidenceKind.DECIDED
    ]


def letters_of(entries: Iterable[Entry]) -> list[dict[str, Scalar]]:
    """Return which letters went out, when, and what became of them. Their addresses are sealed."""
    return _told(entries, _LETTERS)


def deeds_of(entries: Iterable[Entry]) -> list[dict[str, Scalar]]:
    """Return what was done in each system, and what was seen when it was looked at again."""
    return _told(entries, _DEEDS)


def words_of(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the vault names of all words that were given as reasons, in their order."""
    named = (str(entry.facts.get("words") or "") for entry in entries)
    return tuple(dict.fromkeys(name for name in named if name))


def _told(entries: Iterable[Entry], kinds: frozenset[EvidenceKind]) -> list[dict[str, Scalar]]:
    return [
        {"at": instant(entry.at), "what": entry.kind.value, **entry.facts}
        for entry in entries
        if entry.kind in kinds
    ]
