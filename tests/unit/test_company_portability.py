"""What may be taken along, and what California is told, as the company's file has it (Art. 20; CAL-20)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from dsar.secret import Secret
from dsar.vocabulary import Category
from dsar.withholding import Ineligible
from letters.wording import locales
from policy.company import Company, load
from policy.model import CompanyFacts

FILE = Path(__file__).parents[2] / "policy" / "company.yaml"
COMPANY = load(FILE)
PLAIN = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def company(**changes: Any) -> Company:
    return Company(CompanyFacts.model_validate({**PLAIN, **changes}, strict=False), COMPANY.law)


@pytest.mark.parametrize(
    ("collection", "category", "why"),
    [
        ("people", Category.IDENTITY, None),
        ("orders", Category.TRANSACTION, None),
        ("events", Category.TECHNICAL_USAGE, None),  # observed, on consent
        ("messages", Category.SUPPORT, Ineligible.GROUND),
        ("newsletter", Category.MARKETING_COMMS, Ineligible.GROUND),
        ("notes", Category.PROFILE, Ineligible.PROVIDED),
        ("files", Category.SPECIAL, Ineligible.PROVIDED),  # the file knows no such kind
    ],
)
def test_it_follows_from_purposes_and_sources_and_from_what_is_said_of_a_holding(
    collection: str, category: Category, why: Ineligible | None
) -> None:
    assert why is COMPANY.ineligible("crm", collection, category)


@pytest.mark.parametrize(
    ("own", "why"),
    [
        ({"automated": False}, Ineligible.MANUAL),
        ({"grounds": ["6_1_f"]}, Ineligible.GROUND),
        ({"grounds": ["6_1_a"]}, None),
        ({"provided": True}, None),
    ],
)
def test_what_is_said_of_a_holding_counts_before_its_category(
    own: dict[str, Any], why: Ineligible | None
) -> None:
    ours = company(holdings=[{"system": "crm", "collection": "people", **own}])

    assert why is ours.ineligible("crm", "people", Category.IDENTITY)
    assert ours.ineligible("shop", "people", Category.IDENTITY) is None


def test_paper_files_of_a_category_stay_here() -> None:
    categories = {**PLAIN["categories"], "identity": {**PLAIN["categories"]["identity"], "automated": False}}

    assert Ineligible.MANUAL is company(categories=categories).ineligible("crm", "people", Category.IDENTITY)


@pytest.mark.parametrize("locale", locales())
def test_every_reason_for_leaving_something_out_has_words(locale: str) -> None:
    for code in (*Ineligible, *(f"secret_{kind}" for kind in Secret)):
        assert code != COMPANY.reason(code, locale)
    assert "unheard_of" == COMPANY.reason("unheard_of", locale)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("imports.meadow.example", "Meadow"),
        ("bucket.s3.example", "Store"),
        ("s3.example", None),
        (".s3.example", None),
        ("evils3.example", None),
        ("x.imports.meadow.example", None),
    ],
)
def test_data_goes_only_to_listed_hosts(host: str, name: str | None) -> None:
    hosts = [
        {"host": "imports.meadow.example", "name": "Meadow"},
        {"host": ".s3.example", "name": "Store", "inside": True},
    ]
    found = company(transfer_hosts=hosts).destination(host)

    assert name == (found and found.name)


def test_california_reads_two_lists_and_the_twelve_months_they_cover() -> None:
    found = [Category.CONTACT, Category.SUPPORT]
    ours = company(sells_or_shares=True, sold_categories=["contact", "identity"])
    told = ours.information("US-CA", found, date(2028, 2, 29), "en")["california"]

    assert ("2027-02-28", "2028-02-29") == (told["from_on"], told["to_on"])
    assert ["Contact details", "Support"] == [row["title"] for row in told["collected"]]
    assert all(row["sources"] and row["purposes"] for row in told["collected"])
    assert ["Contact details"] == [row["title"] for row in told["sold"]]
    assert ["Contact details"] == [row["title"] for row in told["disclosed"]]
    assert any(
        "Millrace Hosting Ltd: service provider" in to for row in told["disclosed"] for to in row["to"]
    )
    nothing = COMPANY.information("US-CA", [Category.SPECIAL], date(2026, 11, 2), "en")["california"]
    assert ("2025-11-02", [], []) == (nothing["from_on"], nothing["sold"], nothing["disclosed"])
