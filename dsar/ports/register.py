"""What the register promises: the truth. Plain calls that an activity makes in a thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from dsar.canaries import CanaryLook, CanaryState
from dsar.case import RightsRequest, SystemAnswer
from dsar.evidence import Entry, Fact, Verification
from dsar.holdings import Holding
from dsar.identity import Challenge, CodeResult
from dsar.ports.queue import Queue
from dsar.suppression import Suppressed
from dsar.vocabulary import Outcome, Right, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """A case as the register holds it."""

    request: RightsRequest
    status: Status
    opened_at: datetime
    due_on: date | None = None
    started: bool = False
    outcome: Outcome | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a recorded fact changes in the case row. None means: leave as it is."""

    status: Status | None = None
    due_on: date | None = None
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    started: bool | None = None
    clock_stands: bool = False  # takes the due date away: it has not begun, or is paused


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The answer to `open_case`: `created` is False when the intake key was known already."""

    record: CaseRecord
    created: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEvent:
    """A CloudEvent (1.0, structured JSON) waiting to be sent; `position` orders all events."""

    position: int
    case_id: str
    body: Mapping[str, Any]


class Register(Queue, Protocol):
    """The truth. A change, its evidence entry and its event are written in one transaction, or not at all."""

    def open_case(self, request: RightsRequest, *, fingerprint: str, intake_key: str, at: datetime) -> Opened:
        """Write a new case, or return the one that this `intake_key` opened before."""

    def record(self, case_id: str, fact: Fact, change: Change = Change()) -> bool:
        """Write a fact and its change once. Returns False, and changes nothing, if its key is known.

        Raises:
            InputError: `case_unknown`.
        """

    def case(self, case_id: str) -> CaseRecord: ...

    def cases(self, *, open_only: bool = False) -> tuple[CaseRecord, ...]: ...

    def unstarted(self) -> tuple[RightsRequest, ...]:
        """Cases that were written but whose workflow is not known to run."""

    def same_subject(self, fingerprint: str, right: Right) -> tuple[CaseRecord, ...]:
        """Earlier cases of the same person for the same right, newest first."""

    def subject_of(self, fingerprint: str) -> str | None:
        """The `sub_…` id that this fingerprint has, if it was seen before."""

    def of_subject(self, subject_id: str) -> tuple[CaseRecord, ...]:
        """Every case of one person, of any right, newest first. A shredded one has forgotten whose it was."""

    def put_answer(self, case_id: str, answer: SystemAnswer, holdings: Sequence[Holding], fact: Fact) -> bool:
        """Write one system's answer and its holdings, replacing its earlier ones."""

    def answers(self, case_id: str) -> tuple[SystemAnswer, ...]: ...

    def unsettled(self) -> tuple[tuple[str, SystemAnswer], ...]:
        """Return what waits for a hand in open cases: (case id, answer), by case and system."""

    def holdings(self, case_id: str) -> tuple[Holding, ...]: ...

    def set_challenge(self, case_id: str, purpose: str, challenge: Challenge, fact: Fact) -> bool: ...

    def challenge(self, case_id: str, purpose: str) -> Challenge | None: ...

    def try_challenge(self, case_id: str, purpose: str, digest: str, at: datetime) -> CodeResult:
        """Compare in constant time, count the attempt and write its evidence, all in one transaction."""

    def offer_delivery(self, case_id: str, token_digest: str, expires_at: datetime, fact: Fact) -> bool:
        """Remember under which link an answer may be fetched; earlier ones of the case lead nowhere then."""

    def delivery(self, token_digest: str) -> tuple[str, datetime] | None:
        """Return (case id, expiry) of the link with that digest."""

    def suppress(self, case_id: str, lines: Sequence[Suppressed], fact: Fact) -> bool:
        """Put lines on the suppression list, once. One that stands there already stays as it is.

        Returns False, and changes nothing, if the fact's key is known.
        """

    def suppressed(self, fingerprint: str = "") -> tuple[Suppressed, ...]:
        """Return the list, or its lines with that fingerprint, oldest first."""

    def canaries(self) -> tuple[CanaryState, ...]:
        """Return what the last round found of each canary, by canary and system."""

    def note_canaries(self, looks: Sequence[CanaryLook], at: datetime) -> None:
        """Write a whole round down, and an event for each change. Repeatable."""

    def evidence(self, case_id: str) -> tuple[Entry, ...]: ...

    def verify_evidence(self, case_id: str) -> Verification:
        """Recompute the chain and compare it with the sealed length and end: finds a removed tail too.

        Raises:
            InputError: `case_unknown`.
        """

    def events(self, *, after: int = 0, limit: int = 100) -> tuple[OutboxEvent, ...]: ...

    def forget_subject(self, case_id: str, fact: Fact) -> bool:
        """Drop what ties a case that is being shredded to its person: fingerprint, id, codes and links."""

    def check(self) -> None:
        """Prove that the database answers and has the newest schema.

        Raises:
            OperatorError: `schema_old` (run `starter.py prepare`), `access_refused`.
            TemporaryError: it cannot be reached now.
        """
