"""The ports: what each tool of floor 2 promises. Nothing to subclass; the contract tests hold them to it.

Ports for connectors are asynchronous, because vendors are slow and many; register, vault, bundle, letters
and post are plain calls that an activity makes in a thread.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from dsar.case import Decision, RightsRequest, SystemAnswer
from dsar.evidence import Entry, Fact, Verification
from dsar.holdings import Card, Collection, Findings, Holding, Page, Row
from dsar.identity import Challenge, CodeResult
from dsar.person import Identity
from dsar.quiet import QuietHours
from dsar.vocabulary import Category, LetterKind, Outcome, Right, Role, Status


class Connector(Protocol):
    """One connected system (DESIGN §5). Errors are `dsar.errors`; messages never name a person."""

    @property
    def card(self) -> Card: ...

    async def check(self) -> None:
        """Make a harmless call that proves the credentials and that the card still fits the system.

        Raises:
            OperatorError: credentials refused, or a table or scope is missing.
            TemporaryError: the system cannot be reached now.
        """

    async def find(self, identity: Identity) -> Findings:
        """Say what is held: counts per collection, and identifiers learned. Changes nothing."""

    def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        """Stream the rows of one collection in a stable order, page by page, from after `cursor`."""

    async def close(self) -> None:
        """Release connections. Safe to repeat."""


class Sink(Protocol):
    """Where bytes are streamed to. Also a fit target for `zipfile.ZipFile` (it cannot seek)."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


class Vault(Protocol):
    """The person: everything personal that we keep, sealed with one data key per case.

    Names of objects are like `parcels/crm/000001`: lower case, never personal.
    """

    def open_case(self, case_id: str) -> None:
        """Create the case's data key, once. Safe to repeat."""

    def put(self, case_id: str, name: str, data: bytes) -> None: ...

    def get(self, case_id: str, name: str) -> bytes:
        """Return what was put.

        Raises:
            OperatorError: `object_missing`, `seal_broken`, or `key_destroyed` after a shredding.
            TemporaryError: the store cannot be reached now.
        """

    def names(self, case_id: str, prefix: str = "") -> tuple[str, ...]:
        """Return the names under `prefix`, in order."""

    def sink(self, case_id: str, name: str) -> AbstractContextManager[Sink]:
        """Stream a large object in. It appears, whole, only when the context ends without an error."""

    def stream(self, case_id: str, name: str) -> Iterator[bytes]:
        """Stream a large object out, checked chunk by chunk. Memory stays flat."""

    def fingerprint(self, purpose: str, text: str) -> str:
        """Return a keyed digest (64 hex digits): the same for the same text, useless without our key."""

    def shred(self, case_id: str) -> int:
        """Delete the case's objects, then destroy its key. Returns how many objects went. Safe to repeat."""

    def check(self) -> None:
        """Prove that store and master key work.

        Raises:
            OperatorError: `bucket_missing`, `access_refused`, `master_key_refused`, …
            TemporaryError: the store cannot be reached now.
        """


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


