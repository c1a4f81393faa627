"""What crosses Temporal: ids, enums, dates and counts. Nothing here may name a person (DESIGN §7)."""

import re
from dataclasses import dataclass
from datetime import date, datetime

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a named human decided. `kind` is `release`, `refuse`, `accept-gap`, `retry` or `manual-done`."""

    kind: str
    by: str  # a staff handle
    role: Role
    system: str = ""
    ground: str = ""
    words: str = ""  # vault name of the reasons given: the words may speak of the person and stay sealed
    words_length: int = 0  # characters
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofGiven:
    """A proof of identity that the register has recorded. The code or document itself stays outside."""

    method: Proof
    by: str = "subject"


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
