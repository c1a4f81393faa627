"""Copies made by hand that go to nobody, are doubted, are missing or were lost."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desk import cases, redacting
from desk.tasks import Shown, settle, tasks
from dsar.decision_kinds import RELEASE
from dsar.evidence import EvidenceKind
from dsar.holdings import Holding
from dsar.vocabulary import Category, Found, Outcome, Right, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import VISITS, PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.copies import (
    CONTRACTS,
    EVE,
    SCAN,
    begun,
    down,
    file,
    furnished,
    hand_in,
    released,
    waiting,
)
from tests.workflow.reviews import bundle, count
from tests.workflow.test_no_system_is_left_unknown import HELD, WHY, by_dpo, found, proved

NOTES = replace(CONTRACTS, name="notes")
CLEAN = b"%PDF-1.7 three contracts"


async def test_where_several_people_may_be_meant_only_the_dpo_clears(house: House, tmp_path: Path) -> None:
    house.add(PretendSystem("crm", rows=HELD, people=2))
    async with house.worker():
        case = await proved(house)
        await waiting(house, case, "crm")
        await hand_in(house, case, file(tmp_path), system="crm", of=VISITS)
        await begun(house, case)
        await redacting.keep(house.desk, case, "1", by="reviewer-1")
        with refused("in_doubt"):
            await redacting.clear(house.desk, case, "1", by="reviewer-2")
        await redacting.clear(house.desk, case, "1", by="dpo")
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()

    assert SCAN in bundle(house, case).values()


async def test_a_copy_of_a_clients_data_goes_to_nobody(house: House, tmp_path: Path) -> None:
    """Neither while a client has to be told, nor out of a collection of theirs in a system of ours."""
    house.add(PretendSystem("crm", rows=HELD, client="training"))
    house.add(down("shop", client="training"))
    async with house.worker():
        case = await proved(house)
        await waiting(house, case, "client:training")
        with refused("files_unwanted"):
            await hand_in(house, case, file(tmp_path), system="client:training", of=VISITS)
        await settle(house.desk, case, "client:training", "done", by="support-1", note=WHY)
        await waiting(house, case, "shop")
        await hand_in(house, case, file(tmp_path), system="shop", of=VISITS)
        await released(house, case)
        await waiting(house, case, "shop")
        [task] = tasks(house.desk)
        await settle(house.desk, case, "shop", "done", by="support-1", note=WHY)
        await house.life(case).result()

    assert ("shop", "of_a_client") == (task.system, task.reason)
    assert SCAN not in bundle(house, case).values()


@pytest.mark.parametrize("right", [Right.ERASURE, Right.RECTIFICATION])
async def test_a_right_whose_answer_holds_no_copy_takes_none(
    house: House, tmp_path: Path, right: Right
) -> None:
    more = {"corrections": "contact.phone=+442079460199"} if right is Right.RECTIFICATION else {}
    async with furnished(house).worker():
        case = await house.open(right=right.value, **more)
        await house.prove(case)
        await waiting(house, case)
        with refused("files_unwanted"):
            await hand_in(house, case, file(tmp_path))
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert () == house.vault.names(case, "handed/")


async def test_what_was_found_and_not_copied_is_missed(house: House, tmp_path: Path) -> None:
    """The DPO may leave it out with a reason, and what there is goes all the same."""
    held = [
        Holding(system="attic", collection=c, category=Category.TRANSACTION, count=1)
        for c in (CONTRACTS.name, NOTES.name)
    ]
    kinds = {name: {"category": "transaction"} for name in (CONTRACTS.name, NOTES.name)}
    async with furnished(house, **kinds).worker():
        case = await proved(house)
        await waiting(house, case)
        await settle(house.desk, case, "attic", "found", by="support-1", note=WHY, shown=Shown(held=held))
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await waiting(house, case)
        with refused("copies_missing"):
            await hand_in(house, case, file(tmp_path))
        with refused("role_refused"):
            await hand_in(house, case, file(tmp_path), outcome="exception")
        await hand_in(house, case, file(tmp_path), outcome="exception", by="dpo")
        await released(house, case)
        closing = await house.life(case).result()

    files = bundle(house, case)
    said = {(one["ground"], one["explanation"]) for one in json.loads(files["withheld.json"])["withheld"]}
    assert Outcome.FULFILLED is closing.outcome
    assert SCAN in files.values()
    assert ("gap_accepted", WHY) in said
    assert {"attic": Found.FAILED_ACCEPTED} == found(house, case)


async def test_copies_that_are_lost_are_handed_in_and_reviewed_again(house: House, tmp_path: Path) -> None:
    async with furnished(house).worker():
        case = await proved(house)
        await waiting(house, case)
        await hand_in(house, case, file(tmp_path))
        await begun(house, case)
        for name in house.vault.names(case, "handed/"):
            if name.endswith("/000001") and ".files/" not in name:
                house.vault.remove(case, name)
        await released(house, case)
        await waiting(house, case)
        await hand_in(house, case, file(tmp_path))
        await released(house, case)
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome
    assert SCAN in bundle(house, case).values()
    assert 2 == count(house, case, EvidenceKind.REVIEW_BEGUN)


async def test_a_broken_system_is_copied_by_hand_beside_one_that_is_not(house: House, tmp_path: Path) -> None:
    house.add(PretendSystem("analytics", rows={ADA_EMAIL: [{"text": EVE}]}, marks=("text",)))
    house.add(down())
    async with house.worker():
        case = await proved(house)
        await waiting(house, case, "crm")
        await hand_in(house, case, file(tmp_path), system="crm", of=VISITS)
        await released(house, case)
        closing = await house.life(case).result()

    [begun_] = [e.facts for e in house.register.evidence(case) if e.kind is EvidenceKind.REVIEW_BEGUN]
    assert Outcome.FULFILLED is closing.outcome
    assert 2 == begun_["items"]
    assert SCAN in bundle(house, case).values()
