"""The ways to complain that a state of the USA gives, and who may decide."""

from datetime import date

import pytest

from dsar.vocabulary import Role
from tests.unit.test_company import COMPANY


@pytest.mark.parametrize(
    ("regime", "codes", "said"),
    [
        ("US-CO", ["appeal", "authority"], "within 45 days"),
        ("US-VA", ["appeal", "authority"], "within 60 days"),
        ("US-UT", ["authority"], "attorney general of your state"),
        ("BR", ["authority"], "data protection authority of your country"),
    ],
)
def test_a_state_s_letters_name_the_appeal_in_its_own_days_and_the_attorney_general(
    regime: str, codes: list[str], said: str
) -> None:
    ways = COMPANY.letter_facts(regime, date(2026, 11, 2), "en")["remedies"]

    assert codes == [way["code"] for way in ways]
    assert said in " ".join(way["text"] for way in ways)
    assert ("attorney general" in ways[-1]["text"]) is regime.startswith("US-")


def test_who_may_decide_is_known_by_role() -> None:
    assert {"dpo_robin", "dpo_deputy"} == COMPANY.handles(Role.DPO)
