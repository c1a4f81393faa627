"""Evidence: a chain of facts in which nothing can be changed, removed or reordered unseen (LAW EVD-12)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

GENESIS = "0" * 64
Scalar = str | int | bool | None


class EvidenceKind(StrEnum):
    """What happened. Values are public API: they stand in sealed chains."""

    OPENED = "opened"
    ARRIVED = "arrived"  # as an event, from another program: nobody here opened it
    STARTED = "started"
    LETTER_SENT = "letter_sent"
    LETTER_FAILED = "letter_failed"
    LETTER_BOUNCED = "letter_bounced"
    LETTER_POSTED = "letter_posted"
    ADDRESS_CORRECTED = "address_corrected"
    CODE_SET = "code_set"
    CODE_REFUSED = "code_refused"
    CODE_ACCEPTED = "code_accepted"
    IDENTITY_LOCKED = "identity_locked"
    IDENTITY_DOUBTED = "identity_doubted"
    IDENTITY_PROVED = "identity_proved"
    MATCH_REFUSED = "match_refused"
    DUE_SET = "due_set"
    NOTICE_SENT = "notice_sent"
    BREACHED = "breached"
    SEARCHED = "searched"
    NOTIFIED = "notified"  # a recipient, of what became of the data
    PROCESSOR_ASKED = "processor_asked"  # by letter, for what no machine of ours can do there
    FORWARDED = "forwarded"  # to the client whose data it is about
    INSTRUCTED = "instructed"  # by the client whose data it is
    LEFT_OPEN = "left_open"  # of an instruction: what waits for a hand
    CARRIED_OUT = "carried_out"  # an instruction, and the client was told
    LINKED = "linked"  # with another case: see `dsar.links`
    WAITING = "waiting"
    TAKEN = "taken"  # a person took a task upon themselves
    PROPOSED = "proposed"  # a decision that a second person has to second
    DECIDED = "decided"
    EXPORTED = "exported"
    CAME_SHORT = "came_short"  # an export, of what its system counts
    HANDED_IN = "handed_in"  # what a person copied out of a system, for the answer; no name of a file
    REVIEW_BEGUN = "review_begun"
    READ = "read"  # marked data of others: who, when, why
    REDACTED = "redacted"
    REVIEWED = "reviewed"  # and nothing cut out
    CLEARED = "cleared"
    BUNDLE_WRITTEN = "bundle_written"
    DELIVERY_OFFERED = "delivery_offered"
    TRANSFERRED = "transferred"  # to the third party that the person named, or to a client; the receipt
    DELIVERY_LOCKED = "delivery_locked"
    DOWNLOADED = "downloaded"
    ANSWER_REMOVED = "answer_removed"
    PLANNED = "planned"
    BEGUN = "begun"  # a deed that may have happened, whatever else is known of it
    RECEIPT = "receipt"
    JOB_ENDED = "job_ended"
    CHECKED = "checked"
    LOCATED = "located"  # where what is to be corrected is held
    CORRECTED = "corrected"  # written and read again; both versions lie sealed under the names told
    DISPUTED = "disputed"  # left as it was; the person's statement lies sealed with the case
    REVEALED = "revealed"  # sealed values were shown to a member of staff
    KEPT = "kept"
    SUPPRESSED = "suppressed"
    RESTRICTED_USE = "restricted_use"
    RESIDUE = "residue"
    RETURNED = "returned"
    UNANSWERED = "unanswered"  # a question of ours: the search is made without
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    HELD = "held"  # our own records, by a legal hold
    HOLD_LIFTED = "hold_lifted"
    SHRED_ASKED = "shred_asked"  # by one person; a second one has to confirm it
    RECORD_REMOVED = "record_removed"  # its time was over
    SHREDDED = "shredded"
    PACKED = "packed"  # the evidence itself was handed out: by whom, and why


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


def written(entry: Entry) -> dict[str, object]:
    """Return an entry as it stands in an evidence file."""
    return {**asdict(entry), "at": instant(entry.at)}


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
