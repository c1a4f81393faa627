"""Who was erased is found when they come back, and erased again after a restore from back-up (ERA-05)."""

import copy
from datetime import date, timedelta

from desk import cases, returning
from dsar.case import Decision
from dsar.decision_kinds import CONFIRMED
from dsar.duties import ErasurePolicy
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.orders import Replayed
from dsar.vocabulary import Role, Status, Verb
from tests.people import ADA_EMAIL
from tests.pretend_eraser import EVERY
from tests.shredding import shredded
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import STRANGER, approved, closed, entries, settle, system
from tests.workflow.test_recipients_are_told import MAILING, erased
from tests.workflow.test_what_must_stay_is_named import DUTY, ORDERS, YEAR, finished, skip_retained
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


async def test_what_went_is_erased_again_though_its_case_is_still_open(house: House) -> None:
    """Recipients may take weeks to answer, and a restore does not wait for them."""
    async with house.worker():
        case = await erased(house, MAILING)
        [crm] = house.systems.values()
        crm.rows[ADA_EMAIL] = [{"page": "/pricing"}, {"page": "/docs"}]
        done = await returning.replay(house.desk, SINCE, by="dpo")
        swept = await sweep(house)
        confirmed = Decision(kind=CONFIRMED, by="support", role=Role.SUPPORT, system="mailing")
        await cases.decide(house.desk, case, confirmed)
        await house.until(case, Status.CLOSED)

    assert Replayed(cases=1, back=1, erased=1) == done
    assert Replayed() == swept
    assert {STRANGER: [{"page": "/"}]} == crm.rows


async def test_a_plan_that_nobody_carried_out_yet_is_not_repeated(house: House) -> None:
    crm = house.add(system())
    async with house.worker():
        case = await approved(house)
        done = await returning.replay(house.desk, SINCE, by="dpo")
        await cases.withdraw(house.desk, case)
        await house.until(case, Status.CLOSED)
        again = await returning.replay(house.desk, SINCE, by="dpo")

    assert [Replayed(), Replayed()] == [done, again]
    assert 2 == len(crm.rows[ADA_EMAIL])


async def test_what_a_duty_kept_is_repeated_however_long_ago_its_case_was_closed(house: House) -> None:
    house.policy = ErasurePolicy(duties=(DUTY,))
    shop = house.add(system("shop", collection=ORDERS))
    backup = copy.deepcopy(shop.rows)
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
        await skip_retained(house, case, 6.1 * YEAR)
        await house.eventually(lambda: finished(house, case), "the engine did not finish by itself")
        shop.rows = backup
        since = house.desk.now().date() + timedelta(days=6 * YEAR)
        done = await returning.replay(house.desk, since.isoformat(), by="dpo")

    assert Replayed(cases=1, back=1, erased=1) == done
    assert {STRANGER: [{"page": "/"}]} == shop.rows


async def test_what_a_person_erased_in_a_database_is_for_a_person_to_look_at(house: House) -> None:
    house.add(system("archive", verbs=EVERY - {Verb.ERASE}))
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=8)
        await settle(house, case, "manual-done", "archive")
        await house.until(case, Status.CLOSED)
        done = await returning.replay(house.desk, SINCE, by="dpo")

    assert Replayed(cases=1, left=(case,)) == done


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


async def test_a_system_that_cannot_search_or_fails_keeps_no_other_from_being_searched(house: House) -> None:
    ads = house.add(system("ads", verbs=EVERY - {Verb.FIND}))
    broken, crm = house.add(system("books")), house.add(system())
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
        broken.trouble = [OperatorError("books", "credentials_refused")] * 9
        ads.rows[ADA_EMAIL] = [{"page": "/again"}]  # what it would erase is no answer to a search
        crm.rows[ADA_EMAIL] = [{"page": "/again"}]
        done = await sweep(house)

    assert (case,) == done.left
    assert ["crm"] == [entry.facts["system"] for entry in entries(house, case, EvidenceKind.RETURNED)]


async def test_only_the_dpo_repeats_erasures_and_from_a_real_day(house: House) -> None:
    for since, by, reason in ((SINCE, "support", "role_refused"), ("yesterday", "dpo", "day_malformed")):
        with refused(reason):
            await returning.replay(house.desk, since, by=by)
    assert date.fromisoformat(SINCE)
