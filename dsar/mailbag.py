"""Letters that did not arrive, read from the evidence: refused at the door, or come back later."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import LetterKind

_LOST = frozenset({EvidenceKind.LETTER_FAILED, EvidenceKind.LETTER_BOUNCED})
_ARRIVED = frozenset({EvidenceKind.LETTER_SENT, EvidenceKind.LETTER_POSTED})
# Once identity is proved, nobody waits for an answer to these.
_ASKS = frozenset({LetterKind.IDENTITY_CODE, LetterKind.IDENTITY_REQUEST, LetterKind.AGENT_AUTHORITY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A letter that waits for a hand: its kind, why it went nowhere, since when."""

    kind: LetterKind
    reason: str
    since_at: datetime


def undelivered(entries: Iterable[Entry]) -> tuple[Undelivered, ...]:
    """Return the letters of one case that nobody received. A later one of its kind settles it."""
    lost: dict[LetterKind, Undelivered] = {}
    for entry in entries:
        if entry.kind is EvidenceKind.IDENTITY_PROVED:
            lost = {kind: letter for kind, letter in lost.items() if kind not in _ASKS}
        if entry.kind not in _LOST | _ARRIVED:
            continue
        kind = LetterKind(str(entry.facts["letter"]))
        lost.pop(kind, None)
        if entry.kind in _LOST:
            reason = str(entry.facts.get("reason") or "")
            lost[kind] = Undelivered(kind=kind, reason=reason, since_at=entry.at)
    return tuple(lost.values())


def was_sent(entries: Iterable[Entry], kind: LetterKind) -> bool:
    """Whether the mail server took a letter of this kind."""
    sent = (e for e in entries if e.kind is EvidenceKind.LETTER_SENT)
    return any(entry.facts["letter"] == kind.value for entry in sent)


def carried_by_hand(entries: Iterable[Entry], kind: LetterKind) -> bool:
    """Whether the last that became of a letter of this kind is that a person handed it over."""
    ends = [e.kind for e in entries if e.kind in _LOST | _ARRIVED and e.facts["letter"] == kind.value]
    return ends[-1:] == [EvidenceKind.LETTER_POSTED]