class Register(Protocol):
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

    def put_answer(self, case_id: str, answer: SystemAnswer, holdings: Sequence[Holding], fact: Fact) -> bool:
        """Write one system's answer and its holdings, replacing its earlier ones."""

    def answers(self, case_id: str) -> tuple[SystemAnswer, ...]: ...

    def holdings(self, case_id: str) -> tuple[Holding, ...]: ...

    def set_challenge(self, case_id: str, purpose: str, challenge: Challenge, fact: Fact) -> bool: ...

    def challenge(self, case_id: str, purpose: str) -> Challenge | None: ...

    def try_challenge(self, case_id: str, purpose: str, digest: str, at: datetime) -> CodeResult:
        """Compare in constant time, count the attempt and write its evidence, all in one transaction."""

    def offer_delivery(self, case_id: str, token_digest: str, expires_at: datetime, fact: Fact) -> bool:
        """Remember under which link an answer may be fetched."""

    def delivery(self, token_digest: str) -> tuple[str, datetime] | None:
        """Return (case id, expiry) of the link with that digest."""

    def evidence(self, case_id: str) -> tuple[Entry, ...]: ...

    def verify_evidence(self, case_id: str) -> Verification:
        """Recompute the chain and compare it with the sealed length and end: finds a removed tail too.

        Raises:
            InputError: `case_unknown`.
        """

    def events(self, *, after: int = 0, limit: int = 100) -> tuple[OutboxEvent, ...]: ...

    def forget_subject(self, case_id: str, fact: Fact) -> bool:
        """Drop the fingerprint and challenges of a case that is being shredded."""

    def check(self) -> None:
        """Prove that the database answers and has the newest schema.

        Raises:
            OperatorError: `schema_old` (run `starter.py prepare`), `access_refused`.
            TemporaryError: it cannot be reached now.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One collection of one system, ready for the bundle. `rows` is read once, in order."""

    system: str
    vendor: str
    collection: Collection
    rows: Iterable[Row] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """Something left out of an answer, and why: a code with its article, and words for the person."""

    system: str
    collection: str
    ground: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFacts:
    """What a bundle says about itself and the case. No names: the person knows who they are."""

    case_id: str
    right: Right
    regime: str
    locale: str
    received_on: date
    answered_at: datetime
    answers: tuple[SystemAnswer, ...]
    information: Mapping[str, Any]  # the Art. 15(1)-(2) information, from the company's facts
    withheld: tuple[Withheld, ...] = ()
    decisions: tuple[Decision, ...] = ()  # so that each accepted gap says who accepted it


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleReceipt:
    """What was written: counts, and the SHA-256 of the signed manifest."""

    files: int
    rows: int
    size: int
    manifest_sha256: str


class BundleWriter(Protocol):
    """Writes the export (DESIGN §8)."""

    def write(
        self, facts: BundleFacts, sections: Iterable[Section], sink: Sink, progress: Callable[[int], None]
    ) -> BundleReceipt:
        """Stream the archive into `sink`. `progress` is called with the rows so far, at least once a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter ready to send. The subject line holds no personal data; text and HTML say the same."""

    kind: LetterKind
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


class Letters(Protocol):
    """The words we send."""

    def render(self, kind: LetterKind, locale: str, facts: Mapping[str, Any]) -> Letter:
        """Fill a template. An unknown locale falls back to English.

        Raises:
            ContractError: a fact that the letter must state is missing (the code names which).
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A short mail to staff, in plain text."""

    subject: str
    text: str


class Post(Protocol):
    """Carries letters to people, and notices to staff."""

    def send(self, letter: Letter, *, to: str, message_id: str) -> None:
        """Hand the letter to the mail server. `message_id` is stable, so that a repeat can be recognised.

        Raises:
            TemporaryError: the server is down or asks us to wait.
            OperatorError: `recipient_refused`, `sender_refused`, `login_refused`.
        """

    def notify(self, notice: Notice, *, to: str, message_id: str) -> None:
        """Hand a notice to the mail server. Raises as `send`."""

    def check(self) -> None: ...


class Calendars(Protocol):
    """Public holidays, by calendar code (`GB-ENG`, `DE-BY`, `US`)."""

    @property
    def version(self) -> str:
        """Which edition of the calendars this is, for the record (LAW CLK-31)."""

    def holidays(self, calendar: str, year: int) -> Mapping[date, str]: ...


class CompanyFacts(Protocol):
    """What the company says of itself: one validated file (`policy/company.yaml`)."""

    def information(
        self, regime: str, categories: Iterable[Category], received_on: date, locale: str
    ) -> Mapping[str, Any]:
        """Return the Art. 15(1)-(2) information about this person: only the categories that were found."""

    def letter_facts(self, regime: str, received_on: date, locale: str) -> Mapping[str, Any]:
        """Return sender, DPO, remedies and routes to complain, as the law of the receipt date has them."""

    def role_of(self, handle: str) -> frozenset[Role]:
        """Return the roles of a staff handle; none if nobody has it."""

    def addresses(self, owner: str, roles: Iterable[Role]) -> tuple[str, ...]:
        """Return where a notice goes: to the owner of a case and to all who have one of `roles`, each
        address once. The DPO's stands in for an owner or a role of whom no address is known.
        """

    @property
    def quiet_hours(self) -> QuietHours:
        """Return when staff are left in peace."""
