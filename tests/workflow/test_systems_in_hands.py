"""Systems that no machine reaches: searched, copied and erased by their owner, never left out."""

import zipfile
from io import BytesIO
from pathlib import Path

from activities.disclosure import BUNDLE
from desk import cases
from desk.erasing import plan_of
from desk.tasks import Shown, settle, tasks
from dsar.decision_kinds import ACCEPT_GAP, RELEASE
from dsar.deeds import Verdict
from dsar.evidence import EvidenceKind
from dsar.holdings import Holding
from dsar.vocabulary import Category, Found, Outcome, Right, Status
from tests.contract.connectors.systems.ga4 import PretendGoogleAnalytics
from tests.people import ADA_EMAIL, ADA_NAME
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.copies import SCAN, furnished, hand_in, released, waiting
from tests.workflow.erasures import approve, approved, entries
from tests.workflow.test_no_system_is_left_unknown import HELD as CRM
from tests.workflow.test_no_system_is_left_unknown import WHY, by_dpo, found, proved

HELD = Holding(system="attic", collection="contracts", category=Category.TRANSACTION, count=3)


async def test_its_owner_is_asked_and_what_they_copied_is_in_the_answer(house: House, tmp_path: Path) -> None:
    scan = tmp_path / f"{ADA_NAME}.pdf"
    scan.write_bytes(SCAN)
    async with furnished(house).worker():
        case = await proved(house)
        await waiting(house, case)
        [task] = tasks(house.desk)
        with refused("files_unreadable"):
            await hand_in(house, case, tmp_path / "missing.pdf")
        await hand_in(house, case, scan)
        await released(house, case)
        closing = await house.life(case).result()

    archive = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE)))
    [handed] = [e for e in house.register.evidence(case) if e.kind is EvidenceKind.HANDED_IN]
    assert ("attic_desk", "by_hand:attic_desk") == (task.owner, task.reason)
    assert Outcome.FULFILLED is closing.outcome
    assert {"attic": Found.MANUAL_DONE} == found(house, case)
    assert SCAN in {archive.read(name) for name in archive.namelist()}
    assert ("attic", 1, 1, "support-1") == tuple(
        handed.facts[f] for f in ("system", "files", "records", "by")
    )
    assert not any(ADA_NAME in str(e.facts) for e in house.register.evidence(case))


async def test_what_its_owner_found_is_put_to_the_dpo_like_the_rest(house: House, tmp_path: Path) -> None:
    """Found by hand, released, then copied by hand: nothing is copied that the DPO did not release."""
    async with furnished(house).worker():
        case = await proved(house)
        await waiting(house, case)
        with refused("holdings_not_fitting"):
            await settle(house.desk, case, "attic", "found", by="support-1", note=WHY)
        with refused("holdings_not_fitting"):
            elsewhere = Holding(system="crm", collection="x", category=Category.IDENTITY, count=1)
            shown = Shown(held=[elsewhere])
            await settle(house.desk, case, "attic", "found", by="support-1", note=WHY, shown=shown)
        shown = Shown(held=[HELD])
        await settle(house.desk, case, "attic", "found", by="support-1", note=WHY, shown=shown)
        await house.until(case, Status.DECIDING)
        searched = cases.show(house.desk, case)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await waiting(house, case)
        with refused("files_unwanted"):
            await hand_in(house, case, tmp_path, outcome="not-found")
        await settle(house.desk, case, "attic", "done", by="support-1", note=WHY)
        closing = await house.life(case).result()

    assert (HELD,) == searched.holdings
    assert [("attic", Found.FOUND, 3)] == [(a.system, a.found, a.records) for a in searched.answers]
    assert Outcome.FULFILLED is closing.outcome


async def test_what_is_erased_by_hand_stands_in_the_plan_first(house: House) -> None:
    async with furnished(house).worker():
        case = await house.open(right=Right.ERASURE.value)
        await house.prove(case)
        await waiting(house, case)
        with refused("not_planned"):
            await settle(house.desk, case, "attic", "done", by="support-1", note=WHY)
        shown = Shown(held=[HELD])
        await settle(house.desk, case, "attic", "found", by="support-1", note=WHY, shown=shown)
        await house.until(case, Status.DECIDING)
        planned = plan_of(house.desk, case)
        await approve(house, case)
        await house.skip(case, days=8)
        await waiting(house, case)
        await settle(house.desk, case, "attic", "done", by="support-1", note=WHY)
        closing = await house.life(case).result()

    [line] = planned.lines
    assert Outcome.FULFILLED is closing.outcome
    assert ("attic", "contracts", 3, True) == (line.system, line.collection, line.count, line.by_hand)


async def test_one_that_can_only_erase_is_asked_to_and_nothing_is_promised(house: House) -> None:
    """Google Analytics takes an order and never shows that it was carried out: the answer says so."""
    vendor = PretendGoogleAnalytics()
    house.systems["vendor"] = vendor.connector()  # type: ignore[assignment]  # as good as a pretend
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=35)
        await house.skip(case, days=80)
        closing = await house.life(case).result()

    [checked] = entries(house, case, EvidenceKind.CHECKED)
    assert Outcome.FULFILLED is closing.outcome
    assert [{"userProvidedData": ADA_EMAIL}] == vendor.store["asked"]
    assert Verdict.UNVERIFIABLE == checked.facts["verdict"]


async def test_the_answer_names_what_a_system_cannot_give(house: House) -> None:
    house.add(PretendSystem("crm", rows=CRM))
    house.systems["vendor"] = PretendGoogleAnalytics().connector()  # type: ignore[assignment]  # as above
    async with house.worker():
        case = await proved(house)
        await waiting(house, case, "vendor")
        [task] = tasks(house.desk)
        await cases.decide(house.desk, case, by_dpo(ACCEPT_GAP, system="vendor"), WHY)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()

    archive = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE)))
    said = archive.read("withheld.json").decode()
    assert "cannot_find" == task.reason
    assert {"vendor": Found.FAILED_ACCEPTED, "crm": Found.FOUND} == found(house, case)
    assert "Google offers no way to search or copy" in said
    assert WHY in said
