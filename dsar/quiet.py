"""Quiet hours: when staff are left in peace. Pure: a local day in, the instant of the notice out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5  # date.weekday()
_MIDNIGHT = time()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """The local hours `starts` to `ends` of each day (over midnight if `ends` is the earlier one), and
    whether all of Saturday and Sunday are quiet too. Both hours the same: no hour is quiet.
    """

    zone: str
    starts: time
    ends: time
    weekends: bool = True

    def over(self, moment: datetime) -> datetime:
        """Return `moment` if it is not quiet, else the first instant after it that is not."""
        local = moment.astimezone(ZoneInfo(self.zone))
        while (later := self._weekend_over(self._hours_over(local))) != local:
            local = later
        return local.astimezone(UTC)

    def _hours_over(self, local: datetime) -> datetime:
        hour = local.time()
        if self.starts <= self.ends:
            return self._at(local.date(), self.ends) if self.starts <= hour < self.ends else local
        if hour < self.ends:
            return self._at(local.date(), self.ends)
        return self._at(local.date() + timedelta(days=1), self.ends) if hour >= self.starts else local

    def _weekend_over(self, local: datetime) -> datetime:
        if not self.weekends or local.weekday() < _SATURDAY:
            return local
        return self._at(local.date() + timedelta(days=7 - local.weekday()), _MIDNIGHT)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, ZoneInfo(self.zone))


def notice_at(day: date, due_on: date | None, quiet: QuietHours) -> datetime:
    """Return when a notice that falls due on `day` is sent: as the day begins, or when quiet ends.

    If the due date itself would pass meanwhile, a quiet weekend is broken into; if the quiet hours alone
    would let it pass, those are too.
    """
    begins = start_of(day, quiet.zone)
    weekdays = QuietHours(zone=quiet.zone, starts=quiet.starts, ends=quiet.ends, weekends=False)
    for spared in (quiet, weekdays):
        moment = spared.over(begins)
        if due_on is None or day > due_on or moment < start_of(due_on + timedelta(days=1), quiet.zone):
            return moment
    return begins


def start_of(day: date, zone: str) -> datetime:
    """Return the instant at which a local day begins."""
    return datetime.combine(day, _MIDNIGHT, ZoneInfo(zone)).astimezone(UTC)
