"""Several rights in one request: linked cases, one instant of receipt, clocks and ends of their own."""

from dataclasses import replace

from desk import cases
from desk.cases import show
from desk.together import open_together
from dsar.decision_kinds import RELEASE
from dsar.intake import NewRequest
from dsar.vocabulary import Outcome, Right, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.test_it_stops_at_once import STOPPING
from tests.workflow.test_no_system_is_left_unknown import HELD, by_dpo

BOTH = NewRequest(right="marketing-objection; access", regime="UK-ENG", email=ADA_EMAIL, intake_key="mail-1")


async def test_each_right_has_its_case_its_clock_and_its_end(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD, able=STOPPING))
    async with house.worker():
        opened = await open_together(house.desk, BOTH)
        access, objection = (one.record.request for one in opened)
        house.lived += [access.case_id, objection.case_id]
        stopped = await house.life(objection.case_id).result()
        await house.prove(access.case_id)
        await house.until(access.case_id, Status.DECIDING)
        await cases.decide(house.desk, access.case_id, by_dpo(RELEASE))
        answered = await house.life(access.case_id).result()
        twice = await open_together(house.desk, BOTH)

    assert [Right.ACCESS, Right.MARKETING_OBJECTION] == [access.right, objection.right]
    assert access.received_at == objection.received_at
    assert access.subject_id == objection.subject_id
    assert (Outcome.FULFILLED, Outcome.FULFILLED) == (stopped.outcome, answered.outcome)
    assert [objection.case_id] == [other.case_id for other in show(house.desk, access.case_id).linked]
    assert [access.case_id] == [other.case_id for other in show(house.desk, objection.case_id).linked]
    assert [False, False] == [one.created for one in twice]


async def test_one_right_that_cannot_be_carried_out_opens_none(house: House) -> None:
    async with house.worker():
        with refused("right_unknown"):
            await open_together(house.desk, replace(BOTH, right="access+flight"))

    assert () == house.register.cases()
