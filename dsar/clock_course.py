"""How one matter runs through its rule: it begins, its first period ends, a lawful notice extends it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from dsar.clock_days import DAY, Days
from dsar.clock_events import Event, EventKind
from dsar.clock_matter import cautious
from dsar.clock_periods import Found, Line, Matter, begin, end
from dsar.regimes.shapes import Extension, Target


@dataclass(frozen=True, slots=True)
class Course:
    """`first` and `extended` are without a date while the clock has not begun or stands still.

    `extended` is None unless an extension is valid. `notices` says of each notice what it did.
    """

    begun: Found
    first: Found
    extended: Found | None = None
    notices: tuple[Line, ...] = ()

    @property
    def current(self) -> Found:
        """The period as it now stands."""
        return self.extended or self.first


def run(matter: Matter, days: Days) -> Course:
    """Run the matter through its rule. A rule without a number of days gives no dates."""
    begun, span = begin(matter, days), matter.rule.first
    if begun.on is None or span is None:
        return Course(begun, Found(None))
    first = end(matter, begun.on, span, matter.rule.cite, days)
    judged = [
        (day, event, _fault(matter.rule.extension, day, event, first.on)) for day, event in _notices(matter)
    ]
    void = tuple(
        Line(f"The extension notice of {day} is void: {fault}.", matter.rule.cite, first.on)
        for day, _, fault in judged
        if fault
    )
    lawful = [(day, event) for day, event, fault in judged if not fault]
    if not lawful or matter.rule.extension is None:
        return Course(begun, first, notices=void)
    return Course(begun, first, _extended(matter, matter.rule.extension, lawful[0], begun.on, days), void)


def target(matter: Matter, course: Course, days: Days) -> date | None:
    """Return the due date of the strictest reader, never after the due date (LAW CLK-21, CLK-46, CLK-47)."""
    due, reading = course.current.on, matter.rule.target
    if reading == Target() and not matter.happened:
        return due
    strict = replace(matter, rule=cautious(matter.rule))
    extension = matter.rule.extension if course.extended else None
    span = extension.total if extension else matter.rule.first
    days = replace(days, calendar="") if reading.weekends_only else days
    begun = begin(strict, days).on
    if begun is None or span is None:
        return due
    found = end(strict, begun, span, matter.rule.cite, days).on
    return min((day for day in (due, _earlier(found, reading)) if day), default=None)


def _earlier(day: date | None, reading: Target) -> date | None:
    return day - reading.days_earlier * DAY if day else None


def _notices(matter: Matter) -> Iterator[tuple[date, Event]]:
    found = (pair for pair in matter.happened if pair[1].kind is EventKind.EXTENSION_NOTIFIED)
    return iter(sorted(found, key=lambda pair: (pair[0], pair[1].new_due_on or date.max)))


def _fault(extension: Extension | None, day: date, event: Event, first: date | None) -> str:
    if extension is None:
        return "this law gives no extension here"
    if not event.reasoned:
        return "it gives no reasons"
    if first and day > first:
        return f"the first period had ended on {first}"
    if extension.total is None and not (first and event.new_due_on and event.new_due_on > first):
        return "it names no later date"
    return ""


def _extended(
    matter: Matter, extension: Extension, notice: tuple[date, Event], start: date, days: Days
) -> Found:
    told, event = notice
    said = Line(f"The extension notice of {told} is in time and gives reasons.", extension.cite)
    if extension.total is None:
        named = Line(f"It names {event.new_due_on}.", extension.cite, event.new_due_on)
        return Found(event.new_due_on, (said, named))
    longer = end(matter, start, extension.total, extension.cite, days)
    return Found(longer.on, (said, *longer.lines))
