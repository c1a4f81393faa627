"""When a period begins and when it ends: gates before it, stops in it, the roll after it; with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dsar.clock_days import DAY, Days
from dsar.clock_events import Event, EventKind, PauseCount
from dsar.clock_stops import Stretch, merged, stretches
from dsar.regimes.shapes import Cite, Gate, Rule, Span, Unit
from dsar.vocabulary import Right


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the reckoning: what it says, by which rule, and the date it leads to."""

    text: str
    cite: Cite
    on: date | None = None

    def __str__(self) -> str:
        """Return the sentence with its rule id and article."""
        return f"{self.text} [{self.cite}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is asked, under which rule, and what has happened: all days local, in any order of recording."""

    rule: Rule
    ack: Rule | None
    right: Right | None
    received_on: date
    happened: Sequence[tuple[date, Event]]

    def days_of(self, kind: EventKind | None, *, doubt: bool = False) -> list[date]:
        """Return the days of one kind of event; with `doubt`, only where there was reasonable doubt."""
        if not self.happened:
            return []
        return sorted(day for day, event in self.happened if event.kind is kind and event.doubt >= doubt)


@dataclass(frozen=True, slots=True)
class Found:
    """A day the reckoning came to, and how. `on` None: something is outstanding, so there is none yet."""

    on: date | None
    lines: tuple[Line, ...] = ()


def begin(matter: Matter, days: Days) -> Found:
    """Return the relevant time: the latest of receipt and what was properly asked for (LAW CLK-11)."""
    start, waiting = matter.received_on, False
    lines: list[Line] = []
    for asked in _gates(matter):
        if not waiting and _too_late(matter, asked, start, days):
            lines.append(_without_effect(asked, start))
        elif asked.answered is None:
            waiting = True
            lines.append(
                Line(f"{asked.title} was asked for on {asked.asked} and is outstanding.", asked.cite)
            )
        else:
            start = max(start, asked.answered)
            text = f"{asked.title} was asked for on {asked.asked} and came on {asked.answered}"
            lines.append(Line(f"{text}: the period runs from {start}.", asked.cite, start))
    return Found(None if waiting else start, tuple(lines))


def end(matter: Matter, start: date, span: Span, cite: Cite, days: Days) -> Found:
    """Return where `span` from `start` ends: stops added, then rolled once (LAW CLK-14, CLK-20)."""
    day = days.after(start, span)
    lines = [Line(f"{span} from {start}: {day}.", cite, day)]
    for stop in _stops(matter):
        if stop.asked > _last_day(matter.rule, days, day) or stop.over_by(start):
            lines.append(_without_effect(stop, day))
        elif stop.answered is None:
            text = f"{stop.title} was asked for on {stop.asked} and is outstanding: the clock stands still."
            return Found(None, (*lines, Line(text, stop.cite)))
        else:
            # Asked on a day won by the roll, the question finds the period there, not at its nominal end.
            day = day if stop.asked <= day else days.roll(day)
            day += stop.days_after(start) * DAY
            lines.append(_stopped(stop, start, day))
    return _rolled(matter.rule, days, day, lines)


def _gates(matter: Matter) -> Sequence[Stretch]:
    found = [stretch for gate in matter.rule.gates for stretch in _gate(matter, gate)]
    return sorted(found, key=lambda stretch: stretch.asked)


def _gate(matter: Matter, gate: Gate) -> list[Stretch]:
    asked = matter.days_of(gate.asked, doubt=gate.on_doubt)
    answered = matter.days_of(gate.answered) if gate.answered else [day + gate.waits * DAY for day in asked]
    return stretches(asked, answered, title=gate.title, cite=gate.cite)


def _too_late(matter: Matter, asked: Stretch, start: date, days: Days) -> bool:
    # A question at the end of the period is an abuse (LAW IDV-11); after the end it finds nothing to move.
    if matter.rule.first is None:
        return False
    over = end(matter, start, matter.rule.first, matter.rule.cite, days).on
    return over is not None and asked.asked > over


def _stops(matter: Matter) -> Sequence[Stretch]:
    found = [
        stretch
        for pause in matter.rule.pauses
        if pause.stops(matter.right)
        for stretch in stretches(
            matter.days_of(pause.asked, doubt=pause.on_doubt),
            matter.days_of(pause.answered),
            title=pause.title,
            cite=pause.cite,
            count=pause.count,
        )
    ]
    return merged(found)


def _last_day(rule: Rule, days: Days, day: date) -> date:
    return days.roll(day) if rule.rolls else day


def _rolled(rule: Rule, days: Days, day: date, lines: list[Line]) -> Found:
    last = _last_day(rule, days, day)
    if rule.rolls and last != day:
        text = f"{day} is {days.off(day)}: the period ends on the next working day, {last}."
        lines.append(Line(text, rule.rolls, last))
    return Found(last, tuple(lines))


def _without_effect(stretch: Stretch, day: date) -> Line:
    text = f"{stretch.title}, asked for on {stretch.asked}, fell outside the period: no effect."
    return Line(text, stretch.cite, day)


def _stopped(stop: Stretch, start: date, day: date) -> Line:
    how = "both days included" if stop.count is PauseCount.INCLUSIVE else "elapsed days only"
    text = f"{stop.title} was asked for on {stop.asked} and came on {stop.answered}"
    more = Span(stop.days_after(start), Unit.DAY)
    return Line(f"{text}: {more} more ({how}), to {day}.", stop.cite, day)
