"""What a case carries from one history into the next: everything it knows, in one serialisable piece.

A case that waits long begins a fresh history now and then, so that none grows without bound. The parts below
are the only memory of the rooms that hold them; what is not here is forgotten.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from dsar.asked import Told
from dsar.case import Decision, ProofGiven, ProofWanted, RightsRequest, SystemAnswer
from dsar.clock_events import Event, opening
from dsar.erasure import Plan
from dsar.exemptions import Item
from dsar.stopping import Stopped
from dsar.systems import Completeness
from dsar.vocabulary import Outcome, Proof, Status
from workflows.exports import Exports


@dataclass(slots=True, kw_only=True)
class ProvingState:
    """Identity: what arrived, which letters were wanted and sent, and until when we wait for an answer.

    `asks`: wishes of staff that wait to be carried out. `asked_for`: the proofs that a letter asked for.
    `unreached`: why the last letter went nowhere; `by_post`: a person writes in its place.
    """

    proofs: tuple[ProofGiven, ...] = ()
    locked: bool = False
    lock_told: bool = False
    wanted: int = 0
    sent: int = 0
    rounds: int = 0
    waits_until: datetime | None = None
    asks: tuple[ProofWanted, ...] = ()
    asked_for: tuple[Proof, ...] = ()
    unreached: str = ""
    by_post: bool = False


@dataclass(slots=True, kw_only=True)
class SearchingState:
    """Discovery: every system's answer, how many searches were made, and whether all were asked."""

    systems: Completeness = field(default_factory=Completeness)
    searches: int = 0
    passed_on: tuple[str, ...] = ()  # clients who were told that their data is asked for
    letters: int = 0
    everywhere: bool = False


@dataclass(slots=True, kw_only=True)
class ErasingState:
    """Erasure: what was planned and approved, and until when the person may reconsider.

    `put`: the plan waits for its approval. `carried_out`: the approved plans so far; `failed`: systems that
    the last of them left to a hand. `scans`: of what is left elsewhere; `traces`: where something was.
    """

    confirmed: bool = False
    reminders: int = 0
    remind_at: datetime | None = None
    asked: int = 0
    plans: int = 0
    plan: Plan | None = None
    put: bool = False
    approved: bool = False
    restricted: bool = False
    reconsider_until: datetime | None = None
    carried_out: tuple[Plan, ...] = ()
    failed: tuple[str, ...] = ()
    scans: int = 0
    traces: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class ReviewState:
    """Review: which one it is, of which answers and exports, and how many records are not cleared yet."""

    number: int = 0
    of: tuple[SystemAnswer, ...] = ()
    exported: dict[str, int] = field(default_factory=dict)
    exempt: tuple[Item, ...] = ()
    open: int = 0


@dataclass(slots=True, kw_only=True)
class ClockState:
    """The clock: what happened, the date it comes to, the reckonings so far, milestones dealt with."""

    events: tuple[Event, ...]
    after: date
    due_on: date | None = None
    reckonings: int = 0


@dataclass(slots=True, kw_only=True)
class AskedState:
    """What was asked of the person by a decision, and has not come yet."""

    decision: Decision
    told: Told
    reminded: bool = False

    @property
    def asked_on(self) -> date:
        """The day on which it was asked."""
        return self.told.asked_on

    @property
    def remind_at(self) -> datetime | None:
        """When the person is reminded, if that is still to come."""
        return None if self.reminded else self.told.remind_at

    @property
    def close_at(self) -> datetime:
        """When nobody waits any more."""
        return self.told.close_at


@dataclass(slots=True, kw_only=True)
class Progress:
    """When the person hears next how far we have come, and by which decision they were promised that."""

    extension: Decision
    at: datetime


@dataclass(slots=True, kw_only=True)
class BesideState:
    """What was asked or promised beside the story: whether the time was extended and a fee paid, what is
    open, what is left out of the answer, letters so far, and the decision whose letter nobody received yet.
    """

    extended: bool = False
    progress: Progress | None = None
    paid: bool = False
    fee: AskedState | None = None
    question: AskedState | None = None
    exempt: tuple[Item, ...] = ()
    letters: int = 0
    unposted: Decision | None = None
    untold: Told = field(default_factory=lambda: Told(ok=False))


@dataclass(slots=True, kw_only=True)
class AnsweringState:
    """How far an answer has come: whether it was begun, what was exported, and the numbers of the next bundle
    and letter.

    `decision`: by which it is made. `done`: parts that are not done again. `posting`: the number of a letter
    that waits for a hand, else 0. `failed`: systems that were left to a hand; `busy`: those that need their
    time; `marked`: collections of each system that were restricted.
    """

    begun: bool = False
    decision: Decision | None = None
    done: tuple[str, ...] = ()
    posting: int = 0
    failed: tuple[str, ...] = ()
    busy: tuple[Stopped, ...] = ()
    marked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    exports: Exports = field(default_factory=Exports)
    bundle: int = 1
    letter: int = 1


@dataclass(slots=True, kw_only=True)
class RecipientsState:
    """Recipients: rounds of letters so far, who was told, who has not answered, and when they are chased."""

    rounds: int = 0
    known: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    chase_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Offering:
    """What a person may decide now: which kinds, about which plan, recipients or corrections, and who stands
    `apart`. A decision may reach a fresh history before its story runs: it is held to this.
    """

    kinds: tuple[str, ...]
    plan: str = ""
    recipients: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Ending:
    """How the story ended, while its last letter waits for a hand."""

    outcome: Outcome
    decision: Decision | None = None


@dataclass(slots=True, kw_only=True)
class CaseState:
    """The whole case. Decisions are not here: a history never ends while one waits to be acted on.

    A field that is missing in the state of an older history has the value with which that history began:
    it is replayed as it was written.
    """

    clock: ClockState
    status: Status = Status.RECEIVED
    proving: ProvingState = field(default_factory=ProvingState)
    searching: SearchingState = field(default_factory=SearchingState)
    by_hand_since: date | None = None  # from then on something waits for a hand
    erasing: ErasingState = field(default_factory=ErasingState)
    beside: BesideState = field(default_factory=BesideState)
    proposed: Decision | None = None  # it waits for a second person
    proposal: int = 0
    answering: AnsweringState = field(default_factory=AnsweringState)
    review: ReviewState = field(default_factory=ReviewState)
    called: bool = False  # a person was, and has not decided yet
    calls: int = 0
    decided: int = 0
    recipients: RecipientsState = field(default_factory=RecipientsState)
    offering: Offering | None = None
    ended: Ending | None = None


def at_first(request: RightsRequest) -> CaseState:
    """Return the state of a case that was just opened."""
    return CaseState(clock=ClockState(events=(opening(request),), after=request.received_on))
