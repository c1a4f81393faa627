"""Several regimes, several rights, and reckoning again (LAW LAW-01, CLK-31, CLK-36)."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dsar.clock import reckon, reckon_all, strictest
from dsar.regimes import codes, regime_at, regime_for, versions
from dsar.vocabulary import Right
from tests.clocks import CALENDARS, DAY, clarified, clock, happened, receipt


@given(
    st.dates(date(2026, 6, 19), date(2031, 12, 31)),
    st.lists(st.sampled_from(codes()), min_size=1, max_size=5),
)
def test_under_several_regimes_the_strictest_comes_first(received: date, several: list[str]) -> None:
    assume(all(versions(code)[-1].law.covers(received) for code in several))
    events = [receipt(received), *clarified((received, received + DAY))]
    found = reckon_all([regime_for(code, received) for code in several], events, CALENDARS)

    known = [one.due_on for one in found if one.due_on]
    assert known == sorted(known)
    assert len(found) == len(several)
    assert all(one.due_on is None for one in found[len(known) :])


def test_regimes_without_a_date_come_last_the_nearest_target_first() -> None:
    three = ("EU-DE-BY", "EU-DE-BE", "US-CA")  # 6 January is a holiday in Bavaria
    events = [
        receipt("2026-12-06"),
        happened("clarification_requested", "2026-12-07"),
        happened("policy", eu_suspension="allowed"),
    ]
    found = reckon_all([regime_for(code, date(2026, 12, 6)) for code in three], events, CALENDARS)

    assert [one.regime for one in found] == ["US-CA", "EU-DE-BE", "EU-DE-BY"]


def test_two_rights_in_one_message_give_the_stricter_clock() -> None:
    regime = regime_at("US-CA", receipt("2026-06-15"))
    asked = [receipt("2026-06-15", Right.DELETE), receipt("2026-06-15", Right.OPT_OUT)]

    assert reckon(regime, asked, CALENDARS).due_on == date(2026, 7, 8)


def test_the_calendar_version_is_kept_with_the_dates() -> None:
    found = clock("UK-ENG", "2026-03-02")

    assert found.calendar_version == CALENDARS.version
    assert strictest([found]) == (found,)


@pytest.mark.parametrize("code", ["EU-DE-BY", "UK-ENG", "US-CA", "NZ"])
def test_a_reckoning_can_be_repeated(code: str) -> None:
    received = date(2027, 6, 1)

    assert clock(code, received) == clock(code, received)
