"""What the company says ends, and what goes on, when somebody wants it stopped (LAW CON-02, CON-03, P-54)."""

from pathlib import Path

import pytest

from dsar.deeds import Purpose
from dsar.vocabulary import Category
from policy.company import Company, load

COMPANY = load(Path(__file__).parents[2] / "policy/company.yaml")


def test_marketing_ends_what_is_direct_marketing_and_no_service() -> None:
    told = COMPANY.stopping(Purpose.MARKETING, "en")

    assert ["suggesting products, information and events"] == told["stops"]
    assert [] == told["services"]


def test_a_purpose_that_rests_on_consent_ends_whole_and_names_its_services() -> None:
    """Its second ground does not silently take over (LAW CON-03)."""
    told = COMPANY.stopping(Purpose.CONSENT, "de")

    assert ["erfahren, wie unsere Seiten und Produkte genutzt werden"] == told["stops"]
    assert ["Einstellungen, die Ihr Browser von Besuch zu Besuch behält"] == told["services"]
    assert not [line for line in told["remaining"] if line.startswith(told["stops"][0])]


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_of_the_company_ends_or_remains(purpose: Purpose) -> None:
    told = COMPANY.stopping(purpose, "en")

    assert len(COMPANY.facts.purposes) == len(told["stops"]) + len(told["remaining"])


def test_a_system_is_left_out_only_where_the_file_can_tell() -> None:
    served = {purpose: COMPANY.serving(purpose) for purpose in Purpose}

    assert {Category.TECHNICAL_USAGE} == served[Purpose.CONSENT]
    assert Category.MARKETING_COMMS in served[Purpose.MARKETING]
    assert frozenset(Category) == served[Purpose.SALE_OR_SHARING] == served[Purpose.SENSITIVE_USE]


def test_a_company_that_sells_nothing_says_so() -> None:
    sells = Company(COMPANY.facts.model_copy(update={"sells_or_shares": True}), COMPANY.law)

    assert not COMPANY.stopping(Purpose.SALE_OR_SHARING, "en")["sells"]
    assert sells.stopping(Purpose.SALE_OR_SHARING, "en")["sells"]
