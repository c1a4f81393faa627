"""Matching: enough points or not, and no word about which (LAW CAL-10..15)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.errors import InputError
from dsar.matching import Tally, check_points, looked_up_by, plain
from dsar.person import Identity
from dsar.vocabulary import IdentifierKind
from tests.people import ADA, ADA_EMAIL, ADA_NAME, ADA_PHONE, identity

words = st.text(st.characters(categories=["L", "Nd"]), min_size=4, max_size=12)
GIVEN = ("NG1 5AA", "1990-05-01")


@given(st.lists(words, min_size=2, max_size=3, unique_by=plain), st.data())
def test_it_matches_exactly_when_enough_points_are_held(points: list[str], data: st.DataObject) -> None:
    held = data.draw(st.lists(st.sampled_from(points), unique=True))
    needed = data.draw(st.integers(2, 3))
    tally = Tally([plain(point) for point in points])
    tally.look_at([{"n": 7, "note": None, "deep": [{"x": value}]} for value in held])

    assert tally.matched(needed) == (len(held) >= needed)


def test_points_of_several_systems_add_up() -> None:
    tally = Tally([plain(point) for point in GIVEN])
    tally.look_at([{"postcode": "ng1-5aa"}])
    assert not tally.matched(2)
    tally.look_at([{"born": "1990-05-01"}])

    assert tally.matched(2)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["only one"], "points_count"),
        (["same thing", "SAME-thing"], "points_count"),
        (["aaaa", "bbbb", "cccc", "dddd"], "points_count"),
        (["GB", "1990-05-01"], "point_too_weak"),
        (["---- ----", "1990-05-01"], "point_too_weak"),
        ([ADA_EMAIL.upper(), "1990-05-01"], "point_in_request"),
        ([ADA_PHONE, "1990-05-01"], "point_in_request"),
        (["12 Old Road", "1990-05-01"], "point_contested"),
    ],
)
def test_what_proves_nothing_is_refused_and_never_repeated(given: list[str], reason: str) -> None:
    """CAL-14: what a correction contests verifies nobody."""
    with pytest.raises(InputError) as refusal:
        check_points(given, ADA, contested=['[["people", "street", "12, old road"]]'])

    assert reason == refusal.value.reason
    assert not any(value in str(refusal.value) + refusal.value.hint for value in given)


def test_a_name_is_a_fact_like_any_other_for_nobody_is_found_by_it() -> None:
    assert 2 == len(check_points([ADA_NAME, "NG1 5AA"], ADA))


def test_data_is_looked_up_by_one_identifier_the_address_first() -> None:
    assert ((IdentifierKind.EMAIL, ADA_EMAIL),) == keys(looked_up_by(ADA))
    assert ((IdentifierKind.ACCOUNT_ID, "c-7"),) == keys(looked_up_by(no_address()))
    assert () == keys(looked_up_by(Identity()))


def keys(found: Identity) -> tuple[tuple[IdentifierKind, str], ...]:
    return tuple((i.kind, i.value) for i in found.identifiers)


def no_address() -> Identity:
    given = identity(ADA_EMAIL, phone=ADA_PHONE, account_id="c-7")
    return Identity(identifiers=tuple(i for i in given.identifiers if i.kind is not IdentifierKind.EMAIL))
