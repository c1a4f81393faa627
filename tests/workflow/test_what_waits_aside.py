"""What waits for a hand while the story goes on is not forgotten: clients, letters that came back."""

import pytest

from desk import cases
from desk.forwarding import dismiss, forward
from desk.letters import note_bounce, note_posted
from dsar.evidence import EvidenceKind
from dsar.vocabulary import LetterKind, Status
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House
from tests.workflow.test_a_clients_data_is_theirs import HARBOUR
from tests.workflow.test_no_system_is_left_unknown import HELD


def milestones(house: House, case: str) -> list[object]:
    kind = EvidenceKind.NOTICE_SENT
    return [e.facts["milestone"] for e in house.register.evidence(case) if e.kind is kind]


async def decided_upon(house: House) -> str:
    house.add(PretendSystem("crm", rows=HELD))
    case = await house.open()
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    return case


async def ended(house: House, case: str) -> None:
    await cases.withdraw(house.desk, case)
    await house.life(case).result()


@pytest.mark.parametrize("said", ["", "forward", "not_theirs"])
async def test_a_client_whom_nobody_told_is_escalated_as_a_task_is(house: House, said: str) -> None:
    house.company.clients = (HARBOUR,)
    house.add(PretendSystem("training", controller=False))
    async with house.worker():
        case = await decided_upon(house)
        if said == "forward":
            await forward(house.desk, case, "training", by="support-1")
        elif said:
            dismiss(house.desk, case, "training", by="support-1")
        await house.days(case, 12)
        await ended(house, case)

    assert ([] if said else ["task", "task_late"]) == milestones(house, case)
    assert all(
        "(training)" in notice.text for _, notice in house.post.notices if "TASK" in notice.subject.upper()
    )


@pytest.mark.parametrize("posted", [True, False])
async def test_a_letter_that_came_back_is_told_with_the_next_notice(house: House, *, posted: bool) -> None:
    async with house.worker():
        case = await decided_upon(house)
        note_bounce(house.desk, case, LetterKind.ACKNOWLEDGEMENT, by="support-1")
        if posted:
            note_posted(house.desk, case, LetterKind.ACKNOWLEDGEMENT, by="support-1")
        await house.days(case, 25)
        await ended(house, case)

    found = milestones(house, case)
    assert posted is not any(str(one).startswith("task") for one in found)
