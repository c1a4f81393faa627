"""A real Tryton: its own erasure leaves the address in a column that no form shows; the engine finds it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desk import erasing
from dsar.decision_kinds import MANUAL_DONE
from dsar.deeds import Verdict
from dsar.evidence import EvidenceKind
from dsar.person import Identity
from dsar.vocabulary import Outcome, Status
from tests.people import ADA_EMAIL
from tests.tryton.shop import BY_ITS_FORMS, BY_ITS_TABLES, Shop, built, copied
from tests.workflow.conftest import House
from tests.workflow.erasures import approved, entries, erased_in, known, settle

pytestmark = pytest.mark.timeout(400)
FORGOTTEN = "party_contact_mechanism.value_compact"
GAP = "residue:erp"


@pytest.fixture(scope="session")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return built(tmp_path_factory.mktemp("tryton"))


@pytest.fixture
def shop(tryton: Shop, tmp_path: Path) -> Shop:
    return copied(tryton, tmp_path)


async def exported(system: Any, who: Identity) -> str:  # as above
    told = [
        row for c in system.card.collections async for page in system.export(who, c.name) for row in page.rows
    ]
    return repr(told)


def execute(shop: Shop, statement: str) -> list[Any]:
    with closing(sqlite3.connect(shop.folder / "shop.sqlite")) as database, database:
        return database.execute(statement).fetchall()


async def test_she_is_found_and_all_that_tryton_holds_of_her_is_exported(shop: Shop) -> None:
    system = shop.connected(BY_ITS_TABLES)
    await system.check()
    told = await exported(system, await known(system))
    await system.close()

    assert {"Ada Osei", "Ada.Osei@subject.example", "London"} == {
        word for word in ("Ada Osei", "Ada.Osei@subject.example", "London", "Eve Other") if word in told
    }


async def test_what_trytons_own_erasure_forgets_is_found(shop: Shop) -> None:
    system = shop.connected(BY_ITS_TABLES)
    who = await known(system)
    shop.erase("Ada Osei")
    scan: Any = await system.scan(who)
    await system.close()

    assert {FORGOTTEN: 2} == {one.place: one.count for one in scan.found if one.count}, "address and number"
    assert [] == [one for one in scan.found if one.reason]
    assert ADA_EMAIL not in repr(scan)


async def test_a_map_that_knows_its_tables_leaves_nothing_and_nobody_else_is_touched(shop: Shop) -> None:
    system: Any = shop.connected(BY_ITS_TABLES)
    eve = execute(shop, "select * from party_contact_mechanism where party <> 1 order by id")
    verdicts, left = await erased_in(system)
    await system.close()

    assert {Verdict.VERIFIED} == verdicts
    assert () == left.found
    assert eve == execute(shop, "select * from party_contact_mechanism where party <> 1 order by id")


async def test_an_erasure_through_the_engine_ends_only_when_the_column_is_clean(
    house: House, shop: Shop
) -> None:
    """The map was written by Tryton's forms: every deed is verified, and the scan finds what it left."""
    system: Any = shop.connected(BY_ITS_FORMS)
    house.systems["erp"] = system
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=8)
        await house.until(case, Status.BY_HAND)
        left = erasing.residue_of(house.desk, case)
        execute(shop, "update party_contact_mechanism set value_compact = null where party = 1")
        await settle(house, case, MANUAL_DONE, GAP)
        await house.until(case, Status.CLOSED)
    await system.close()

    assert [(FORGOTTEN, 1)] == [(one.place, one.count) for one in left.traces if one.count]
    assert {Verdict.VERIFIED} == {e.facts["verdict"] for e in entries(house, case, EvidenceKind.CHECKED)}
    assert Outcome.FULFILLED is house.register.case(case).outcome
    assert 0 == erasing.residue_of(house.desk, case).scans["erp"].left
