"""Nothing is noted that is hostile, or not this client's; what would change is counted first (LAW PRC-03)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from desk.instructing import instruct
from desk.instructing_corrections import corrections_in, foresee_corrections
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.vocabulary import Category, Verb
from tests.people import ADA_EMAIL
from tests.pretend_register import MemoryRegister
from tests.workflow.client_corrections import (
    correct,
    shared,
)
from tests.workflow.conftest import House, refused
from tests.workflow.corrections import NEW, OLD, WISH
from tests.workflow.instructions import ended, of_client, passed_on, today

FORESEEN = f"""{{"phone": "{NEW}", "email": "b@subject.example", "fax": "1",
    "trainings.phone": {{"wrong": "999", "right": "1"}}}}"""
HOSTILE = (
    ("crm:orders.phone = 1", "correction_not_theirs"),
    ("orders.phone = 1", "correction_not_theirs"),
    ("shop:trainings.phone = 1", "correction_not_theirs"),
    ("elsewhere:phone = 1", "correction_not_theirs"),
    (f"phone = {'1' * 1_000_000}", "corrections_too_long"),
    (f"phone = {'1' * 501}", "correction_too_long"),
    ("phone = =HYPERLINK(1)", "correction_formula"),
    ("phone = 1\u202e2", "correction_unwritable"),
    ("phone = ", "correction_empty"),
    ("phone", "corrections_malformed"),
    ("\n", "corrections_missing"),
    ("", "corrections_missing"),
)


async def test_what_is_hostile_is_refused_before_it_is_noted(house: House) -> None:
    """`orders` is ours, and in the shop all that is not ours belongs to another client."""
    async with house.worker():
        case = await passed_on(house, shared())
        house.add(shared("shop", owner="payroll"))
        for wish, reason in HOSTILE:
            with refused(reason):
                await correct(house, case, wish)
        with refused("corrections_not_asked"):
            await correct(house, case, WISH, to="erase")
        await ended(house, case)

    assert [] == of_client(house, case, EvidenceKind.INSTRUCTED)
    assert () == house.vault.names(case, "instructed/")


async def test_a_dry_run_counts_what_would_change_and_changes_none_of_it(house: House) -> None:
    crm, shop = shared(), shared("shop", verbs=frozenset({Verb.FIND}))
    async with house.worker():
        case = await passed_on(house, crm, shop)
        wishes = corrections_in(FORESEEN, [crm.card], "training")
        word = replace(today(house), to="correct", corrections=wishes)
        seen = await foresee_corrections(house.desk, dict(house.systems), case, "training", word, by="dpo")
        await ended(house, case)

    [one, two] = seen.changes
    assert ("crm", "trainings", Category.PROFILE, 1, 0, "") == (
        one.system,
        one.collection,
        one.category,
        one.rows,
        one.right,
        one.reason,
    )
    assert (2, "found_by_it") == (two.correction, two.reason)
    assert ((3, 4), {"shop": "cannot_export"}) == (seen.unplaced, seen.unread)
    assert not any(value in repr(seen) for value in (OLD, NEW, ADA_EMAIL))
    assert [] == crm.written
    assert [] == of_client(house, case, EvidenceKind.INSTRUCTED)
    assert () == house.vault.names(case, "instructed/")


@dataclass
class Late:
    """A register in which another's instruction is noted just before one that goes through it."""

    register: MemoryRegister
    others: Mapping[str, Scalar]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.register, name)

    def record(self, case_id: str, fact: Fact) -> None:
        self.register.record(case_id, replace(fact, facts={**fact.facts, **self.others}))
        self.register.record(case_id, fact)


@pytest.mark.parametrize(
    "others", [{"sealed": "instructed/training.other/"}, {"to": "erase", "sealed": None}]
)
async def test_of_two_who_note_at_once_one_is_told_that_the_others_stands(
    house: House, others: Mapping[str, Scalar]
) -> None:
    async with house.worker():
        case = await passed_on(house, crm := shared())
        mine = replace(today(house), to="correct", corrections=corrections_in(WISH, [crm.card], "training"))
        late: Any = Late(house.register, others)
        with refused("instruction_runs"):
            await instruct(replace(house.desk, register=late), case, "training", mine, by="dpo")
        await ended(house, case)

    [noted] = of_client(house, case, EvidenceKind.INSTRUCTED)
    assert others.items() <= noted.facts.items()
    assert [] == crm.written
