"""Where one vendor needs weeks to erase, a person hears at once of another system that failed."""

from collections.abc import Mapping
from datetime import timedelta

from desk.tasks import tasks
from dsar.decision_kinds import MANUAL_DONE, RETRY
from dsar.evidence import EvidenceKind
from dsar.vocabulary import Outcome, Status
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House
from tests.workflow.erasures import approve, approved, entries, settle, system

WEEKS = timedelta(days=21)


def waiting(house: House) -> list[tuple[str, str]]:
    return [(task.system, task.reason) for task in tasks(house.desk)]


def erased(house: House, case: str) -> list[object]:
    return [entry.facts["system"] for entry in entries(house, case, EvidenceKind.RECEIPT)]


async def test_who_failed_is_tried_again_while_another_still_takes_its_time(house: House) -> None:
    slow, crm = house.add(system("analytics", takes=WEEKS)), house.add(system(idle=1))
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=8)
        await house.until(case, Status.BY_HAND)
        assert [("crm", "still_present")] == waiting(house)

        await settle(house, case, RETRY)
        await house.until(case, Status.ANSWERING)
        await house.eventually(lambda: _held(crm.rows), "the crm was not erased before the weeks were over")
        assert Status.CLOSED is not house.register.case(case).status
        await house.skip(case, days=21)
        await house.until(case, Status.CLOSED)

    assert Outcome.FULFILLED is house.register.case(case).outcome
    assert [] == waiting(house)
    assert ADA_EMAIL not in slow.rows
    assert ["analytics", "crm", "crm"] == sorted(map(str, erased(house, case)))


async def test_each_that_fails_later_is_a_task_beside_the_one_that_waits(house: House) -> None:
    house.add(system("analytics", takes=timedelta(days=2), idle=9))  # three looks, then a person
    house.add(system(idle=1))
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=8)
        await house.until(case, Status.BY_HAND)
        await house.skip(case, days=7)
        await house.eventually(lambda: _both(house), "the second one was told to nobody")

        for name in ("crm", "analytics"):
            await settle(house, case, MANUAL_DONE, name)
        await house.until(case, Status.CLOSED)

    assert Outcome.FULFILLED is house.register.case(case).outcome


async def test_one_that_fails_while_a_new_plan_waits_for_the_dpo_is_a_task_at_once(house: House) -> None:
    house.add(system("analytics", takes=timedelta(days=2), idle=9))
    crm = house.add(system(idle=1))
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=8)
        await house.until(case, Status.BY_HAND)
        crm.rows[ADA_EMAIL] = [{"page": f"/{n}"} for n in range(5)]  # more than the plan named
        await settle(house, case, RETRY)
        await house.until(case, Status.DECIDING)
        await house.skip(case, days=7)
        await house.until(case, Status.BY_HAND)
        assert [("analytics", "still_present")] == waiting(house)

        await settle(house, case, MANUAL_DONE, "analytics")
        await approve(house, case)
        await house.until(case, Status.CLOSED)

    assert ADA_EMAIL not in crm.rows


async def _held(rows: Mapping[str, object]) -> bool:
    return ADA_EMAIL not in rows


async def _both(house: House) -> bool:
    return {"analytics", "crm"} == {name for name, _ in waiting(house)}
