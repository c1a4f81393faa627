"""Deadlines as a calendar file that any calendar program can read (RFC 5545). Nothing in it is personal."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from desk.deadlines import CaseDue

ALARMS = (timedelta(days=-7), timedelta(days=-1))  # before the due day begins


def calendar_of(cases: Iterable[CaseDue], at: datetime) -> bytes:
    """Return one all-day event per case that has a due date, written at the instant `at`.

    The UID of an event is that of its case, so that reading a newer file moves it instead of doubling it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//dsar//deadlines//EN")
    calendar.add("version", "2.0")
    for case in cases:
        if case.due_on:
            calendar.add_component(_event(case, at))
    return bytes(calendar.to_ical())


def _event(case: CaseDue, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{case.case_id}@due.dsar")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", case.due_on)
    event.add("summary", f"Due: {case.right} under {case.regime}, {case.case_id}")
    event.add("description", f"Status {case.status}, owner {case.owner}. starter.py show {case.case_id}")
    event.add("transp", "TRANSPARENT")  # a deadline keeps nobody busy
    for before in ALARMS:
        event.add_component(_alarm(case, before))
    return event


def _alarm(case: CaseDue, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{case.case_id} is due in {-before.days} days")
    alarm.add("trigger", before)
    return alarm
