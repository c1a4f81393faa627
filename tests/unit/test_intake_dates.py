"""The date of receipt: local, never tomorrow, never a slip of two years."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.errors import InputError
from dsar.intake import OLDEST, Checked, NewRequest, check_request

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=LONDON)
PLAIN = NewRequest(right="access", regime="UK-ENG", email="ada@subject.example")
ZONES = st.sampled_from(
    [LONDON, ZoneInfo("Europe/Berlin"), ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Tokyo")]
)
instants = st.builds(datetime.combine, st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.times())
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def received(text: str, now: datetime = NOW) -> Checked:
    return check_request(replace(PLAIN, received=text), now=now)


def refused(text: str, now: datetime = NOW) -> str:
    with pytest.raises(InputError) as error:
        received(text, now)
    return error.value.reason


@given(instants, offsets, instants, ZONES)
def test_a_receipt_is_local_not_in_the_future_and_not_too_old(
    at: datetime, offset: timezone, wall: datetime, zone: ZoneInfo
) -> None:
    now, typed = wall.replace(tzinfo=zone), at.replace(tzinfo=offset)
    local = typed.astimezone(zone)
    late, old = local.date() > now.date(), now - local > OLDEST
    if late or old:
        assert refused(typed.isoformat(), now) == ("received_in_future" if late else "received_too_old")
        return
    found = received(typed.isoformat(), now)
    assert found.received_at.date() == found.received_on == local.date()
    assert now - OLDEST <= found.received_at <= now
    assert found.received_at.utcoffset() is not None


@given(st.dates(date(2025, 1, 1), date(2026, 11, 23)), ZONES)
def test_a_bare_date_is_that_date_wherever_the_desk_is(day: date, zone: ZoneInfo) -> None:
    now = datetime(2026, 11, 23, 23, 59, tzinfo=zone)
    found = received(day.isoformat(), now)

    assert day == found.received_on
    assert 12 == found.received_at.hour


def test_nothing_typed_is_received_now() -> None:
    assert NOW == received("  ").received_at


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("2026-11-22T23:30:00-05:00", date(2026, 11, 23)),  # evening in New York is tomorrow in London
        ("2026-11-23T00:30:00+02:00", date(2026, 11, 22)),
        ("2026-06-30T23:30:00+00:00", date(2026, 7, 1)),  # summer time
        ("2026-03-29T01:30:00", date(2026, 3, 29)),  # an hour that London skipped
        ("2026-10-25T01:30:00", date(2026, 10, 25)),  # and one that it had twice
        ("20261122", date(2026, 11, 22)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_an_instant_counts_on_its_local_day(typed: str, on: date) -> None:
    now = NOW if on.year == 2026 else datetime(2025, 1, 1, tzinfo=LONDON)

    assert on == received(typed, now).received_on


def test_what_is_dated_later_today_came_in_now() -> None:
    assert NOW == received("2026-11-23").received_at
    assert NOW == received("2026-11-23T18:00:00+00:00").received_at


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("2026-11-24", "received_in_future"),
        ("2026-11-23T23:30:00-05:00", "received_in_future"),
        ("2024-11-22", "received_too_old"),
        ("yesterday", "received_malformed"),
        ("2026-02-30", "received_malformed"),
        ("23/11/2026", "received_malformed"),
        ("0001-01-01T00:00:00+14:00", "received_malformed"),
        ("9999-12-31T23:59:59-14:00", "received_malformed"),
        ("\ud800", "received_malformed"),
        ("2026-11-23\n2026-11-22", "received_malformed"),
        ("7" * 100_000, "received_malformed"),
    ],
)
def test_a_slip_of_the_keyboard_is_told_by_its_kind(typed: str, reason: str) -> None:
    assert reason == refused(typed)


def test_two_years_to_the_second_are_the_limit() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    assert now - OLDEST == received((now - OLDEST).isoformat(), now).received_at
    assert "received_too_old" == refused((now - OLDEST - timedelta(seconds=1)).isoformat(), now)
