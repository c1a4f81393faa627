"""Dated examples, one rule each (LAW.md §3, §5); the shared cases are in `test_due.py`."""

from datetime import date

import pytest

from dsar.clock import ClockState, Reckoning
from dsar.clock_events import Event
from dsar.errors import InputError
from dsar.vocabulary import Right
from tests.clocks import clock, happened, matter


def days_of(found: Reckoning) -> tuple[str, str, str]:
    """Return the state, the due date and the target, for short asserts."""
    return found.state, str(found.due_on), str(found.target_on)


# --- United Kingdom, Art. 12A ---------------------------------------------------------------------------


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


def clarified(*pairs: tuple[str, str]) -> list[Event]:
    asked = [happened("clarification_requested", day) for day, _ in pairs]
    return asked + [happened("clarification_received", day) for _, day in pairs]


@pytest.mark.parametrize(
    ("pairs", "due", "target"),
    [
        # 1 day; Fri 3 Apr is Good Friday, Mon 6 Apr Easter Monday
        ([("2026-03-05", "2026-03-05")], "2026-04-07", "2026-04-02"),
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
    assert matter("EU-DE", "2026-07-02", "complaint").due_on is None


# --- European Union -------------------------------------------------------------------------------------


def test_the_union_suspends_nothing_unless_the_dpo_approved_it() -> None:
    asked = happened("id_requested", "2026-03-02", reasonable_doubt=True)
    came = happened("id_received", "2026-03-18")
    approved = happened("policy", eu_suspension="suspend")

    assert days_of(clock("EU-DE", "2026-03-02", asked, came)) == ("running", "2026-04-02", "2026-04-02")
    assert days_of(clock("EU-DE", "2026-03-02", asked, came, approved)) == (
        "running",
        "2026-04-20",
        "2026-04-02",
    )
    assert days_of(clock("EU-DE", "2026-03-02", asked, approved)) == ("paused", "None", "2026-04-02")


def test_contradicting_choices_give_the_cautious_one_in_either_order() -> None:
    choices = (happened("policy", eu_suspension="allowed"), happened("policy", eu_suspension="none"))
    asked = happened("clarification_requested", "2026-03-09")

    for order in (choices, choices[::-1]):
        assert clock("EU-DE", "2026-03-02", asked, *order).state is ClockState.RUNNING


def test_only_days_off_in_every_member_state_roll_where_the_state_is_not_named() -> None:
    assert str(clock("EU", "2026-11-25").due_on) == "2026-12-28"  # Fri 25 December, then a weekend
    assert str(clock("EU", "2026-03-06").due_on) == "2026-04-06"  # Easter Monday is no holiday in Portugal
    assert str(clock("EU-DE", "2026-03-06").due_on) == "2026-04-07"


# --- the Americas ---------------------------------------------------------------------------------------


def test_california_counts_45_days_to_the_day_and_a_cautious_reader_one_less() -> None:
    found = clock("US-CA", "2026-01-15", right=Right.KNOW)

    assert days_of(found) == ("running", "2026-03-01", "2026-02-28")  # a Sunday stays a Sunday


def test_california_has_no_gate_and_no_pause() -> None:
    events = (
        happened("id_requested", "2026-01-16", reasonable_doubt=True),
        happened("fee_requested", "2026-01-16"),
        happened("clarification_requested", "2026-01-16"),
        happened("verified", "2026-02-10"),
    )

    assert str(clock("US-CA", "2026-01-15", *events, right=Right.DELETE).due_on) == "2026-03-01"


def test_california_confirms_receipt_in_ten_business_days_but_not_of_an_opt_out() -> None:
    # Mon 16 February 2026 is Presidents' Day.
    assert str(clock("US-CA", "2026-02-10", right=Right.DELETE).ack_on) == "2026-02-25"
    assert clock("US-CA", "2026-02-10", right=Right.OPT_OUT).ack_on is None
    assert clock("UK-ENG", "2026-02-10").ack_on is None


def test_a_late_notice_in_california_leaves_the_45_days() -> None:
    last, late = (
        happened("extension_notified", day, reason="complexity") for day in ("2026-03-01", "2026-03-02")
    )

    assert days_of(clock("US-CA", "2026-01-15", last)) == ("extended", "2026-04-15", "2026-04-14")
    assert days_of(clock("US-CA", "2026-01-15", late)) == ("overdue", "2026-03-01", "2026-02-28")


def test_an_opt_out_can_be_neither_extended_nor_made_to_wait() -> None:
    notice = happened("extension_notified", "2026-06-20", reason="complexity")
    found = clock("US-CA", "2026-06-15", notice, right=Right.OPT_OUT)

    assert days_of(found) == ("running", "2026-07-08", "2026-07-06")  # the target counts federal holidays too
    assert any("no extension" in line.text for line in found.explanation)


def test_daylight_saving_in_california_never_costs_a_day() -> None:
    # 8 March 2026, 07:59 UTC is still 7 March, 23:59, in Los Angeles; clocks change that night.
    assert str(clock("US-CA", "2026-03-08T07:59:00Z", right=Right.KNOW).due_on) == "2026-04-21"
    assert str(clock("US-CA", "2026-03-08T08:00:00Z", right=Right.KNOW).due_on) == "2026-04-22"


@pytest.mark.parametrize(
    ("code", "first", "extended"),
    [
        ("US-VA", "2026-03-01", "2026-04-15"),
        ("US-UT", "2026-03-01", "2026-04-15"),
        ("US-TX", "2026-03-01", "2026-04-15"),
        ("US-IA", "2026-04-15", "2026-05-30"),
        ("CA", "2026-02-14", "2026-03-16"),
        ("ZA", "2026-02-14", "2026-03-16"),
        ("CA-QC", "2026-02-14", "2026-02-14"),
        ("BR", "2026-01-30", "2026-01-30"),
        ("AU", "2026-02-14", "2026-02-14"),
        ("KR", "2026-01-25", "2026-01-25"),
    ],
)
def test_calendar_days_elsewhere(code: str, first: str, extended: str) -> None:
    notice = happened("extension_notified", "2026-01-20", reason="complexity")

    assert str(clock(code, "2026-01-15").due_on) == first
    assert str(clock(code, "2026-01-15", notice).due_on) == extended


def test_canada_takes_the_notice_in_the_first_thirty_days_only() -> None:
    last, late = (
        happened("extension_notified", day, reason="volume") for day in ("2026-02-14", "2026-02-15")
    )

    assert str(clock("CA", "2026-01-15", last).due_on) == "2026-03-16"
    assert str(clock("CA", "2026-01-15", late).due_on) == "2026-02-14"


def test_rhode_island_gives_fifteen_days_for_a_withdrawn_consent() -> None:
    assert str(clock("US-RI", "2026-01-15", right=Right.WITHDRAW_CONSENT).due_on) == "2026-01-30"


def test_appeals_run_by_the_days_they_name_or_else_by_the_row() -> None:
    more = happened("extension_notified", "2026-06-10", reason="complexity")

    assert str(matter("US-CO", "2026-05-01", "appeal", days=45, ext=60).due_on) == "2026-06-15"
    assert str(matter("US-CO", "2026-05-01", "appeal", more, days=45, ext=60).due_on) == "2026-08-14"
    assert str(matter("US-CO", "2026-05-01", "appeal", more).due_on) == "2026-08-14"
    assert str(matter("US-OR", "2026-05-01", "appeal", more).due_on) == "2026-06-15"
    assert str(matter("US-VA", "2026-05-01", "appeal").due_on) == "2026-06-30"
    assert str(matter("US-UT", "2026-05-01", "appeal", days=30).due_on) == "2026-05-31"
    assert str(matter("US-CT", "2026-05-01", "appeal", more, days=60).due_on) == "2026-06-30"
    assert matter("US-UT", "2026-05-01", "appeal").due_on is None


# --- elsewhere ------------------------------------------------------------------------------------------


def test_swiss_days_begin_when_the_time_to_reflect_on_the_cost_is_over() -> None:
    told = happened("cost_share_notified", "2026-03-06")
    late = happened("cost_share_notified", "2026-04-02")

    assert str(clock("CH", "2026-03-02").due_on) == "2026-04-01"
    assert str(clock("CH", "2026-03-02", told).due_on) == "2026-04-15"
    assert str(clock("CH", "2026-03-02", late).due_on) == "2026-04-01"


def test_where_the_law_gives_no_number_the_notice_must_name_the_new_date() -> None:
    def notice(**more: str) -> Reckoning:
        return clock("CH", "2026-03-02", happened("extension_notified", "2026-03-20", reason="scope", **more))

    assert days_of(notice(new_due="2026-05-04")) == ("extended", "2026-05-04", "2026-05-04")
    assert days_of(notice(new_due="2026-04-01"))[:2] == ("running", "2026-04-01")
    assert days_of(notice())[:2] == ("running", "2026-04-01")


def test_new_zealand_counts_twenty_working_days() -> None:
    # Fri 3 April is Good Friday, Mon 6 April Easter Monday, Sat 25 April Anzac Day (Mon 27 April observed).
    assert days_of(clock("NZ", "2026-03-02"))[1] == "2026-03-30"
    assert days_of(clock("NZ", "2026-04-01")) == ("running", "2026-05-04", "2026-04-29")


def test_a_law_without_a_number_gives_no_date_and_says_so() -> None:
    gone = happened("extension_notified", "2026-04-20", reason="scope")
    found = clock("JP", "2026-03-02", gone, today=date(2027, 1, 1))

    assert days_of(found) == ("running", "None", "None")
    assert "without undue delay" in str(found.explanation[-1])
    assert matter("IN", "2027-06-01", "complaint").due_on == date(2027, 8, 30)


# --- what is refused ------------------------------------------------------------------------------------


def test_events_before_the_receipt_are_refused_unless_only_a_zone_lies_between() -> None:
    early = happened("id_requested", "2026-03-01", reasonable_doubt=True)

    with pytest.raises(InputError) as refused:
        clock("UK-ENG", "2026-03-02", early)
    assert refused.value.reason == "event_before_receipt"
    # 1 March in California, already 2 March in London, where the same case is reckoned too
    assert clock("UK-ENG", "2026-03-01T22:00:00-08:00", early).state is ClockState.NOT_STARTED


def test_a_later_complaint_has_its_own_clock() -> None:
    answered = happened("answered", "2026-06-30")
    found = clock("UK-ENG", "2026-06-22", answered, happened("complaint", "2026-07-02"))

    assert found.received_on == date(2026, 7, 2)
    assert str(found.ack_on) == "2026-08-03"
    assert found.state is ClockState.RUNNING


def test_a_case_opened_as_a_complaint_is_reckoned_as_one() -> None:
    assert str(clock("UK-ENG", "2026-07-02", right=Right.COMPLAINT).ack_on) == "2026-08-03"
    assert str(clock("US-CO", "2026-05-01", right=Right.APPEAL).due_on) == "2026-06-15"
