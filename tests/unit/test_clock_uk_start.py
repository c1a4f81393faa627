"""United Kingdom: when the period begins, which law holds, complaints (LAW CLK-10 to CLK-13, CLK-26)."""

from datetime import date

import pytest

from dsar.clock import ClockState, Reckoning
from dsar.vocabulary import Right
from tests.clocks import clarified, clock, happened, matter


def days_of(found: Reckoning) -> tuple[str, str, str]:
    """Return the state, the due date and the target, for short asserts."""
    return found.state, str(found.due_on), str(found.target_on)


def test_proof_of_identity_restarts_the_month_and_keeps_the_five_dates_apart() -> None:
    found = clock(
        "UK-ENG",
        "2026-03-02",
        happened("id_requested", "2026-03-04", reasonable_doubt=True),
        happened("id_received", "2026-03-18"),
        happened("extension_notified", "2026-04-15", reason="number of requests"),
    )

    assert found.received_on == date(2026, 3, 2)
    assert found.relevant_on == date(2026, 3, 18)
    assert found.first_due_on == date(2026, 4, 20)
    assert found.due_on == date(2026, 6, 18)
    assert found.target_on == date(2026, 6, 18)


@pytest.mark.parametrize("doubt", [{"reasonable_doubt": False}, {}])
def test_identity_asked_without_reasonable_doubt_moves_nothing(doubt: dict[str, bool]) -> None:
    asked = happened("id_requested", "2026-03-04", **doubt)
    found = clock("UK-ENG", "2026-03-02", asked, happened("id_received", "2026-03-18"))

    assert days_of(found) == ("running", "2026-04-02", "2026-04-02")
    assert any(line.cite.rule == "CLK-11" for line in found.explanation)


def test_identity_that_nobody_asked_for_moves_nothing() -> None:
    assert days_of(clock("UK-ENG", "2026-03-02", happened("id_received", "2026-03-18")))[1] == "2026-04-02"


def test_identity_asked_after_the_period_has_ended_moves_nothing() -> None:
    late = happened("id_requested", "2026-04-03", reasonable_doubt=True)

    assert days_of(clock("UK-ENG", "2026-03-02", late)) == ("overdue", "2026-04-02", "2026-04-02")


def test_identity_asked_on_the_last_rolled_day_still_counts() -> None:
    last = happened("id_requested", "2026-04-20", reasonable_doubt=True)

    assert clock("UK-ENG", "2026-03-18", last).state is ClockState.NOT_STARTED


def test_a_reminder_of_the_identity_request_needs_no_second_answer() -> None:
    asked = [happened("id_requested", day, reasonable_doubt=True) for day in ("2026-03-02", "2026-03-10")]

    assert (
        days_of(clock("UK-ENG", "2026-03-02", *asked, happened("id_received", "2026-03-16")))[1]
        == "2026-04-16"
    )


def test_a_second_question_after_the_answer_keeps_the_clock_from_starting() -> None:
    events = (
        happened("id_requested", "2026-03-02", reasonable_doubt=True),
        happened("id_received", "2026-03-05"),
        happened("id_requested", "2026-03-09", reasonable_doubt=True),
    )

    assert days_of(clock("UK-ENG", "2026-03-02", *events)) == ("not_started", "None", "None")


def test_an_unpaid_fee_keeps_the_clock_from_starting_and_is_never_overdue() -> None:
    found = clock("UK-ENG", "2026-03-02", happened("fee_requested", "2026-03-05"), today=date(2027, 1, 1))

    assert days_of(found) == ("not_started", "None", "None")
    assert found.first_due_on is None


def test_a_fee_asked_while_identity_is_outstanding_is_never_too_late() -> None:
    events = (
        happened("id_requested", "2026-03-02", reasonable_doubt=True),
        happened("fee_requested", "2026-05-04"),
        happened("id_received", "2026-05-11"),
        happened("fee_paid", "2026-05-06"),
    )

    assert days_of(clock("UK-ENG", "2026-03-02", *events))[1] == "2026-06-11"


def test_authority_moves_the_start_for_display_but_not_the_target() -> None:
    asked, came = happened("authority_requested", "2026-06-02"), happened("authority_received", "2026-06-09")
    hard = happened("policy", authority_moves_start=False)

    assert days_of(clock("UK-ENG", "2026-06-01", asked, came)) == ("running", "2026-07-09", "2026-07-01")
    assert days_of(clock("UK-ENG", "2026-06-01", asked)) == ("not_started", "None", "2026-07-01")
    assert days_of(clock("UK-ENG", "2026-06-01", asked, came, hard)) == (
        "running",
        "2026-07-01",
        "2026-07-01",
    )


