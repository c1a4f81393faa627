"""What the story asks of an activity, and what it gets back. Ids, enums, dates and counts only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dsar.case import Decision, ProofWanted, RightsRequest, SystemAnswer
from dsar.clock_events import Event
from dsar.clock_milestones import Milestone
from dsar.erasure import Line, Plan
from dsar.reminders import Wake
from dsar.vocabulary import IdentifierKind, LetterKind, Outcome, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The one input of most activities. `at` is the story's own time; `number` tells repeats apart;
    `reason` is the code of what went wrong.
    """

    request: RightsRequest
    at: datetime
    system: str = ""
    number: int = 1
    status: Status | None = None
    letter: LetterKind | None = None
    decision: Decision | None = None
    outcome: Outcome | None = None
    answers: tuple[SystemAnswer, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOrder:
    """Which proof is to be asked for or compared. `number` tells repeats apart."""

    request: RightsRequest
    at: datetime
    wanted: ProofWanted
    number: int = 1


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
    """Which closed case is to become unreadable, on whose words (handles); on nobody's: by the calendar."""

    case_id: str
    by: str
    at: datetime
    confirmed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveOrder:
    """Whose answer is to be removed, if its time is over."""

    case_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOrder:
    """What the clock is reckoned from. `after`: milestones up to that day are dealt with. `tasks_since`:
    from that day on something waits for a hand.
    """

    request: RightsRequest
    at: datetime
    number: int  # counts the reckonings of a case
    events: tuple[Event, ...]
    after: date
    tasks_since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Until when the case must be answered (None: no date now), and when to look at the clock again."""

    due_on: date | None
    wake: Wake | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOrder:
    """Of what staff are to be reminded. `tasks_since`: as in a `ClockOrder`."""

    request: RightsRequest
    at: datetime
    status: Status
    milestone: Milestone
    due_on: date | None
    tasks_since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedOrder:
    """What one system is asked to do. `number` tells apart how often it was ordered, `look` how often it
    was looked at; `collections` are those that the deed is about, where no plan names them; `tries` tells
    apart how often one order was carried out anew, because it did not hold.
    """

    request: RightsRequest
    at: datetime
    system: str
    number: int = 1
    look: int = 1
    collections: tuple[str, ...] = ()
    retained: bool = False  # what a duty kept, and keeps no more: the case may be shredded by then
    client: str = ""  # on whose instruction, if it is a client's data and not ours
    tries: int = 1

    @property
    def name(self) -> str:
        """Which order it is, among the case's own and those of its clients."""
        name = f"{self.client}.{self.number}" if self.client else str(self.number)
        return name if self.tries == 1 else f"{name}-{self.tries}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOrder:
    """A plan to be written down before anybody may approve it."""

    request: RightsRequest
    at: datetime
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class RetainedOrder:
    """What was kept, and is to be looked at when its time comes. `number` is that of the next plan."""

    request: RightsRequest
    number: int
    lines: tuple[Line, ...]
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionOrder:
    """What is restricted, on which of the four cases of Art. 18(1); and, once decided, when and why it ends.

    `words` is the vault's name of the reasons.
    """

    request: RightsRequest
    at: datetime
    ground: str
    marked: Mapping[str, tuple[str, ...]]
    number: int = 1
    words: str = ""
    lift_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a later day says of what was kept: what may go now, and what must still stay."""

    going: tuple[Line, ...] = ()
    staying: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a deed came to, as counts: jobs that still run at the vendor's, and how long it asks for."""

    receipts: int = 0
    jobs: int = 0
    ready_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a second look found, as counts of collections."""

    verified: int = 0
    still_present: int = 0
    unverifiable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOrder:
    """Which erased people are looked for: those erased on or after `since`, from after the case `after`.

    `instructed`: those whose data clients had erased, instead of those who asked us for it.
    """

    at: datetime
    since: date = date.min
    after: str = ""
    case_id: str = ""
    by: str = ""
    instructed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a sweep or a replay came to, as counts. `left` are the cases that somebody must look at."""

    cases: int = 0
    back: int = 0  # collections in which somebody was found again
    erased: int = 0  # collections from which they are gone again, which was looked up
    left: tuple[str, ...] = ()

    def plus(self, other: "Replayed") -> "Replayed":
        """Return both together."""
        return Replayed(
            cases=self.cases + other.cases,
            back=self.back + other.back,
            erased=self.erased + other.erased,
            left=tuple(dict.fromkeys((*self.left, *other.left))),
        )
