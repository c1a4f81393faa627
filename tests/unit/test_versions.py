"""Where something is corrected, evidence and sealed copy speak of the same place, or nobody writes."""

import pytest

from activities.versions import Stood, stood_at
from dsar.errors import ContractError
from dsar.rectified import Place
from dsar.vocabulary import Category

PHONE = Stood(number=1, collection="people", attribute="phone", olds=("1",))
POSTCODE = Stood(number=2, collection="addresses", attribute="postcode", olds=("2",))


def place(number: int, collection: str, at: int) -> Place:
    return Place(
        number=number,
        system="crm",
        collection=collection,
        category=Category.CONTACT,
        rows=1,
        values=1,
        right=0,
        order=1,
        place=at,
    )


def test_a_place_is_read_where_the_evidence_says() -> None:
    assert POSTCODE == stood_at((PHONE, POSTCODE), place(2, "addresses", 1))


@pytest.mark.parametrize("before", [(POSTCODE, PHONE), (PHONE,), ()])
def test_places_that_moved_since_are_written_by_nobody(before: tuple[Stood, ...]) -> None:
    """A worker died between the evidence and its end, and the system answered in another order then."""
    with pytest.raises(ContractError, match="places_moved"):
        stood_at(before, place(2, "addresses", 1))
