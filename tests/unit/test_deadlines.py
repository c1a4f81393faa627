"""What is due, as a list and as a calendar; and the words in which staff are reminded."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from commands.deadlines import colour
from desk.calendar import calendar_of
from desk.deadlines import CaseDue
from dsar.clock_milestones import MilestoneKind
from dsar.notices import Reminder
from dsar.vocabulary import Right, Status
from letters.notice import StaffNotices

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DUE = date(2026, 12, 23)


def case(number: int, due_on: date | None = DUE, left: int | None = 30, **more: str) -> CaseDue:
    return CaseDue(
        case_id=f"case_{number:020x}",
        right=Right.ACCESS,
        regime=more.get("regime", "EU-DE-BY"),
        status=Status.DECIDING,
        owner=more.get("owner", "support_anna"),
        due_on=due_on,
        days_left=left,
    )


def events_in(raw: bytes) -> list[Any]:
    """The events of a calendar file. Any: the library's properties have thirty types."""
    return [*Calendar.from_ical(raw).walk("VEVENT")]


@given(st.lists(st.dates(date(2000, 1, 1), date(2100, 1, 1)), max_size=20), st.text(max_size=200))
def test_a_calendar_reads_back_as_it_was_written(days: list[date], owner: str) -> None:
    """One all-day event per case, in lines of at most 75 bytes that end in CRLF (RFC 5545 section 3.1)."""
    raw = calendar_of([case(n, day, owner=owner) for n, day in enumerate(days)], NOW)
    events = events_in(raw)

    assert days == [event["dtstart"].dt for event in events]
    assert all(b"\n" not in line and len(line) <= 75 for line in raw.split(b"\r\n"))
    assert raw.count(b"DTSTART;VALUE=DATE:") == len(days)
    assert raw.endswith(b"END:VCALENDAR\r\n")


def test_an_event_keeps_its_name_when_its_date_moves_and_rings_beforehand() -> None:
    first, later = (
        events_in(calendar_of([case(1, day)], at))[0]
        for day, at in ((DUE, NOW), (DUE + timedelta(days=60), NOW + timedelta(days=3)))
    )

    assert first["uid"] == later["uid"]
    assert first["dtstamp"].dt < later["dtstamp"].dt
    assert [timedelta(days=-7), timedelta(days=-1)] == [a["trigger"].dt for a in first.walk("VALARM")]


def test_a_case_whose_clock_stands_still_is_in_no_calendar() -> None:
    assert [] == events_in(calendar_of([case(1, None, None)], NOW))


def test_red_is_overdue_and_yellow_has_a_week_or_less() -> None:
    colours = [colour(case(1, DUE, left)) for left in (-1, 0, 7, 8, None)]

    assert ["red", "yellow", "yellow", "", ""] == colours


def test_a_notice_says_what_is_due_and_what_the_case_waits_for() -> None:
    reminder = Reminder(
        case_id="case_0123456789abcdef0123",
        right=Right.ACCESS,
        regime="UK-ENG",
        status=Status.BY_HAND,
        milestone=MilestoneKind.OVERDUE,
        due_on=DUE,
        days_left=-1,
        gaps=("attic", "crm"),
    )
    notice = StaffNotices().write(reminder)

    assert "OVERDUE by 1 day: case_0123456789abcdef0123" == notice.subject
    for said in ("access", "UK-ENG", "by_hand", "2026-12-23", "-1", "attic, crm", "starter.py show"):
        assert said in notice.text
