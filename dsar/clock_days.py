"""Counting days: months that clamp, working days, and the roll past days off. Pure arithmetic."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from dsar.ports import Calendars
from dsar.regimes.shapes import Span, Unit

DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6
_WEEKEND = {_SATURDAY: "a Saturday", _SUNDAY: "a Sunday"}


@dataclass(frozen=True, slots=True)
class Days:
    """The working days of one place. Without a calendar only weekends are days off."""

    calendars: Calendars
    calendar: str = ""

    def off(self, day: date) -> str:
        """Say why `day` is no working day ("a Sunday", "Good Friday"); empty if it is one."""
        weekend = _WEEKEND.get(day.weekday(), "")
        if weekend or not self.calendar:
            return weekend
        return self.calendars.holidays(self.calendar, day.year).get(day, "")

    def roll(self, day: date) -> date:
        """Return `day`, or the next working day if it is a day off (Reg. 1182/71 Art. 3(4); LAW CLK-04)."""
        while self.off(day):
            day += DAY
        return day

    def after(self, start: date, span: Span) -> date:
        """Return the last day of a period that `start` opens; `start` itself is not counted (LAW CLK-03)."""
        if span.unit is Unit.MONTH:
            return add_months(start, span.count)
        if span.unit is Unit.DAY:
            return start + span.count * DAY
        return self._working_days_after(start, span.count)

    def _working_days_after(self, day: date, count: int) -> date:
        while count:
            day += DAY
            count -= not self.off(day)
        return day


def add_months(start: date, count: int) -> date:
    """Return the same date `count` months on, or that month's last day if it has no such date.

    Always computed from `start`, so a short month in between leaves no trace (LAW CLK-14, CLK-18).
    """
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
