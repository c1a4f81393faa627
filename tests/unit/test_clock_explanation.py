"""The reasons as staff read them, word for word: nothing missing, nothing that did not matter."""

from dsar.clock import Reckoning
from dsar.vocabulary import Right
from tests.clocks import clarified, clock, happened

RECEIVED = "Received on 2026-03-02 (Europe/London); that day itself is not counted."
IDENTIFIED = "Proof of identity was asked for on 2026-03-03 and came on 2026-03-04"
CLARIFIED = "Clarification was asked for on 2026-03-09 and came on 2026-03-10"


def told(found: Reckoning) -> list[str]:
    return [line.text for line in found.explanation]


def test_a_plain_request_needs_three_lines() -> None:
    assert told(clock("UK-ENG", "2026-03-02")) == [
        RECEIVED,
        "1 month from 2026-03-02: 2026-04-02.",
        "Due by the end of 2026-04-02.",
    ]


def test_everything_that_moved_the_date_is_told_in_order() -> None:
    found = clock(
        "UK-ENG",
        "2026-03-02",
        happened("routed_to_dpo", "2026-03-03"),
        happened("id_requested", "2026-03-02"),
        happened("id_requested", "2026-03-03", reasonable_doubt=True),
        happened("id_received", "2026-03-04"),
        *clarified(("2026-03-03", "2026-03-04"), ("2026-03-09", "2026-03-10")),
        happened("extension_notified", "2026-03-11"),
        happened("extension_notified", "2026-03-12", reason="complexity"),
    )

    assert told(found) == [
        RECEIVED,
        "id_requested on 2026-03-02 was without reasonable doubt: no effect.",
        "routed_to_dpo on 2026-03-03 does not move the period.",
        f"{IDENTIFIED}: the period runs from 2026-03-04.",
        "1 month from 2026-03-04: 2026-04-04.",
        "Clarification, asked for on 2026-03-03, fell outside the period: no effect.",
        f"{CLARIFIED}: 2 days more (both days included), to 2026-04-06.",
        "2026-04-06 is Easter Monday: the period ends on the next working day, 2026-04-07.",
        "The extension notice of 2026-03-11 is void: it gives no reasons.",
        "The extension notice of 2026-03-12 is in time and gives reasons.",
        "3 months from 2026-03-04: 2026-06-04.",
        "Clarification, asked for on 2026-03-03, fell outside the period: no effect.",
        f"{CLARIFIED}: 2 days more (both days included), to 2026-06-06.",
        "2026-06-06 is a Saturday: the period ends on the next working day, 2026-06-08.",
        "Due by the end of 2026-06-08.",
    ]


def test_what_is_outstanding_is_named() -> None:
    fee = told(clock("UK-ENG", "2026-03-02", happened("fee_requested", "2026-03-03")))
    question = told(clock("UK-ENG", "2026-03-02", happened("clarification_requested", "2026-03-03")))

    assert fee[1:] == [
        "The fee was asked for on 2026-03-03 and is outstanding.",
        "No date yet: the period has not begun.",
    ]
    assert question[2:] == [
        "Clarification was asked for on 2026-03-03 and is outstanding: the clock stands still.",
        "No date yet: the period stands still.",
    ]


def test_elapsed_days_are_called_so_and_promised_dates_named() -> None:
    cautious = happened("policy", pause_count="conservative")
    pause = told(clock("UK-ENG", "2026-03-02", cautious, *clarified(("2026-03-09", "2026-03-10"))))
    named = told(
        clock(
            "CH", "2026-03-02", happened("extension_notified", "2026-03-09", reason="x", new_due="2026-05-04")
        )
    )

    assert "1 day more (elapsed days only), to 2026-04-03" in pause[2]
    assert named[2:] == [
        "The extension notice of 2026-03-09 is in time and gives reasons.",
        "It names 2026-05-04.",
        "Due by the end of 2026-05-04.",
    ]


def test_a_saturday_stays_where_no_rule_moves_it() -> None:
    found = clock("US-CA", "2026-01-14", happened("verified", "2026-01-20"), right=Right.KNOW)

    assert told(found)[1:] == [
        "verified on 2026-01-20 does not move the period.",
        "45 days from 2026-01-14: 2026-02-28.",
        "Due by the end of 2026-02-28.",
    ]
    assert found.ack is not None
    assert [line.text for line in found.ack.explanation][1:] == [
        "10 working days from 2026-01-14: 2026-01-29.",
        "Confirm receipt by the end of 2026-01-29.",
    ]


def test_an_answer_is_told_with_its_delay() -> None:
    late = told(clock("UK-ENG", "2026-03-02", happened("answered", "2026-04-03")))
    unasked = told(
        clock(
            "UK-ENG",
            "2026-03-02",
            happened("fee_requested", "2026-03-03"),
            happened("answered", "2026-03-04"),
        )
    )

    assert late[-2] == "Answered on 2026-04-03, 1 day late."
    assert unasked[-2] == "Answered on 2026-03-04, in time."
