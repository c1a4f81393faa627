"""Whoever is on the suppression list is sealed under an entry of its own, not under the case."""

from hypothesis import given
from hypothesis import strategies as st

from dsar.deeds import Purpose
from dsar.suppression import Suppressed, entry_of
from dsar.vocabulary import IdentifierKind
from tests.chains import AT

numbers = st.integers(0, 16**20 - 1)


@given(numbers, numbers)
def test_each_case_has_an_entry_of_its_own_that_is_no_case(one: int, other: int) -> None:
    case, another = f"case_{one:020x}", f"case_{other:020x}"
    line = Suppressed(
        fingerprint="f", kind=IdentifierKind.EMAIL, purpose=Purpose.MARKETING, case_id=case, since_at=AT
    )

    assert f"sup_{one:020x}" == line.entry
    assert (one == other) is (line.entry == entry_of(another))
