"""When staff are left in peace, and when they are not."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.quiet import QuietHours, notice_at, start_of

ZONES = ("Europe/London", "America/Los_Angeles", "Pacific/Auckland", "UTC")
LONDON = ZoneInfo("Europe/London")
NIGHTS = QuietHours(zone="Europe/London", starts=time(18), ends=time(8))
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
QUIET = st.builds(
    QuietHours, zone=st.sampled_from(ZONES), starts=st.times(), ends=st.times(), weekends=st.booleans()
)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%a %d %H:%M}"


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        ("2026-11-23T07:59", "Mon 23 08:00"),
        ("2026-11-23T08:00", "Mon 23 08:00"),
        ("2026-11-23T17:59", "Mon 23 17:59"),
        ("2026-11-23T18:00", "Tue 24 08:00"),
        ("2026-11-27T18:00", "Mon 30 08:00"),
        ("2026-11-28T12:00", "Mon 30 08:00"),
    ],
)
def test_a_notice_waits_for_the_end_of_the_night_and_of_the_weekend(at: str, sent: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=LONDON)

    assert sent == local(NIGHTS.over(moment))


@pytest.mark.parametrize(
    ("day", "due", "sent"),
    [
        ("2026-11-25", "2026-11-26", "Wed 25 08:00"),
        ("2026-11-28", "2026-12-05", "Mon 30 08:00"),  # a Saturday, and time enough
        ("2026-11-28", "2026-11-29", "Sat 28 08:00"),  # the due date is that Sunday
        ("2026-11-28", "2026-11-28", "Sat 28 08:00"),
        ("2026-11-28", "2026-11-26", "Mon 30 08:00"),  # overdue already: nothing is lost by Monday
    ],
)
def test_a_weekend_is_broken_into_only_if_the_due_date_would_pass(day: str, due: str, sent: str) -> None:
    assert sent == local(notice_at(date.fromisoformat(day), date.fromisoformat(due), NIGHTS))


def test_quiet_hours_that_last_to_midnight_do_not_let_the_due_date_pass() -> None:
    all_day = QuietHours(zone="UTC", starts=time(0), ends=time(23, 59, 59), weekends=False)
    evening = QuietHours(zone="UTC", starts=time(0, 0), ends=time(0, 0), weekends=True)
    day = date(2026, 11, 28)

    assert day == notice_at(day, day, all_day).date()
    assert datetime(2026, 11, 28, tzinfo=UTC) == notice_at(day, day, evening)


def test_a_day_without_a_midnight_is_no_reason_to_let_the_due_date_pass() -> None:
    """In Beirut 29 March 2026 begins at one o'clock, when these hours have just begun."""
    nearly_all = QuietHours(zone="Asia/Beirut", starts=time(0, 45), ends=time(0, 30), weekends=False)
    day = date(2026, 3, 29)

    assert start_of(day, nearly_all.zone) == notice_at(day, day, nearly_all)


@given(QUIET, DAYS, st.integers(-40, 40))
def test_a_notice_is_never_early_and_never_after_a_due_date_that_lies_ahead(
    quiet: QuietHours, day: date, ahead: int
) -> None:
    due = day + timedelta(days=ahead)
    at = notice_at(day, due, quiet)

    assert start_of(day, quiet.zone) <= at
    assert ahead < 0 or at < start_of(due + timedelta(days=1), quiet.zone)


@given(QUIET, DAYS, st.times())
def test_what_is_over_is_not_quiet(quiet: QuietHours, day: date, hour: time) -> None:
    moment = datetime.combine(day, hour, ZoneInfo(quiet.zone)).astimezone(UTC)
    at = quiet.over(moment)

    assert at >= moment
    assert quiet.over(at) == at
    assert at - moment < timedelta(days=5)
