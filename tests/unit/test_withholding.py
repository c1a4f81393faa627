"""What no answer holds: secrets give way to their kind, and everything else stays as it was (LAW CAL-23)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.holdings import Page
from dsar.law_sets import LawSet
from dsar.secret import Secret
from dsar.withholding import EVERYWHERE, masked, secrets_in, withheld_under

VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "ssn"]), inner, max_size=2)
    ),
    max_leaves=8,
)


def under(name: str, value: Any) -> list[Any]:
    """Everything that stands under a name, at any depth."""
    if isinstance(value, dict):
        return [one for k, v in value.items() for one in ([v] if k == name else under(name, v))]
    return [one for inner in value for one in under(name, inner)] if isinstance(value, list) else []


@given(st.dictionaries(st.sampled_from(["a", "b", "ssn"]), VALUES, max_size=3))
def test_no_value_of_a_secret_is_left_at_any_depth(row: dict[str, Any]) -> None:
    [after] = masked(Page(rows=(row,), cursor="1"), {"ssn": Secret.GOVERNMENT_ID}).rows

    assert {"[withheld: government_id]", None, ""} >= {*under("ssn", after)}
    assert len(under("ssn", row)) == len(under("ssn", after))


def test_what_is_no_secret_is_handed_over_as_it_was() -> None:
    page = Page(rows=({"ssn": "1", "list": [{"ssn": None}], "n": 1},), cursor="7")

    assert page is masked(page, {})
    assert ({"ssn": "[withheld: government_id]", "list": [{"ssn": None}], "n": 1},) == masked(
        page, {"ssn": Secret.GOVERNMENT_ID}
    ).rows
    assert "7" == masked(page, {"ssn": Secret.GOVERNMENT_ID}).cursor


@pytest.mark.parametrize("laws", LawSet)
def test_a_password_is_disclosed_under_no_law_and_the_rest_not_in_california(laws: LawSet) -> None:
    held = {"pin": Secret.PASSWORD, "ssn": Secret.GOVERNMENT_ID}

    assert withheld_under(laws) >= EVERYWHERE
    assert ("ssn" in secrets_in(held, laws)) == (laws is LawSet.CALIFORNIA)
