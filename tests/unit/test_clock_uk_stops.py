"""United Kingdom: what stops the clock and what extends it (LAW CLK-18 to CLK-22)."""

from datetime import date

import pytest

from dsar.clock import ClockState, Reckoning
from tests.clocks import clarified, clock, happened


def days_of(found: Reckoning) -> tuple[str, str, str]:
    """Return the state, the due date and the target, for short asserts."""
    return found.state, str(found.due_on), str(found.target_on)


@pytest.mark.parametrize(
    ("pairs", "due", "target"),
    [
        # 1 day; Fri 3 Apr is Good Friday, Mon 6 Apr Easter Monday
        ([("2026-03-05", "2026-03-05")], "2026-04-07", "2026-04-02"),
        # the same, and the answer sent in a second time unasked
        ([("2026-03-05", "2026-03-05"), ("2026-04-15", "2026-03-20")], "2026-04-07", "2026-04-02"),
        # asked on the day of receipt: 3 to 16 March, 14 days
        ([("2026-03-02", "2026-03-16")], "2026-04-16", "2026-04-16"),
        # overlapping: 9 to 20 March, 12 days (11 elapsed)
        ([("2026-03-09", "2026-03-16"), ("2026-03-12", "2026-03-20")], "2026-04-14", "2026-04-13"),
        # one inside the other: 9 to 20 March
        ([("2026-03-09", "2026-03-20"), ("2026-03-12", "2026-03-13")], "2026-04-14", "2026-04-13"),
        # touching: 9 to 20 March
        ([("2026-03-09", "2026-03-12"), ("2026-03-12", "2026-03-20")], "2026-04-14", "2026-04-13"),
        # apart: 3 + 3 days (2 + 2 elapsed)
        ([("2026-03-09", "2026-03-11"), ("2026-03-16", "2026-03-18")], "2026-04-08", "2026-04-07"),
        # after the period had ended: nothing
        ([("2026-04-03", "2026-04-10")], "2026-04-02", "2026-04-02"),
        # after the nominal end but inside the period the first pause made: 8 + 3 days (7 + 2 elapsed)
        ([("2026-03-09", "2026-03-16"), ("2026-04-08", "2026-04-10")], "2026-04-13", "2026-04-13"),
        # across the end: 31 March to 30 April, 31 days (30 elapsed) from 2 April
        ([("2026-03-31", "2026-04-30")], "2026-05-05", "2026-05-05"),
    ],
)
def test_pauses(pairs: list[tuple[str, str]], due: str, target: str) -> None:
    found = clock("UK-ENG", "2026-03-02", *clarified(*pairs))

    assert (str(found.due_on), str(found.target_on)) == (due, target)


def test_an_open_clarification_stops_the_clock_whatever_the_day() -> None:
    found = clock(
        "UK-ENG", "2026-03-02", happened("clarification_requested", "2026-03-09"), today=date(2028, 1, 1)
    )

    assert days_of(found) == ("paused", "None", "None")


def test_two_open_questions_wait_for_both_answers_and_a_reminder_for_none() -> None:
    asked = [happened("clarification_requested", day) for day in ("2026-03-09", "2026-03-12")]
    came = [happened("clarification_received", day) for day in ("2026-03-11", "2026-03-16")]

    assert clock("UK-ENG", "2026-03-02", *asked).state is ClockState.PAUSED
    assert clock("UK-ENG", "2026-03-02", *asked, came[0]).state is ClockState.PAUSED
    assert clock("UK-ENG", "2026-03-02", asked[1], *asked, came[1]).state is ClockState.RUNNING
    assert clock(
        "UK-ENG", "2026-03-02", came[1], happened("clarification_requested", "2026-03-16"), asked[0]
    ).due_on
    assert days_of(clock("UK-ENG", "2026-03-02", *asked, came[1])) == ("running", "2026-04-10", "2026-04-09")
    assert days_of(clock("UK-ENG", "2026-03-02", *asked, *came))[1] == "2026-04-10"


def test_an_answer_to_no_question_and_a_question_after_the_end_leave_the_date() -> None:
    events = (
        happened("clarification_received", "2026-03-05"),
        happened("clarification_requested", "2026-04-03"),
    )

    assert days_of(clock("UK-ENG", "2026-03-02", *events)) == ("overdue", "2026-04-02", "2026-04-02")


def test_a_question_on_a_day_won_by_the_roll_does_not_let_the_period_end_before_the_answer() -> None:
    # Sat 18 April rolls to Mon 20 April; asked on 20, answered on 22: three days more, Thu 23 April.
    found = clock("UK-ENG", "2026-03-18", *clarified(("2026-04-20", "2026-04-22")))

    assert str(found.due_on) == "2026-04-23"
    # Asked and answered on that Saturday itself: one day more, Sunday 19, rolls to Monday 20 April.
    assert str(clock("UK-ENG", "2026-03-18", *clarified(("2026-04-18", "2026-04-18"))).due_on) == "2026-04-20"


def test_paused_days_also_move_the_limit_for_the_extension_notice() -> None:
    paused = clarified(("2026-03-09", "2026-03-16"))  # first due Fri 10 April
    in_time = happened("extension_notified", "2026-04-10", reason="complexity")
    late = happened("extension_notified", "2026-04-11", reason="complexity")

    assert days_of(clock("UK-ENG", "2026-03-02", *paused, in_time)) == (
        "extended",
        "2026-06-10",
        "2026-06-09",
    )
    assert days_of(clock("UK-ENG", "2026-03-02", *paused, late)) == ("overdue", "2026-04-10", "2026-04-09")


def test_a_question_in_the_extended_time_stops_that_time_and_leaves_the_first_date() -> None:
    notice = happened("extension_notified", "2026-03-20", reason="complexity")
    asked = happened("clarification_requested", "2026-05-04")
    open_ = clock("UK-ENG", "2026-03-02", notice, asked)
    closed = clock("UK-ENG", "2026-03-02", notice, asked, happened("clarification_received", "2026-05-08"))

    assert days_of(open_)[:2] == ("paused", "None")
    assert str(open_.first_due_on) == "2026-04-02"
    assert open_.first.state is ClockState.EXTENDED
    assert days_of(closed) == ("extended", "2026-06-08", "2026-06-08")  # 2 June + 5 days is Sunday 7 June
    assert closed.explanation[-1].on == closed.due_on


@pytest.mark.parametrize("reason", [{}, {"reason": ""}, {"reason": "  "}])
def test_a_notice_without_reasons_extends_nothing(reason: dict[str, str]) -> None:
    bare = happened("extension_notified", "2026-03-20", **reason)

    assert days_of(clock("UK-ENG", "2026-03-02", bare)) == ("running", "2026-04-02", "2026-04-02")


def test_a_late_notice_makes_the_case_overdue_and_a_second_one_in_time_still_counts() -> None:
    late = happened("extension_notified", "2026-04-03", reason="complexity")
    early = happened("extension_notified", "2026-04-02", reason="complexity")

    assert clock("UK-ENG", "2026-03-02", late).state is ClockState.OVERDUE
    assert days_of(clock("UK-ENG", "2026-03-02", late, early))[:2] == ("extended", "2026-06-02")


def test_an_extension_told_before_identity_arrives_counts_from_its_arrival() -> None:
    events = (
        happened("id_requested", "2026-03-04", reasonable_doubt=True),
        happened("extension_notified", "2026-03-10", reason="complexity"),
        happened("id_received", "2026-03-18"),
    )

    assert days_of(clock("UK-ENG", "2026-03-02", *events))[:2] == ("extended", "2026-06-18")
