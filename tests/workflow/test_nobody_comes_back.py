"""Who was erased is found when they come back, and erased again after a restore from back-up (ERA-05)."""

import copy
from datetime import date

from desk import returning
from dsar.evidence import EvidenceKind
from dsar.orders import Replayed
from dsar.vocabulary import Verb
from tests.people import ADA_EMAIL
from tests.shredding import shredded
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import STRANGER, approved, closed, entries, system
from workflows.returning import DsarSweep

SINCE = "2026-01-01"


async def sweep(house: House) -> Replayed:
    client = house.environment.client
    return await client.execute_workflow(DsarSweep.run, id=f"sweep/{house.queue}", task_queue=house.queue)


async def test_a_restored_backup_is_erased_again_and_proved(house: House) -> None:
    crm = house.add(system())
    backup = copy.deepcopy(crm.rows)
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
        await shredded(house.desk, case, "dpo")
        house.lived.remove(case)  # nobody can read its history any more, not even the fixture
        crm.rows = backup
        done = await returning.replay(house.desk, SINCE, by="dpo")

    assert Replayed(cases=1, back=1, erased=1) == done
    assert {STRANGER: [{"page": "/"}]} == crm.rows
    assert 2 == len(entries(house, case, EvidenceKind.RECEIPT, Verb.ERASE))


async def test_what_came_later_is_nobodys_to_erase_by_itself(house: House) -> None:
    """Three visits where two were approved: the person is a customer again, and somebody must look."""
    crm = house.add(system())
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
        crm.rows[ADA_EMAIL] = [{"page": "/new"}] * 3
        done = await returning.replay(house.desk, SINCE, by="dpo")

    assert Replayed(cases=1, back=1, erased=0, left=(case,)) == done
    assert 3 == len(crm.rows[ADA_EMAIL])


async def test_a_sweep_finds_who_came_back_and_changes_nothing(house: House) -> None:
    crm = house.add(system())
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
        crm.rows[ADA_EMAIL] = [{"page": "/again"}]
        done = await sweep(house)
    (found,) = entries(house, case, EvidenceKind.RETURNED)

    assert Replayed(cases=1, back=1) == done
    assert ("crm", 1) == (found.facts["system"], found.facts["count"])
    assert ADA_EMAIL in crm.rows


async def test_only_the_dpo_repeats_erasures_and_from_a_real_day(house: House) -> None:
    for since, by, reason in ((SINCE, "support", "role_refused"), ("yesterday", "dpo", "day_malformed")):
        with refused(reason):
            await returning.replay(house.desk, since, by=by)
    assert date.fromisoformat(SINCE)
