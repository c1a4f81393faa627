"""Where notices to staff go."""

from pathlib import Path

import yaml

from dsar.vocabulary import Role
from policy.company import Company, load
from policy.model import CompanyFacts

FILE = Path(__file__).parents[2] / "policy" / "company.yaml"
COMPANY = load(FILE)


def test_a_notice_reaches_each_address_once_and_the_dpo_stands_in() -> None:
    """Nobody in the example has an address but the DPO: every notice must reach somebody."""
    staff = [
        {"handle": "anna", "roles": ["support"], "email": "anna@larkfield.example"},
        {"handle": "carla", "roles": ["team_lead", "dpo"], "email": "carla@larkfield.example"},
        {"handle": "ben", "roles": ["team_lead"]},
    ]
    plain = {**yaml.safe_load(FILE.read_text()), "staff": staff}
    known = Company(CompanyFacts.model_validate(plain, strict=False), COMPANY.law)
    dpo = "dpo@larkfield.example"

    assert ("anna@larkfield.example",) == known.addresses(["anna"], ())
    assert (dpo,) == known.addresses(["the_desk"], ())
    assert ("anna@larkfield.example", "carla@larkfield.example", dpo) == known.addresses(
        ["anna"], [Role.DPO, Role.TEAM_LEAD]
    )
    assert (dpo,) == COMPANY.addresses(["support_anna"], [*Role])
