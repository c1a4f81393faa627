"""What a column holds is guessed by its name and its values, and never surer than both together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._scan_names import snake, sounds_like_people, table_category
from connectors._scan_words import AGREED, DOUBTED, NAME, SHAPE, guess
from dsar.vocabulary import Category

EMAILS = ["a@b.example", "c.d@e.example"]


@given(st.text(), st.lists(st.text()))
def test_any_name_and_any_values_give_a_guess_or_none(name: str, values: list[str]) -> None:
    found = guess(name, values)

    assert found is None or DOUBTED <= found.confidence <= AGREED


@pytest.mark.parametrize(
    ("name", "values", "trait", "confidence"),
    [
        ("email", EMAILS, "email", AGREED),
        ("eMailAddress", [], "email", NAME),
        ("column7", EMAILS, "email", SHAPE),
        ("email", ["yes", "no"], "email", DOUBTED),
        ("email_token", EMAILS, "secret", NAME),
        ("Passwort", [], "secret", NAME),
        ("ip_address", ["192.0.2.7", "2001:db8::1"], "ip", AGREED),
        ("acct", ["GB33 BUKB 2020 1555 5555 55"], "iban", SHAPE),
        ("acct", ["GB34 BUKB 2020 1555 5555 55"], None, 0),
        ("paid_with", ["4111 1111 1111 1111"], "card", SHAPE),
        ("paid_with", ["4111 1111 1111 1112"], None, 0),
        ("telefon", ["+44 20 7946 0101"], "phone", AGREED),
        ("quantity", ["3", "4"], None, 0),
    ],
)
def test_names_and_values_are_weighed(
    name: str, values: list[str], trait: str | None, confidence: float
) -> None:
    found = guess(name, values)

    assert (found and found.trait, found.confidence if found else 0) == (trait, confidence)


def test_names_are_read_in_any_spelling() -> None:
    assert {snake(n) for n in ("OrderId", "Order ID", "order-id", "order_id")} == {"order_id"}
    assert sounds_like_people("crm_Customers")
    assert not sounds_like_people("orders")
    assert table_category("OrderItems") is Category.TRANSACTION
    assert table_category("things") is None
