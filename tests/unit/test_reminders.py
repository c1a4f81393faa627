"""What comes next on a case's clock: one notice at a time, and the end of the due date."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from dsar.clock import Reckoning
from dsar.clock_milestones import MilestoneKind
from dsar.quiet import QuietHours, start_of
from dsar.reminders import ESCALATION, Wake, days_left, next_wake
from dsar.tasks import OF_TASKS
from dsar.vocabulary import Role
from tests.clocks import clock, happened

ZONE = "Europe/London"
QUIET = QuietHours(zone=ZONE, starts=time(18), ends=time(8))
RECEIVED = date(2026, 3, 2)  # a Monday; the due date is Thursday, 2 April


def life_of(found: Reckoning, until: date) -> list[Wake]:
    """Wake up whenever told to, as the timekeeper does."""
    now, after, wakes = start_of(found.received_on, ZONE), found.received_on, list[Wake]()
    while (wake := next_wake(found, after, now, QUIET, ZONE)) and wake.at < start_of(until, ZONE):
        wakes.append(wake)
        now = max(now, wake.at)
        after = wake.milestone.on if wake.milestone else after
    return wakes


def test_a_month_is_reminded_of_five_times_and_its_end_is_noticed_at_midnight() -> None:
    wakes = life_of(clock("UK-ENG", RECEIVED), date(2026, 4, 7))
    seen = [
        (w.milestone.kind if w.milestone else "", f"{w.at.astimezone(ZoneInfo(ZONE)):%d.%m. %H:%M}")
        for w in wakes
    ]

    assert [
        ("t_14", "19.03. 08:00"),
        ("t_7", "26.03. 08:00"),
        ("t_3", "30.03. 08:00"),
        ("t_1", "01.04. 08:00"),
        ("due", "02.04. 08:00"),
        ("", "03.04. 00:00"),
        ("overdue", "03.04. 08:00"),
        ("overdue", "06.04. 08:00"),  # Saturday's, Sunday's and Monday's in one
    ] == seen


def test_a_year_overdue_is_told_daily_at_first_and_then_weekly() -> None:
    wakes = life_of(clock("UK-ENG", RECEIVED), date(2027, 4, 3))
    days = [w.milestone.on for w in wakes if w.milestone and w.milestone.kind is MilestoneKind.OVERDUE]
    late = [day for day in days if day > date(2026, 5, 2)]

    assert 20 < len(days) - len(late) < 31
    assert {timedelta(days=7)} == {b - a for a, b in itertools.pairwise(late)}


def test_a_worker_that_was_away_sends_one_notice_and_not_twenty() -> None:
    found = clock("UK-ENG", RECEIVED)
    now = datetime(2026, 4, 22, 10, tzinfo=UTC)
    wake = next_wake(found, RECEIVED, now, QUIET, ZONE)

    assert wake
    assert wake.milestone
    assert (MilestoneKind.OVERDUE, date(2026, 4, 22)) == (wake.milestone.kind, wake.milestone.on)
    assert wake.at <= now


def test_a_clock_that_stands_still_wakes_nobody() -> None:
    paused = clock("UK-ENG", RECEIVED, happened("clarification_requested", "2026-03-09"))

    assert next_wake(paused, RECEIVED, start_of(RECEIVED, ZONE), QUIET, ZONE) is None


def test_each_step_reaches_everybody_whom_the_last_one_reached() -> None:
    of_clock = [kind for kind in MilestoneKind if kind not in {*OF_TASKS, MilestoneKind.ACKNOWLEDGE}]

    for steps in ([ESCALATION[kind] for kind in kinds] for kinds in (of_clock, OF_TASKS)):
        assert all(lower <= higher for lower, higher in itertools.pairwise(steps))
        assert (frozenset(), frozenset({Role.TEAM_LEAD, Role.DPO})) == (steps[0], steps[-1])


@given(st.integers(0, 500), st.integers(0, 86_399))
def test_whoever_wakes_up_comes_nearer_to_the_end(days: int, seconds: int) -> None:
    """No wake repeats itself: it lies ahead, or it deals with a later milestone."""
    found = clock("UK-ENG", RECEIVED)
    now = start_of(RECEIVED, ZONE) + timedelta(days=days, seconds=seconds)
    wake = next_wake(found, RECEIVED, now, QUIET, ZONE)

    assert wake
    assert wake.at > now or (wake.milestone and wake.milestone.on > RECEIVED)


@given(st.dates(), st.integers(-999, 999))
def test_days_left_are_counted_to_the_due_date_and_below_it(today: date, days: int) -> None:
    assume(0 < today.toordinal() + days <= date.max.toordinal())

    assert days == days_left(date.fromordinal(today.toordinal() + days), today)


def test_of_a_clock_and_a_task_whoever_comes_first_wakes_somebody() -> None:
    found = clock("UK-ENG", RECEIVED)
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    early, late = (
        next_wake(found, RECEIVED, now, QUIET, ZONE, since) for since in (RECEIVED, date(2026, 3, 17))
    )

    assert early
    assert late
    assert early.milestone
    assert late.milestone
    assert (MilestoneKind.TASK, MilestoneKind.T_14) == (early.milestone.kind, late.milestone.kind)
