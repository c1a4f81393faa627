"""What the story asks of an activity, and what it gets back. Ids, enums, dates and counts only."""

from dataclasses import dataclass
from datetime import date, datetime

from dsar.case import Decision, RightsRequest, SystemAnswer
from dsar.clock_events import Event
from dsar.clock_milestones import Milestone
from dsar.reminders import Wake
from dsar.vocabulary import IdentifierKind, LetterKind, Outcome, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The one input of most activities. `at` is the story's own time; `number` tells repeats apart."""

    request: RightsRequest
    at: datetime
    system: str = ""
    number: int = 1
    status: Status | None = None
    letter: LetterKind | None = None
    decision: Decision | None = None
    outcome: Outcome | None = None
    answers: tuple[SystemAnswer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """The request is acknowledged and its clock is set."""

    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Searchable:
    """A system that will be asked, and the identifiers it can be asked by."""

    name: str
    finds_by: tuple[IdentifierKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlan:
    """Every registered system is in `ask` or, with its reason, in `settled`. None is left out."""

    ask: tuple[Searchable, ...]
    settled: tuple[SystemAnswer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """How much of one system was sealed into parcels."""

    parcels: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Whether the letters of a step reached the mail server; if not, a code says why."""

    ok: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShredOrder:
    """Which closed case is to become unreadable, and on whose word (a staff handle)."""

    case_id: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOrder:
    """What the clock is reckoned from. `after`: milestones up to that day are dealt with."""

    request: RightsRequest
    at: datetime
    number: int  # counts the reckonings of a case
    events: tuple[Event, ...]
    after: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Until when the case must be answered (None: no date now), and when to look at the clock again."""

    due_on: date | None
    wake: Wake | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOrder:
    """Of what staff are to be reminded."""

    request: RightsRequest
    at: datetime
    status: Status
    milestone: Milestone
    due_on: date | None
