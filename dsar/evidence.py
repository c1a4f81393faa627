"""Evidence: a chain of facts in which nothing can be changed, removed or reordered unseen (LAW EVD-12)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

GENESIS = "0" * 64
Scalar = str | int | bool | None


class EvidenceKind(StrEnum):
    """What happened. Values are public API: they stand in sealed chains."""

    OPENED = "opened"
    STARTED = "started"
    LETTER_SENT = "letter_sent"
    LETTER_FAILED = "letter_failed"
    CODE_SET = "code_set"
    CODE_REFUSED = "code_refused"
    CODE_ACCEPTED = "code_accepted"
    IDENTITY_LOCKED = "identity_locked"
    IDENTITY_PROVED = "identity_proved"
    DUE_SET = "due_set"
    NOTICE_SENT = "notice_sent"
    BREACHED = "breached"
    SEARCHED = "searched"
    WAITING = "waiting"
    DECIDED = "decided"
    EXPORTED = "exported"
    BUNDLE_WRITTEN = "bundle_written"
    DELIVERY_OFFERED = "delivery_offered"
    DELIVERY_LOCKED = "delivery_locked"
    DOWNLOADED = "downloaded"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    SHREDDED = "shredded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something to record once. `key` makes it idempotent within its case; `facts` never name a person."""

    key: str
    kind: EvidenceKind
    at: datetime
    facts: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fact in its place in the chain of one case."""

    case_id: str
    seq: int
    key: str
    kind: EvidenceKind
    at: datetime
    facts: Mapping[str, Scalar]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Whether a chain is whole; if not, at which entry it first breaks, and how."""

    whole: bool
    entries: int
    broken_at: int | None = None
    reason: str = ""


def instant(at: datetime) -> str:
    """One spelling per instant, UTC to the microsecond.

    Raises:
        ValueError: the instant is naive.
    """
    if at.tzinfo is None:
        msg = "an instant in evidence must be aware"
        raise ValueError(msg)
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def hash_of(case_id: str, seq: int, fact: Fact, previous: str) -> str:
    """SHA-256 over the canonical JSON of an entry, the previous hash included."""
    body = [case_id, seq, fact.key, fact.kind, instant(fact.at), dict(fact.facts), previous]
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def link(case_id: str, previous: Entry | None, fact: Fact) -> Entry:
    """Return the entry that follows `previous`."""
    seq, before = (previous.seq + 1, previous.hash) if previous else (1, GENESIS)
    return Entry(
        case_id=case_id,
        seq=seq,
        key=fact.key,
        kind=fact.kind,
        at=fact.at,
        facts=dict(fact.facts),
        previous=before,
        hash=hash_of(case_id, seq, fact, before),
    )


def verify(entries: Iterable[Entry]) -> Verification:
    """Recompute a case's chain from its first entry and say where it first breaks."""
    before, count = GENESIS, 0
    for count, entry in enumerate(entries, start=1):
        fact = Fact(key=entry.key, kind=entry.kind, at=entry.at, facts=entry.facts)
        if entry.seq != count:
            return Verification(whole=False, entries=count, broken_at=count, reason="entry_missing")
        if entry.previous != before:
            return Verification(whole=False, entries=count, broken_at=count, reason="link_broken")
        if hash_of(entry.case_id, entry.seq, fact, before) != entry.hash:
            return Verification(whole=False, entries=count, broken_at=count, reason="entry_changed")
        before = entry.hash
    return Verification(whole=True, entries=count)


def verify_sealed(entries: Iterable[Entry], *, count: int, head: str) -> Verification:
    """Verify a chain of which the length and the last hash are known: this also finds a missing end."""
    chain = tuple(entries)
    result = verify(chain)
    last = chain[-1].hash if chain else GENESIS
    if not result.whole or (len(chain), last) == (count, head):
        return result
    reason = "tail_missing" if len(chain) < count else "tail_changed"
    return Verification(whole=False, entries=len(chain), broken_at=min(len(chain), count) + 1, reason=reason)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    msg = f"evidence holds only plain values, not {type(value).__name__}"
    raise TypeError(msg)
