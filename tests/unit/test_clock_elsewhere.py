"""The Union, the Americas and elsewhere, one rule each (LAW.md §3.1, §3.4, §5)."""

from datetime import date

import pytest

from dsar.clock import ClockState, Reckoning
from dsar.errors import InputError
from dsar.vocabulary import Right
from tests.clocks import clock, happened, matter


def days_of(found: Reckoning) -> tuple[str, str, str]:
    """Return the state, the due date and the target, for short asserts."""
    return found.state, str(found.due_on), str(found.target_on)


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


def test_of_two_dates_promised_on_one_day_the_earlier_binds() -> None:
    told = [
        happened("extension_notified", "2026-03-20", reason="scope", new_due=day)
        for day in ("2026-05-11", "2026-05-04")
    ]

    for order in (told, told[::-1]):
        assert str(clock("CH", "2026-03-02", *order).due_on) == "2026-05-04"


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


def test_of_a_complaint_and_an_appeal_the_later_one_is_reckoned() -> None:
    first, later = happened("complaint", "2026-07-02"), happened("appeal", "2026-07-09", days=10)

    for events in ((first, later), (later, first)):
        assert str(clock("UK-ENG", "2026-06-22", *events).due_on) == "2026-07-19"


def test_a_case_opened_as_a_complaint_is_reckoned_as_one() -> None:
    assert str(clock("UK-ENG", "2026-07-02", right=Right.COMPLAINT).ack_on) == "2026-08-03"
    assert str(clock("US-CO", "2026-05-01", right=Right.APPEAL).due_on) == "2026-06-15"
