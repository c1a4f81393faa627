"""California's right to know: specific pieces without secrets, or the kinds alone (CAL-01, CAL-23)."""

import io
import json
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from activities.disclosure import BUNDLE
from desk import cases
from desk.copies import Copy
from desk.tasks import Shown, settle
from dsar.case import Decision
from dsar.decision_kinds import RELEASE
from dsar.holdings import Card
from dsar.identity_policy import need
from dsar.secret import Secret
from dsar.vocabulary import LetterKind, Outcome, Right, Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import VISITS, PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.copies import CONTRACTS, SCAN, furnished, waiting
from tests.workflow.test_no_system_is_left_unknown import WHY
from tests.workflow.test_systems_in_hands import HELD

SSN, PIN = "078-05-1120", "correct horse"


@dataclass
class Keeper(PretendSystem):
    """A system that holds secrets, and says of which kind."""

    @property
    def card(self) -> Card:
        held = replace(VISITS, secrets={"ssn": Secret.GOVERNMENT_ID, "pin": Secret.PASSWORD})
        return replace(super().card, collections=(held,))


async def answered(house: House, **more: Any) -> dict[str, bytes]:
    rows: list[dict[str, Any]] = [
        {"page": "/pricing", "ssn": SSN, "pin": PIN},
        {"page": "/docs", "ssn": None},
    ]
    house.add(Keeper("crm", rows={ADA_EMAIL: rows}))
    async with house.worker():
        case = await house.open(**{"right": "know", "regime": "US-CA", **more})
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, Decision(kind=RELEASE, by="dpo", role=Role.DPO))
        closing = await house.life(case).result()
    assert Outcome.FULFILLED is closing.outcome
    assert LetterKind.ACCESS_ANSWER in house.post.kinds
    with zipfile.ZipFile(io.BytesIO(house.vault.get(case, BUNDLE))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_specific_pieces_hold_no_secret_and_say_of_which_kind_it_is(house: House) -> None:
    files = await answered(house)
    first, second = (json.loads(line) for line in files["data/crm/visits.jsonl"].splitlines())
    left = json.loads(files["withheld.json"])["withheld"]

    assert not any(secret.encode() in content for secret in (SSN, PIN) for content in files.values())
    assert ("/pricing", "[withheld: government_id]") == (first["page"], first["ssn"])
    assert second["ssn"] is None
    assert {("CAL-23", "Left out: secret_government_id."), ("CAL-23", "Left out: secret_password.")} == {
        (one["ground"], one["explanation"]) for one in left
    }


async def test_the_secrets_never_reach_the_vault(house: House) -> None:
    await answered(house)
    opened = [
        house.vault.get(case, name) for case in house.lived for name in house.vault.names(case, "parcels/")
    ]

    assert opened
    assert not any(SSN.encode() in one or PIN.encode() in one for one in opened)


async def test_elsewhere_a_persons_own_number_is_theirs_and_a_password_is_nobodys(house: House) -> None:
    files = await answered(house, right="access", regime="UK-ENG")

    assert SSN.encode() in files["data/crm/visits.jsonl"]
    assert PIN.encode() not in files["data/crm/visits.jsonl"]


async def test_the_kinds_alone_come_without_a_record_and_ask_for_less_proof(house: House) -> None:
    files = await answered(house, right="know_categories")
    told = json.loads(files["information.json"])

    assert not [name for name in files if name.startswith("data/")]
    assert not any(b"/pricing" in content for content in files.values())
    assert ["technical_usage"] == [one["code"] for one in told["categories"]]
    assert 0 == house.systems["crm"].exports
    assert (2, False) == ((n := need(Right.KNOW_CATEGORIES, "US-CA")).points, n.declared)
    assert (3, True) == ((n := need(Right.KNOW, "US-CA")).points, n.declared)


@pytest.mark.parametrize("right", ["know", "know_categories"])
async def test_of_whom_nothing_is_held_is_told_so(house: House, right: str) -> None:
    house.add(PretendSystem("crm"))
    async with house.worker():
        case = await house.open(right=right, regime="US-CA")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, Decision(kind=RELEASE, by="dpo", role=Role.DPO))
        closing = await house.life(case).result()

    assert Outcome.NOTHING_HELD is closing.outcome


async def test_the_kinds_alone_hold_no_copy_that_somebody_made_by_hand(house: House, tmp_path: Path) -> None:
    """The kinds of that system are named all the same: it holds something, and nobody else answered."""
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(SCAN)
    async with furnished(house).worker():
        case = await house.open(right="know_categories", regime="US-CA")
        await house.prove(case)
        await waiting(house, case)
        with refused("files_unwanted"):
            shown = Shown(copies=[Copy(collection=CONTRACTS, path=scan)])
            await settle(house.desk, case, "attic", "done", by="support-1", note=WHY, shown=shown)
        shown = Shown(held=[HELD])
        await settle(house.desk, case, "attic", "found", by="support-1", note=WHY, shown=shown)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, Decision(kind=RELEASE, by="dpo", role=Role.DPO))
        closing = await house.life(case).result()

    with zipfile.ZipFile(io.BytesIO(house.vault.get(case, BUNDLE))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert Outcome.FULFILLED is closing.outcome
    assert SCAN not in files.values()
    assert json.loads(files["information.json"])["categories"]
