"""The rows of law are whole: each can be found, cited, and counted with."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from holidays.utils import list_supported_countries

from calendars.public import MEMBER_STATES
from dsar.clock import reckon
from dsar.clock_days import DAY
from dsar.errors import InputError
from dsar.regimes import PLACES, Cite, Law, Place, Regime, Span, Unit, codes, regime_at, regime_for, versions
from dsar.regimes.catalogue import local_day
from tests.clocks import CALENDARS, clock, happened, receipt

LAWS = {law.id: law for place in PLACES for law in place.laws}
RULE_ID = re.compile(r"[A-Z]{3}-\d\d|§5 [A-Z]{2}(-[A-Z]{2})?")
# Regions that `holidays` keeps for another purpose: cities, languages, school zones, overseas countries.
NO_REGIONS = {
    "BE": {"Flemish", "French", "German"},
    "DE": {"Augsburg"},
    "ES": {"Barcelona"},
    "FR": {"BL", "NC", "PF", "PM", "TF", "WF", "Zone A", "Zone B", "Zone C"},
    "IT": {"Andria", "Barletta", "Cesena", "Forli", "Pesaro", "Trani", "Urbino"},
    "NL": {"Midden", "Noord", "Zuid"},
}


def cites(row: object) -> list[Cite]:
    """Find every citation in a row, however deep."""
    if isinstance(row, Cite):
        return [row]
    if isinstance(row, dict):
        return [cite for value in row.values() for cite in cites(value)]
    if isinstance(row, tuple):
        return [cite for value in row for cite in cites(value)]
    if is_dataclass(row):
        return [cite for field in fields(row) for cite in cites(getattr(row, field.name))]
    return []


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_every_rule_names_its_id_and_its_article(law: Law) -> None:
    found = cites(law)

    assert found
    assert all(RULE_ID.fullmatch(cite.rule) and cite.article for cite in found)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_an_extended_period_is_longer_than_the_first_and_counted_alike(law: Law) -> None:
    for rule in (law.request, law.complaint, law.appeal, law.ack, law.complaint_ack, *law.rights.values()):
        if rule and rule.extension and rule.extension.total and rule.first:
            assert rule.extension.total.unit is rule.first.unit
            assert rule.extension.total.count > rule.first.count


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_versions_of_a_law_follow_each_other_without_gap_or_overlap(place: Place) -> None:
    for older, newer in pairwise(place.laws):
        assert older.valid_to is not None
        assert newer.valid_from - older.valid_to == timedelta(days=1)
    assert place.laws[-1].valid_to is None


@pytest.mark.parametrize("code", codes())
def test_every_regime_has_a_zone_a_calendar_and_a_date(code: str) -> None:
    regime = versions(code)[-1]
    received = max(regime.law.valid_from, date(2026, 11, 24))

    assert ZoneInfo(regime.zone)
    assert CALENDARS.holidays(regime.calendar, 2027)
    assert clock(code, received).received_on == received


def test_codes_are_unique() -> None:
    every = [place.code for place in PLACES]
    every += [f"{place.code}-{region}" for place in PLACES for region in place.regions]

    assert len(every) == len(set(every)) == len(codes())


def test_every_member_state_is_there_with_every_region_the_calendars_know() -> None:
    known = list_supported_countries()
    places = {place.code: place for place in PLACES}

    for state in MEMBER_STATES.split():
        assert set(places[f"EU-{state}"].regions) == set(known[state]) - NO_REGIONS.get(state, set())
    assert {code for code in places if code.startswith("UK-")} == {f"UK-{nation}" for nation in known["GB"]}


def test_the_shared_calendar_of_the_union_holds_only_what_all_states_share() -> None:
    shared = CALENDARS.holidays("EU", 2027)

    assert set(shared) == {date(2027, 1, 1), date(2027, 12, 25)}


def test_islands_far_from_the_capital_keep_their_own_time() -> None:
    assert regime_for("EU-ES-CN", date(2026, 3, 2)).zone == "Atlantic/Canary"
    assert regime_for("EU-PT-20", date(2026, 3, 2)).zone == "Atlantic/Azores"
    assert regime_for("EU-FR-974", date(2026, 3, 2)).zone == "Indian/Reunion"
    assert regime_for("EU-FR-57", date(2026, 3, 2)).zone == "Europe/Paris"


def test_the_date_of_receipt_selects_the_version() -> None:
    ids = [regime_for("UK-ENG", date(2026, *day)).law.id for day in ((2, 4), (2, 5), (6, 18), (6, 19))]

    assert ids == ["uk.gdpr.2018", "uk.gdpr.2026", "uk.gdpr.2026", "uk.gdpr.2026-06"]


def test_the_receipt_is_dated_in_the_regimes_own_zone() -> None:
    instant = "2027-05-12T19:00:00Z"  # 13 May, 00:30, in Kolkata

    assert regime_at("IN", receipt(instant)).law.id == "in.dpdp"
    with pytest.raises(InputError, match="from 2027-05-13 on"):
        regime_at("IN", receipt("2027-05-12T18:00:00Z"))


def test_a_code_may_be_typed_in_lower_case() -> None:
    assert regime_for(" uk-eng ", date(2026, 3, 2)).code == "UK-ENG"


@pytest.mark.parametrize(
    "code", ["", "XX", "EU-XX", "GB", "UK-ENG-1", "UK-ENG\n--", "'; DROP", "\u202e", "E" * 10**6]
)
def test_an_unknown_regime_is_refused_with_the_command_that_lists_them(code: str) -> None:
    with pytest.raises(InputError, match=r"starter\.py regimes") as refused:
        regime_for(code, date(2026, 3, 2))

    assert refused.value.reason == "regime_unknown"
    assert not code.strip() or code not in str(refused.value)


def test_a_new_regime_is_a_new_row_and_no_code() -> None:
    law = replace(LAWS["br.lgpd"], request=replace(LAWS["br.lgpd"].request, first=Span(2, Unit.WORKING_DAY)))
    regime = Regime(code="XX", title="A new place", zone="Europe/Paris", calendar="", law=law)

    assert reckon(regime, [receipt("2026-03-06")], CALENDARS).due_on == date(2026, 3, 10)


def test_a_row_without_a_number_of_days_may_still_wait_for_something() -> None:
    law = LAWS["uk.gdpr.2026"]
    law = replace(law, request=replace(law.request, first=None))
    regime = Regime(code="XX", title="A new place", zone="Europe/Paris", calendar="", law=law)
    asked = [happened("fee_requested", "2026-05-01"), happened("fee_paid", "2026-05-04")]

    found = reckon(regime, [receipt("2026-03-06"), *asked], CALENDARS)
    assert found.relevant_on == date(2026, 5, 4)
    assert found.due_on is None


def test_spans_are_said_in_words() -> None:
    assert [str(span) for span in (Span(1, Unit.MONTH), Span(15, Unit.WORKING_DAY))] == [
        "1 month",
        "15 working days",
    ]
    assert timedelta(days=1) == DAY


@pytest.mark.parametrize("code", codes())
def test_a_day_is_read_where_the_regime_holds(code: str) -> None:
    zone = ZoneInfo(versions(code)[0].zone)
    midnight = datetime(2026, 7, 1, tzinfo=zone)

    assert date(2026, 7, 1) == local_day(code, midnight.astimezone(UTC))
    assert date(2026, 6, 30) == local_day(code, midnight.astimezone(UTC) - timedelta(microseconds=1))
