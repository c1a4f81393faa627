"""Short ways to say what happened, for the tests of the clock."""

from dataclasses import replace
from datetime import date, timedelta

from calendars import HolidayCalendars
from dsar.clock import Reckoning, reckon
from dsar.clock_events import Event, EventKind
from dsar.clock_json import day_or_instant, event_from
from dsar.regimes import regime_at
from dsar.vocabulary import Right

CALENDARS = HolidayCalendars()
DAY = timedelta(days=1)


def receipt(received: str | date, right: Right = Right.ACCESS) -> Event:
    """Return the request itself, received on a day or at an instant."""
    on, at = (received, None) if isinstance(received, date) else day_or_instant(received, "received")
    return Event(kind=EventKind.REQUEST, right=right, on=on, at=at)


def happened(kind: str, at: str | date | None = None, **more: object) -> Event:
    """Return an event as staff would write it."""
    day = at.isoformat() if isinstance(at, date) else at
    return event_from({"type": kind, "at": day, **more})


def clock(
    code: str,
    received: str | date,
    *events: Event,
    right: Right = Right.ACCESS,
    today: date | None = None,
) -> Reckoning:
    """Reckon one request under the law in force when it was received."""
    first = receipt(received, right)
    return reckon(regime_at(code, first), (first, *events), CALENDARS, today=today)


def matter(code: str, received: str, kind: str, *events: Event, **more: object) -> Reckoning:
    """Reckon a complaint or an appeal."""
    first = receipt(received)
    opened = replace(happened(kind, None, **more), on=first.on, at=first.at)
    return reckon(regime_at(code, first), (opened, *events), CALENDARS)


def clarified(*pairs: tuple[str | date, str | date]) -> list[Event]:
    """Return the events of several clarifications, each asked and answered on the days given."""
    asked = [happened("clarification_requested", day) for day, _ in pairs]
    return asked + [happened("clarification_received", day) for _, day in pairs]
