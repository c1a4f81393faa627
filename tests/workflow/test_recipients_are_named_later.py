"""Recipients whom the company names while others are chased: told and settled like those (Art. 19)."""

from dataclasses import replace

from desk.recipients import recipients
from dsar.decision_kinds import CONFIRMED, WAIVED
from dsar.opendsr import Progress
from dsar.recipients import CHASE_AFTER
from dsar.vocabulary import Outcome, Status
from tests.workflow.conftest import House
from tests.workflow.test_recipients_are_called import SILENT_MILL, line, stands
from tests.workflow.test_recipients_are_told import MAILING, erased, is_settled, settle

PRESS = replace(MAILING, code="press", name="Quick Press", email="q@press.example")


async def test_one_that_is_named_while_others_are_chased_is_settled_before_the_case_closes(
    house: House,
) -> None:
    async with house.worker():
        case = await erased(house, MAILING)
        house.company.receivers = (MAILING, PRESS)
        await house.days(case, CHASE_AFTER.days + 1)
        await settle(house, case, CONFIRMED, "mailing")
        await house.eventually(lambda: is_settled(house, case, "mailing"), "never settled")
        await house.until(case, Status.DECIDING)
        await settle(house, case, WAIVED, "press")
        closing = await house.life(case).result()

    lines = {line.code: line.answer.value for line in recipients(house.desk, case)}
    assert {"mailing": "confirmed", "press": "waived_by_dpo"} == lines
    assert Outcome.FULFILLED is closing.outcome


async def test_one_that_is_named_while_others_are_chased_is_called(house: House) -> None:
    house.messenger.stands["mailing"] = Progress.COMPLETED
    async with house.worker():
        case = await erased(house, PRESS)
        await house.until(case, Status.DECIDING)
        house.company.receivers = (PRESS, SILENT_MILL)
        await house.days(case, CHASE_AFTER.days + 1)
        await house.eventually(lambda: stands(house, case, "confirmed"), "it was never called")
        await settle(house, case, CONFIRMED, "press")
        await house.life(case).result()

    assert ("confirmed", 1) == (line(house, case).answer, len(house.messenger.taken))
