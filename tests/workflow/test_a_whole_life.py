"""Lives told in order, on a real server. The house's fixture searches each history for the person."""

from desk import cases
from dsar.case import Decision
from dsar.decisions import RELEASE
from dsar.vocabulary import LetterKind, Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House

VISIT = {"page": "/prices", "seen_at": "2026-10-01T10:00:00Z"}


async def test_an_access_request_lives_from_the_first_letter_to_the_answer(house: House) -> None:
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [VISIT, VISIT]}))
    house.add(PretendSystem("analytics"))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, Decision(kind=RELEASE, by="dpo", role=Role.DPO))
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome
    assert [
        LetterKind.ACKNOWLEDGEMENT,
        LetterKind.IDENTITY_CODE,
        LetterKind.ACCESS_ANSWER,
        LetterKind.ANSWER_CODE,
    ] == house.post.kinds
    assert house.register.verify_evidence(case).whole
    assert [("analytics", "nothing_held"), ("crm", "found")] == [
        (a.system, a.found) for a in house.register.answers(case)
    ]
