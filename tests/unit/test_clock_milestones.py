"""Whom to remind, and when."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dsar.clock_milestones import Milestone, MilestoneKind, milestones, next_milestone
from dsar.vocabulary import Right
from tests.clocks import DAY, clock, happened, matter


def test_a_month_has_five_milestones_and_california_an_acknowledgement() -> None:
    found = milestones(clock("UK-ENG", "2026-03-02"))
    first = milestones(clock("US-CA", "2026-02-10", right=Right.KNOW))[0]

    assert found == (
        Milestone(date(2026, 3, 19), MilestoneKind.T_14),
        Milestone(date(2026, 3, 26), MilestoneKind.T_7),
        Milestone(date(2026, 3, 30), MilestoneKind.T_3),
        Milestone(date(2026, 4, 1), MilestoneKind.T_1),
        Milestone(date(2026, 4, 2), MilestoneKind.DUE),
    )
    assert first == Milestone(date(2026, 2, 25), MilestoneKind.ACKNOWLEDGE)


def test_reminders_from_before_the_receipt_are_left_out_but_never_the_due_date() -> None:
    assert [one.kind for one in milestones(clock("KR", "2026-03-02"))] == ["t_7", "t_3", "t_1", "due"]
    fortnight = milestones(matter("US-CO", "2026-05-01", "appeal", days=14))  # T-14 is the receipt itself
    assert [one.kind for one in fortnight] == ["t_7", "t_3", "t_1", "due"]
    at_once = milestones(clock("EU", "2026-03-02", right=Right.WITHDRAW_CONSENT))
    assert at_once == (Milestone(date(2026, 3, 2), MilestoneKind.DUE),)


def test_nothing_falls_due_while_the_clock_stands_still_or_after_the_answer() -> None:
    paused = clock("UK-ENG", "2026-03-02", happened("clarification_requested", "2026-03-09"))
    answered = clock("UK-ENG", "2026-03-02", happened("answered", "2026-03-09"))

    for found in (paused, answered):
        assert milestones(found) == ()
        assert next_milestone(found, date(2026, 5, 1)) is None


@given(st.integers(0, 60))
def test_there_is_always_a_next_milestone_while_an_answer_is_owed(gap: int) -> None:
    found = clock("UK-ENG", "2026-03-02")
    after = date(2026, 3, 2) + gap * DAY
    coming = next_milestone(found, after)

    assert coming is not None
    assert coming.on > after
    assert found.due_on is not None
    assert (coming.kind is MilestoneKind.OVERDUE) == (after >= found.due_on)
    assert coming.on == after + DAY or coming.kind is not MilestoneKind.OVERDUE
