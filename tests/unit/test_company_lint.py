"""The linter reports what a published policy gets wrong; each defect comes of one change to good facts."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from policy.lint import lint
from policy.model import CompanyFacts

FILE = Path(__file__).parents[2] / "policy" / "company.yaml"
GOOD = yaml.safe_load(FILE.read_text(encoding="utf-8"))
Change = Callable[[dict[str, Any]], object]


def defects(change: Change) -> list[tuple[str, str, str]]:
    plain = copy.deepcopy(GOOD)
    change(plain)
    found = lint(CompanyFacts.model_validate(plain, strict=False))
    assert all(defect.move for defect in found)
    return [(defect.code, defect.law, defect.where) for defect in found]


def without(name: str, index: int) -> Change:
    return lambda plain: plain[name].pop(index)


def put(value: object, *place: str | int) -> Change:
    def change(plain: Any) -> None:
        for step in place[:-1]:
            plain = plain[step]
        plain[place[-1]] = value

    return change


def test_four_eyes_need_two_pairs() -> None:
    def alone(plain: dict[str, Any]) -> None:
        plain["four_eyes"] = ["refuse"]
        for member in plain["staff"]:
            member["roles"] = [role for role in member["roles"] if role != "dpo"] or ["support"]
        plain["staff"][0]["roles"] = ["dpo"]

    assert ("second_missing", "ADM-03", "four_eyes") in defects(alone)
    assert [] == defects(put(["refuse", "charge-fee"], "four_eyes"))


@pytest.mark.parametrize("kind", ["retry", "second", "delete-all"])
def test_only_what_the_dpo_decides_is_for_two(kind: str) -> None:
    with pytest.raises(ValidationError):
        defects(put([kind], "four_eyes"))


def test_the_example_has_no_defect() -> None:
    assert defects(lambda plain: plain) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("privacy_shield", "transfers", 1, "safeguard"), ("safeguard_invalid", "P-26", "crm")),
        (without("transfers", 2), ("transfer_eea_only", "1.9", "crm")),
        (without("transfers", 0), ("safeguard_missing", "P-26", "cloud")),
        (put("nobody", "transfers", 1, "recipient"), ("recipient_unknown", "ACC-10", "nobody")),
        (
            put(["identity", "special"], "disclosed_categories"),
            ("category_disclosed_not_collected", "P-56", "special"),
        ),
        (
            put([{**GOOD["sources"][0], "provided": False}], "sources"),
            ("provided_missing", "POR-01", "sources"),
        ),
        (put([*GOOD["holdings"] * 2], "holdings"), ("holding_twice", "POR-01", "crm.notes")),
        (put(True, "sells_or_shares"), ("sale_unstated", "CAL-20", "sold_categories")),
        (put(["contact"], "sold_categories"), ("sale_unstated", "CAL-20", "sold_categories")),
        (put([], "categories", "profile", "never_disclose"), ("secret_not_withheld", "CAL-23", "profile")),
        (without("retention", 2), ("retention_missing", "P-30", "technical_usage")),
        (put([], "purposes", 0, "grounds"), ("ground_missing", "P-16", "provide")),
        (put(None, "purposes", 5, "grounds", 0, "interest"), ("interest_missing", "P-17", "recommendations")),
        (put([], "purposes", 1, "categories"), ("purpose_missing", "ACC-10", "support")),
        (
            put("our analytics partners", "recipients", 2, "name"),
            ("recipient_unnamed", "ACC-07", "analytics"),
        ),
        (put([], "sources", 0, "categories"), ("source_missing", "P-15", "identity")),
        (
            put(None, "automated_decisions"),
            ("automated_decisions_unstated", "ACC-10", "automated_decisions"),
        ),
        (put(["know", "delete"], "rights", "california"), ("right_missing", "P-57", "california.correct")),
        (put(["know", "delete"], "rights", "california"), ("right_missing", "P-57", "california.limit")),
        (put(None, "complaint_route"), ("complaint_route_missing", "CMP-02", "complaint_route")),
        (without("authorities", 0), ("authority_missing", "P-51", "uk")),
        (put([], "staff"), ("dpo_handle_missing", "P-05", "staff")),
        (put([], "entities", 2, "answers_for"), ("controller_missing", "P-01", "eu")),
        (put(["uk"], "entities", 1, "answers_for"), ("controller_ambiguous", "P-01", "uk")),
        (
            put("We may refuse if a request is clearly unfounded.", "published_texts", "fee"),
            ("test_not_manifest", "P-46", "published_texts.fee"),
        ),
        (
            put("We try to respond within one month.", "published_texts", "time"),
            ("promise_too_weak", "P-49", "published_texts.time"),
        ),
        (
            put("We rely on the Privacy Shield.", "published_texts", "time"),
            ("safeguard_invalid", "P-26", "published_texts.time"),
        ),
        (
            put("When data goes outside the EEA, it is protected.", "published_texts", "time"),
            ("transfer_eea_only", "1.9", "published_texts.time"),
        ),
        (
            put({"en": "13 months"}, "retention", 2, "period"),
            ("text_untranslated", "INT-05", "retention.2.period"),
        ),
    ],
)
def test_each_defect_is_reported_with_the_rule_it_offends(
    change: Change, expected: tuple[str, str, str]
) -> None:
    assert expected in defects(change)


def test_a_single_slip_is_reported_once() -> None:
    assert defects(without("retention", 2)) == [("retention_missing", "P-30", "technical_usage")]
