"""What the story orders when something is asked of the person, and what it is told of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from dsar.case import Decision, RightsRequest
from dsar.clock_events import Event

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOrder:
    """A decision whose letter asks or promises something; `events`: all that the clock knows so far."""

    request: RightsRequest
    at: datetime
    decision: Decision
    events: tuple[Event, ...]
    number: int = 1
    asked_on: date | None = None  # the day it was first asked, where this is a reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Whether such a letter reached the mail server; whether the clock waits for what it asks (`stands`), and
    until when we do.
    """

    ok: bool
    stands: bool = False
    asked_on: date = date.min
    remind_at: datetime | None = None
    close_at: datetime = NEVER
