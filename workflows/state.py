"""What a case carries from one history into the next: everything it knows, in one serialisable piece.

A case that waits long begins a fresh history now and then, so that none grows without bound. The parts below
are the only memory of the rooms that hold them; what is not here is forgotten.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from dsar.case import ProofGiven, RightsRequest
from dsar.clock_events import Event, opening
from dsar.systems import Completeness
from dsar.vocabulary import Status


@dataclass(slots=True, kw_only=True)
class ProvingState:
    """Identity: what arrived, which codes were wanted and sent, and until when we wait for an answer."""

    proof: ProofGiven | None = None
    locked: bool = False
    lock_told: bool = False
    wanted: int = 0
    sent: int = 0
    rounds: int = 0
    waits_until: datetime | None = None


@dataclass(slots=True, kw_only=True)
class SearchingState:
    """Discovery: every system's answer, how many searches were made, and whether all were asked."""

    systems: Completeness = field(default_factory=Completeness)
    searches: int = 0
    everywhere: bool = False


@dataclass(slots=True, kw_only=True)
class ClockState:
    """The clock: what happened, the date it comes to, the reckonings so far, milestones dealt with."""

    events: tuple[Event, ...]
    after: date
    due_on: date | None = None
    reckonings: int = 0


@dataclass(slots=True, kw_only=True)
class CaseState:
    """The whole case. Decisions are not here: a history never ends while one waits to be acted on."""

    clock: ClockState
    status: Status = Status.RECEIVED
    proving: ProvingState = field(default_factory=ProvingState)
    searching: SearchingState = field(default_factory=SearchingState)
    called: bool = False  # a person was, and has not decided yet
    calls: int = 0
    decided: int = 0


def at_first(request: RightsRequest) -> CaseState:
    """Return the state of a case that was just opened."""
    return CaseState(clock=ClockState(events=(opening(request),), after=request.received_on))
