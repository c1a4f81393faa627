"""The statutory clock: a regime and what has happened in, dates and their reasons out. Pure.

The five dates of LAW CLK-30 are recomputed from the events each time and never edited by hand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from dsar.clock_course import Course, run, target
from dsar.clock_days import Days
from dsar.clock_events import Event, EventKind, policy_of
from dsar.clock_matter import chosen, matters, without_effect
from dsar.clock_periods import Line, Matter, end
from dsar.ports import Calendars
from dsar.regimes.shapes import Cite, Regime, Rule, Span, Unit


class ClockState(StrEnum):
    """Where the clock of one case stands. Values are public API."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    EXTENDED = "extended"
    ANSWERED = "answered"
    OVERDUE = "overdue"


class Asked(StrEnum):
    """Which date is asked for. `extended` falls back to the first date if no extension is valid."""

    FIRST = "first"
    EXTENDED = "extended"
    ACK = "ack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One date with its reasons. Without a date, `missing` says why: NOT_STARTED, PAUSED, or None where
    the law names no number of days.
    """

    on: date | None
    missing: ClockState | None
    state: ClockState
    explanation: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """What the clock says. Each date is the last day on which the duty is still met in time.

    `received_on`: the local date of receipt. `relevant_on`: when the period began. `first_due_on`: the end
    of the first period, whatever came later. `due_on`: the end as it now stands, extended if an extension
    was lawful; None while the clock has not started or stands still, or where the law names no number of
    days. `target_on`: the strictest reading of the rules, for planning; never after `due_on`. `ack_on`: by
    when receipt must be confirmed, if the regime demands it. `calendar_version`: LAW CLK-31.
    """

    regime: str
    state: ClockState
    received_on: date
    relevant_on: date | None
    first_due_on: date | None
    due_on: date | None
    target_on: date | None
    ack_on: date | None
    extended: bool
    calendar_version: str
    first: Answer
    current: Answer
    ack: Answer | None

    @property
    def explanation(self) -> tuple[Line, ...]:
        """How `due_on` came about, line by line; the last line carries its date."""
        return self.current.explanation

    def answer(self, asked: Asked) -> Answer | None:
        """Return the date asked for; None if the regime knows no acknowledgement."""
        if asked is Asked.ACK:
            return self.ack
        if asked is Asked.FIRST:
            return self.first
        return self.current


def reckon(
    regime: Regime, events: Iterable[Event], calendars: Calendars, *, today: date | None = None
) -> Reckoning:
    """Recompute the clock of one case from its events, recorded in any order.

    `today` is a local date, and decides only whether the case is overdue; without it the day of the last
    event does. Several requests in one list (one message may hold several rights) give the strictest.

    Raises:
        InputError: no event opens the clock, an event lies before the receipt, or a date cannot be read.
    """
    known = tuple(events)
    policy = policy_of(known)
    asked = [replace(matter, rule=chosen(matter.rule, policy)) for matter in matters(regime, known)]
    return strictest(_reckon(regime, matter, calendars, today) for matter in asked)[0]


def reckon_all(
    regimes: Iterable[Regime], events: Sequence[Event], calendars: Calendars, *, today: date | None = None
) -> tuple[Reckoning, ...]:
    """Reckon under several regimes at once, the strictest first: act on that one (LAW LAW-01, CLK-36)."""
    return strictest(reckon(regime, events, calendars, today=today) for regime in regimes)


def strictest(reckonings: Iterable[Reckoning]) -> tuple[Reckoning, ...]:
    """Sort by due date, the earliest first; those without a date come last."""
    return tuple(
        sorted(reckonings, key=lambda found: (found.due_on or date.max, found.target_on or date.max))
    )


def _reckon(regime: Regime, matter: Matter, calendars: Calendars, today: date | None) -> Reckoning:
    days = Days(calendars, regime.calendar)
    course = run(matter, days)
    last = today or max((day for day, _ in matter.happened), default=matter.received_on)
    intro = (_receipt(regime, matter), *without_effect(matter), *course.begun.lines)
    more = (*course.notices, *(course.extended.lines if course.extended else ()))
    first = _answer(matter, course, course.first.on, last, (*intro, *course.first.lines))
    current = _answer(matter, course, course.current.on, last, (*intro, *course.first.lines, *more))
    ack = _ack(matter, current.state, intro[:1], days)
    return Reckoning(
        regime=regime.code,
        state=current.state,
        received_on=matter.received_on,
        relevant_on=course.begun.on,
        first_due_on=first.on,
        due_on=current.on,
        target_on=target(matter, course, days),
        ack_on=ack.on if ack else None,
        extended=course.extended is not None,
        calendar_version=calendars.version,
        first=first,
        current=current,
        ack=ack,
    )


def _answer(matter: Matter, course: Course, on: date | None, last: date, lines: tuple[Line, ...]) -> Answer:
    missing = None if on or matter.rule.first is None else _missing(course)
    return Answer(
        on=on,
        missing=missing,
        state=_state(matter, course, missing, last),
        explanation=(*lines, *_answered(matter, on), _verdict(matter.rule, missing, on)),
    )


def _missing(course: Course) -> ClockState:
    return ClockState.PAUSED if course.begun.on else ClockState.NOT_STARTED


def _ack(matter: Matter, state: ClockState, intro: tuple[Line, ...], days: Days) -> Answer | None:
    rule = matter.ack
    if rule is None or rule.first is None:
        return None
    bare = replace(matter, rule=rule, happened=())
    found = end(bare, matter.received_on, rule.first, rule.cite, days)
    verdict = Line(f"Confirm receipt by the end of {found.on}.", rule.cite, found.on)
    return Answer(on=found.on, missing=None, state=state, explanation=(*intro, *found.lines, verdict))


def _state(matter: Matter, course: Course, missing: ClockState | None, last: date) -> ClockState:
    if matter.days_of(EventKind.ANSWERED):
        return ClockState.ANSWERED
    if missing:
        return missing
    if course.current.on and last > course.current.on:
        return ClockState.OVERDUE
    return ClockState.EXTENDED if course.extended else ClockState.RUNNING


def _receipt(regime: Regime, matter: Matter) -> Line:
    text = f"Received on {matter.received_on} ({regime.zone}); that day itself is not counted."
    return Line(text, Cite("CLK-30", regime.law.title), matter.received_on)


def _answered(matter: Matter, on: date | None) -> tuple[Line, ...]:
    said = matter.days_of(EventKind.ANSWERED)
    if not said:
        return ()
    late = (said[0] - on).days if on else 0
    text = f"Answered on {said[0]}, " + (f"{Span(late, Unit.DAY)} late." if late > 0 else "in time.")
    return (Line(text, Cite("CLK-34", "company policy: sent by the end of the last day"), said[0]),)


def _verdict(rule: Rule, missing: ClockState | None, on: date | None) -> Line:
    if on:
        return Line(f"Due by the end of {on}.", rule.cite, on)
    if missing is None:
        return Line("This law names no number of days: answer without undue delay.", rule.cite)
    what = "has not begun" if missing is ClockState.NOT_STARTED else "stands still"
    return Line(f"No date yet: the period {what}.", rule.cite)
