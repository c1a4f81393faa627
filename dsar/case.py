"""What crosses Temporal: ids, enums, dates and counts. Nothing here may name a person (DESIGN §7)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dsar.holdings import Holding
from dsar.vocabulary import (
    Channel,
    Found,
    IdentifierKind,
    LetterKind,
    Outcome,
    Proof,
    Requester,
    Right,
    Role,
    Status,
)

CASE_ID = re.compile(r"case_[0-9a-f]{20}")
SEALED_ID = re.compile(r"(?:case|sup)_[0-9a-f]{20}")  # what the vault has a key for: see `dsar.suppression`


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsRequest:
    """A request as the engine carries it; the identifiers are sealed in the vault under `case_id`."""

    case_id: str
    subject_id: str
    right: Right
    regime: str
    received_at: datetime  # aware; its local date is the date of receipt (LAW CLK-15)
    received_on: date
    channel: Channel
    requester: Requester = Requester.SUBJECT
    owner: str = "support"  # a desk or staff handle, never a person's name
    locale: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemAnswer:
    """What one system answered in discovery: counts and kinds, never values."""

    system: str
    found: Found
    records: int = 0
    collections: int = 0
    learned: tuple[IdentifierKind, ...] = ()
    reason: str = ""  # a code, when `found` is UNKNOWN
    marked: int = 0  # collections that may speak of others
    clients: tuple[str, ...] = ()  # whose data was met, beside our own: it is theirs to answer for
    copies: str = ""  # which copies of a person's stand in for an export (`dsar.copies`)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a named human decided. `kind` is one of `dsar.decision_kinds`.

    `facts`: the named facts that its kind and ground ask for (`dsar.decision_facts`): codes, dates and
    numbers, which stand in evidence in clear. `second`: who seconded it, where the company wants two.
    """

    kind: str
    by: str  # a staff handle
    role: Role
    system: str = ""
    ground: str = ""
    words: str = ""  # vault name of the reasons given: the words may speak of the person and stay sealed
    words_length: int = 0  # characters
    proof: str = ""  # vault name of a file that shows what was done by hand
    holdings: tuple[Holding, ...] = ()  # what a person found or copied by hand: names and counts
    marked: int = 0  # how many of these collections may speak of others
    copies: str = ""  # which copies were handed in with it (`dsar.copies`)
    plan: str = ""  # digest of the plan that was read: an approval is bound to it
    told: str = ""  # vault name of what the outcome of a complaint tells: enquiries and changes
    enquiries: int = 0  # how many of each
    changes: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)
    second: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewHeard:
    """How many marked records of a review are not cleared yet. `number` says which review."""

    number: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofGiven:
    """A proof of identity that the register has recorded. The code or document itself stays outside.

    `points`: how many data points matched at least; `declared`: a signed declaration came with them;
    `authority`: on what a representative acts.
    """

    method: Proof
    by: str = "subject"
    points: int = 0
    declared: bool = False
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofWanted:
    """A proof that staff want asked for, or compared.

    A document is asked for on a written `doubt` only (LAW IDV-01). `number`: which sealed data points are
    to be matched.
    """

    method: Proof = Proof.CONTACT_POINT
    by: str = ""
    doubt: str = ""
    number: int = 0
    declared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How a case ended, without a word about whom it concerned."""

    case_id: str
    outcome: Outcome
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """What the query `status` and the desk show."""

    case_id: str
    status: Status
    right: Right
    regime: str
    received_on: date
    due_on: date | None
    owner: str
    outcome: Outcome | None = None
    systems: tuple[SystemAnswer, ...] = ()
    letters: tuple[LetterKind, ...] = ()
