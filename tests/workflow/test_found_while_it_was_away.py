"""Found by hand while a system was away: its machine goes on only when it knows whom we mean (Art. 15(4))."""

import zipfile
from io import BytesIO

import pytest

from activities.disclosure import BUNDLE
from desk import cases
from desk.tasks import Shown, settle, tasks
from dsar.decision_kinds import CONFIRM, MANUAL_DONE, RELEASE, RESTRICT
from dsar.errors import OperatorError
from dsar.holdings import Holding
from dsar.vocabulary import Found, Right, Status
from tests.pretend_eraser import PretendEraser
from tests.pretend_tools import VISITS, PretendSystem
from tests.workflow.conftest import House
from tests.workflow.test_no_system_is_left_unknown import HELD, WHY, by_dpo, found
from tests.workflow.test_nobody_gets_what_is_not_theirs import called_again

SEEN = Shown(held=[Holding(system="crm", collection=VISITS.name, category=VISITS.category, count=1)])


async def found_by_hand(house: House, right: Right = Right.ACCESS) -> str:
    """The CRM is down when it is searched, a person looks in its place, and later it is back."""
    house.systems["crm"].trouble.append(OperatorError("crm", "credentials_refused"))
    case = await house.open(right=right.value)
    await house.prove(case)
    await house.until(case, Status.BY_HAND)
    await called_again(house, case, 1)
    await settle(house.desk, case, "crm", "found", by="support-1", note=WHY, shown=SEEN)
    return case


async def test_what_may_be_another_persons_is_not_exported(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD, people=2))
    house.add(PretendSystem("analytics", rows=HELD))
    async with house.worker():
        case = await found_by_hand(house)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.until(case, Status.BY_HAND)
        await called_again(house, case, 3)
        doubted, [reason] = found(house, case), {t.reason for t in tasks(house.desk) if t.system == "crm"}
        await cases.decide(house.desk, case, by_dpo(MANUAL_DONE, system="crm"), WHY)
        await called_again(house, case, 4)
        await cases.decide(house.desk, case, by_dpo(CONFIRM, system="analytics"), WHY)
        await house.life(case).result()

    names = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE))).namelist()
    assert {"crm": Found.AMBIGUOUS, "analytics": Found.AMBIGUOUS} == doubted
    assert "several_people" == reason
    assert ["data/analytics/visits.jsonl"] == [n for n in names if n.endswith(".jsonl")]


async def test_what_is_theirs_alone_is_exported_as_ever(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD, people=1))
    house.add(PretendSystem("analytics", rows=HELD))
    async with house.worker():
        case = await found_by_hand(house)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()

    assert "data/crm/visits.jsonl" in zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE))).namelist()


async def test_what_may_be_another_persons_is_in_no_plan_of_an_erasure(house: House) -> None:
    house.add(PretendEraser("crm", rows=HELD, people=2))
    async with house.worker():
        case = await found_by_hand(house, right=Right.ERASURE)
        await called_again(house, case, 2)
        [task] = tasks(house.desk)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert "several_people" == task.reason
    assert {"crm": Found.AMBIGUOUS} == found(house, case)


@pytest.mark.parametrize("right", [Right.RESTRICTION, Right.OBJECTION])
async def test_what_may_be_another_persons_is_not_restricted(house: House, right: Right) -> None:
    crm = PretendEraser("crm", rows=HELD, people=2)
    house.add(crm)
    async with house.worker():
        case = await found_by_hand(house, right=right)
        if right is Right.RESTRICTION:
            await house.until(case, Status.DECIDING)
            await cases.decide(house.desk, case, by_dpo(RESTRICT, ground="18_1_a"))
        await called_again(house, case, 2 if right is Right.OBJECTION else 3)
        [task] = tasks(house.desk)

    assert "several_people" == task.reason
    assert {"crm": Found.AMBIGUOUS} == found(house, case)
    assert [] == crm.deeds
