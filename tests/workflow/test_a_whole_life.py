"""Lives told in order, on a real server. The house's fixture searches each history for the person."""

from desk import cases
from desk.delivery import hand_over, send_again
from dsar.case import Decision
from dsar.codes import DELIVERY, code_for, link_token
from dsar.decision_kinds import RELEASE
from dsar.vocabulary import LetterKind, Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused

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


async def test_a_locked_link_is_replaced_by_a_fresh_one(house: House) -> None:
    """Five wrong codes lock a link for good; staff send another, and the first stays shut."""
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [VISIT]}))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        with refused("no_answer"):
            await send_again(house.desk, case, by="support-1")
        await cases.decide(house.desk, case, Decision(kind=RELEASE, by="dpo", role=Role.DPO))
        await house.life(case).result()
        first, right = link_token(house.vault, case, 1), code_for(house.vault, DELIVERY, case, 1)
        for reason in ["wrong"] * 4 + ["locked"]:
            with refused(reason):
                hand_over(house.desk, first, "ZZZZ-ZZZZ")
        with refused("locked"):
            hand_over(house.desk, first, right)
        posted = await send_again(house.desk, case, by="support-1")
        second, code = link_token(house.vault, case, 2), code_for(house.vault, DELIVERY, case, 2)
        answer = hand_over(house.desk, second, code)

    assert posted.ok
    assert b"".join(answer.chunks).startswith(b"PK")
    assert [LetterKind.ACCESS_ANSWER, LetterKind.ANSWER_CODE] == house.post.kinds[-2:]
    assert house.register.verify_evidence(case).whole
