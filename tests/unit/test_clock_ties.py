"""Where two readings lie a day, an instant or a missing answer apart, the clock keeps to one of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.clock import reckon
from dsar.clock_days import Days
from dsar.clock_events import DEFAULTS, Event, EventKind, Flag, PauseCount, policy_of
from dsar.clock_json import read, spelled
from dsar.clock_periods import Matter, begin
from dsar.clock_stops import merged, stretches
from dsar.errors import InputError
from dsar.regimes import regime_at
from dsar.regimes.shapes import Cite, Gate, Rule
from dsar.vocabulary import Right
from tests.clocks import CALENDARS, DAY, clock, happened, receipt

MONDAY = date(2026, 3, 2)
CITE = Cite("CLK-11", "a law of this test")
lengths = st.integers(0, 40)


def test_of_a_complaint_and_an_appeal_of_one_day_the_same_one_counts_in_any_order() -> None:
    opened = [
        replace(happened("complaint"), on=MONDAY),
        replace(happened("complaint", right="access"), on=MONDAY),
        replace(happened("appeal", days=45), on=MONDAY),
    ]
    regime = regime_at("UK-ENG", opened[0])
    found = [reckon(regime, said, CALENDARS) for said in permutations(opened)]

    assert all(found[0] == other for other in found)


@pytest.mark.parametrize("flag", Flag)
def test_a_choice_about_something_else_leaves_the_counting_of_days_as_it_was(flag: Flag) -> None:
    said = Event(kind=EventKind.POLICY, allows=(flag,))
    tight = Event(kind=EventKind.POLICY, pause_count=PauseCount.CONSERVATIVE)

    assert DEFAULTS.pause_count is policy_of((said,)).pause_count
    assert PauseCount.CONSERVATIVE is policy_of((said, tight)).pause_count


def test_only_a_day_written_by_staff_may_seem_to_lie_before_an_instant_of_receipt() -> None:
    """The zone of the regime may date the receipt a day later than the desk did; two instants are exact."""
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    first = replace(receipt(MONDAY), on=None, at=noon)
    before = replace(happened("routed_to_dpo"), at=noon - timedelta(days=1))
    written = replace(before, at=None, on=MONDAY - DAY)
    regime = regime_at("UK-ENG", first)

    assert reckon(regime, (first, written), CALENDARS).due_on
    with pytest.raises(InputError, match="lies before the receipt"):
        reckon(regime, (first, before), CALENDARS)
    with pytest.raises(InputError, match="lies before the receipt"):
        reckon(regime, (first, replace(written, on=MONDAY - 2 * DAY)), CALENDARS)


@given(lengths, lengths)
def test_a_question_without_an_answer_keeps_what_it_meets_open(after: int, answered: int) -> None:
    asked = stretches([MONDAY], [MONDAY + answered * DAY], title="Proof", cite=CITE)
    still = stretches([MONDAY + after * DAY], [], title="Clarification", cite=CITE)
    joined = merged([*asked, *still])

    assert joined[-1].answered is None
    assert len(joined) == (1 if after <= answered else 2)


def test_where_the_law_names_no_number_the_period_still_begins_with_the_proof() -> None:
    proof = Gate(
        title="Proof", asked=EventKind.ID_REQUESTED, answered=EventKind.ID_RECEIVED, cite=CITE, on_doubt=True
    )
    asked = happened("id_requested", MONDAY + DAY, reasonable_doubt=True)
    came = happened("id_received", MONDAY + 3 * DAY)
    waiting = Matter(
        rule=Rule(cite=CITE, first=None, gates=(proof,)),
        ack=None,
        right=Right.ACCESS,
        received_on=MONDAY,
        happened=((MONDAY + DAY, asked),),
    )
    days = Days(CALENDARS)

    assert begin(waiting, days).on is None
    known = replace(waiting, happened=(*waiting.happened, (MONDAY + 3 * DAY, came)))
    assert MONDAY + 3 * DAY == begin(known, days).on


def test_what_is_outstanding_names_the_rule_that_stops_the_clock() -> None:
    found = clock("UK-ENG", "2026-03-02", happened("clarification_requested", "2026-03-03"))
    stopped = next(line for line in found.explanation if "stands still" in line.text and line.cite.rule)

    assert "CLK-20" == stopped.cite.rule


def test_the_answer_is_told_with_its_day_and_whose_rule_it_is() -> None:
    found = clock("UK-ENG", "2026-03-02", happened("answered", "2026-03-20"))
    said = next(line for line in found.explanation if line.text.startswith("Answered"))

    assert date(2026, 3, 20) == said.on
    assert "CLK-34, company policy: sent by the end of the last day" == str(said.cite)


def test_the_longest_record_of_events_is_kept_and_one_more_event_is_not() -> None:
    """Six thousand characters, some fifty events: no case has more."""
    asked, told = happened("id_requested", MONDAY), happened("id_received", MONDAY)
    a, b = (len(spelled([event])) - 1 for event in (asked, told))
    some = next([asked] * n + [told] * m for n in range(99) for m in range(99) if n * a + m * b == 5_999)

    assert 6_000 == len(spelled(some))
    assert tuple(some) == read(spelled(some))
    assert spelled([*some, told]) == ""


def test_an_identity_asked_without_reasonable_doubt_suspends_nothing_even_where_the_dpo_allows_it() -> None:
    """Where staff merely want to see a passport, the month runs on (GDPR Art. 12(6); LAW IDV-01, CLK-07)."""
    allowed = happened("policy", eu_suspension="allowed")
    idly = happened("id_requested", "2026-03-04")
    doubting = happened("id_requested", "2026-03-04", reasonable_doubt=True)

    assert clock("EU-DE-BY", "2026-03-02", allowed, idly).due_on == clock("EU-DE-BY", "2026-03-02").due_on
    assert clock("EU-DE-BY", "2026-03-02", allowed, doubting).due_on is None