def test_authority_that_comes_before_the_end_of_a_pause_never_moves_the_target_past_the_due_date() -> None:
    # The start moves from 28 to 31 January, both months end on 28 February, and the pause is gone.
    events = (
        happened("clarification_requested", "2027-01-28"),
        happened("clarification_received", "2027-01-31"),
        happened("authority_requested", "2027-01-28"),
        happened("authority_received", "2027-01-31"),
    )

    assert days_of(clock("UK-ENG", "2027-01-28", *events)) == ("running", "2027-03-01", "2027-03-01")


def test_requests_from_before_5_february_2026_know_no_gate_and_no_pause() -> None:
    events = (
        happened("id_requested", "2026-02-05", reasonable_doubt=True),
        happened("id_received", "2026-02-12"),
        *clarified(("2026-02-06", "2026-02-20")),
    )

    assert days_of(clock("UK-ENG", "2026-02-04", *events)) == ("running", "2026-03-04", "2026-03-04")
    assert days_of(clock("UK-ENG", "2026-02-05", *events))[1] == "2026-03-20"  # start 12, 8 days


def test_the_local_date_decides_which_version_of_the_law_holds() -> None:
    asked = happened("clarification_requested", "2026-02-06")

    assert clock("UK-ENG", "2026-02-04T23:59:59Z", asked).state is ClockState.RUNNING
    assert clock("UK-ENG", "2026-02-04T19:30:00-05:00", asked).state is ClockState.PAUSED


def test_london_summer_time_puts_a_late_utc_instant_on_the_next_day() -> None:
    # 23:30 UTC on 31 May is 00:30 on 1 June in London.
    assert str(clock("UK-ENG", "2026-05-31T23:30:00Z").due_on) == "2026-07-01"
    assert str(clock("UK-ENG", "2026-01-12T23:30:00Z").due_on) == "2026-02-12"


def test_an_instant_with_a_pause_in_instants_is_counted_in_local_days() -> None:
    asked = happened("clarification_requested", "2026-04-08T23:30:00Z")  # 9 April in London
    came = happened("clarification_received", "2026-04-16T22:30:00Z")  # 16 April in London

    assert str(clock("UK-ENG", "2026-04-02", asked, came).due_on) == "2026-05-11"  # 2 May + 8 is a Sunday


def test_consent_is_withdrawn_at_once_and_a_marketing_objection_is_told_in_a_month() -> None:
    assert str(clock("UK-ENG", "2026-03-02", right=Right.WITHDRAW_CONSENT).due_on) == "2026-03-02"
    assert str(clock("EU-IE", "2026-02-17", right=Right.MARKETING_OBJECTION).due_on) == "2026-03-18"


def test_the_last_day_itself_is_in_time() -> None:
    last, after = date(2026, 4, 2), date(2026, 4, 3)

    assert clock("UK-ENG", "2026-03-02", today=last).state is ClockState.RUNNING
    assert clock("UK-ENG", "2026-03-02", today=after).state is ClockState.OVERDUE


def test_an_answer_ends_the_clock_in_time_or_late() -> None:
    in_time = clock("UK-ENG", "2026-03-02", happened("answered", "2026-04-02"), today=date(2026, 9, 1))
    late = clock("UK-ENG", "2026-03-02", happened("answered", "2026-04-07"))
    unstarted = clock(
        "UK-ENG", "2026-03-02", happened("fee_requested", "2026-03-03"), happened("answered", "2026-03-04")
    )

    assert days_of(in_time)[:2] == ("answered", "2026-04-02")
    assert "in time" in str(in_time.explanation[-2])
    assert "5 days late" in str(late.explanation[-2])
    assert days_of(unstarted)[:2] == ("answered", "None")


def test_complaints_are_acknowledged_in_thirty_days_from_19_june_2026_on() -> None:
    assert str(matter("UK-ENG", "2026-07-02", "complaint").ack_on) == "2026-08-03"  # Sat 1 Aug
    assert str(matter("UK-SCT", "2026-07-02", "complaint").ack_on) == "2026-08-04"
    assert matter("UK-ENG", "2026-06-18", "complaint").ack_on is None
    assert matter("UK-ENG", "2026-07-02", "complaint").due_on is None  # without undue delay (CMP-04)
    assert matter("EU-DE", "2026-07-02", "complaint").due_on is None
