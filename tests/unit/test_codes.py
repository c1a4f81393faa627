"""One-time codes: easy to read out, the same when asked again, useless anywhere else."""

import re
from itertools import combinations

from hypothesis import assume, given
from hypothesis import strategies as st

from dsar.codes import (
    ALPHABET,
    DELIVERY,
    IDENTITY,
    LENGTH,
    code_for,
    digest_of,
    link_token,
    shown,
    token_digest,
)
from tests.pretend_vault import MemoryVault

VAULT = MemoryVault()
purposes = st.sampled_from([IDENTITY, DELIVERY])
case_ids = st.from_regex(r"case_[0-9a-f]{20}", fullmatch=True)
numbers = st.integers(1, 99)
places = st.tuples(purposes, case_ids, numbers)
codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def test_no_letter_is_mistaken_for_another() -> None:
    assert sorted(set(ALPHABET)) == list(ALPHABET)
    assert not set("01OILU") & set(ALPHABET)
    assert 30 == len(ALPHABET)


@given(places)
def test_a_code_is_the_same_when_it_is_sent_again(place: tuple[str, str, int]) -> None:
    code = code_for(VAULT, *place)

    assert code == code_for(VAULT, *place)
    assert re.fullmatch(f"[{ALPHABET}]{{{LENGTH}}}", code)
    assert shown(code).replace("-", "") == code
    assert re.fullmatch(r"\w{4}-\w{4}", shown(code))


@given(places, places)
def test_another_case_purpose_or_number_has_another_code(
    one: tuple[str, str, int], two: tuple[str, str, int]
) -> None:
    assume(one != two)

    assert code_for(VAULT, *one) != code_for(VAULT, *two)


def test_a_code_cannot_be_told_without_our_key() -> None:
    place = (IDENTITY, f"case_{'0' * 20}", 1)

    assert code_for(VAULT, *place) != code_for(MemoryVault(), *place)


def test_every_letter_is_used() -> None:
    written = "".join(code_for(VAULT, IDENTITY, f"case_{'0' * 20}", number) for number in range(200))

    assert set(ALPHABET) == set(written)


@given(places, st.lists(st.sampled_from([" ", "-", "\u2013", "\t", "\u00a0", "."]), max_size=6), st.data())
def test_it_does_not_matter_how_a_code_is_typed(
    place: tuple[str, str, int], gaps: list[str], data: st.DataObject
) -> None:
    purpose, case_id, _ = place
    code = code_for(VAULT, *place)
    typed = "".join(data.draw(st.sampled_from([c, c.lower()])) for c in code)
    for gap in gaps:
        at = data.draw(st.integers(0, len(typed)))
        typed = typed[:at] + gap + typed[at:]

    assert digest_of(VAULT, purpose, case_id, code) == digest_of(VAULT, purpose, case_id, typed)


@given(codes, codes, case_ids, case_ids)
def test_a_digest_fits_one_code_of_one_case_for_one_purpose(
    code: str, other: str, here: str, there: str
) -> None:
    assume(code != other and here != there)
    digests = [
        digest_of(VAULT, purpose, case_id, typed)
        for purpose in (IDENTITY, DELIVERY)
        for case_id in (here, there)
        for typed in (code, other)
    ]

    assert all(one != two for one, two in combinations(digests, 2))
    assert not [d for d in digests if code in d.upper()]


@given(st.text(st.characters()))
def test_whatever_is_typed_has_a_digest(typed: str) -> None:
    assert re.fullmatch("[0-9a-f]{64}", digest_of(VAULT, IDENTITY, f"case_{'0' * 20}", typed))


@given(case_ids, case_ids, numbers, numbers)
def test_a_link_is_its_cases_alone_and_its_digest_does_not_give_it_back(
    case_id: str, other: str, number: int, later: int
) -> None:
    token = link_token(VAULT, case_id, number)

    assert (token == link_token(VAULT, other, later)) == ((case_id, number) == (other, later))
    assert token not in token_digest(token)
    assert token_digest(token) == token_digest(link_token(VAULT, case_id, number))
