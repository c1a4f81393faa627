"""A letter that does not arrive is seen and settled, never lost."""

import pytest

from desk import cases, letters
from desk.tasks import tasks
from dsar.case import Decision
from dsar.codes import IDENTITY, code_for
from dsar.decision_kinds import MANUAL_DONE, REFUSE, RELEASE, RETRY
from dsar.dossier import seal_address
from dsar.errors import OperatorError
from dsar.mailbag import undelivered
from dsar.vocabulary import LetterKind, Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused

WHY = "Four requests of this kind since June; the last answer is two weeks old."
SLIP = "ada.osie@subject.example"


def lost(house: House, case: str) -> list[LetterKind]:
    return [letter.kind for letter in undelivered(house.register.evidence(case))]


async def test_a_slip_in_an_address_is_mended_and_the_person_is_asked_there(house: House) -> None:
    """What is found is what belongs to the address that was proved; afterwards it is fixed."""
    system = house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]}))
    house.post.trouble = [OperatorError("post", "recipient_refused") for _ in range(2)]
    async with house.worker():
        case = await house.open(email=SLIP)
        await house.until(case, Status.BY_HAND)
        await letters.readdress(house.desk, case, ADA_EMAIL, by="support-1")
        await house.until(case, Status.IDENTIFYING)
        await house.eventually(lambda: house.has_code(case, 2), "no code at the new address")
        assert 0 == system.searches
        await cases.prove_by_code(house.desk, case, code_for(house.vault, IDENTITY, case, 2))
        await house.until(case, Status.DECIDING)
        with refused("proof_not_wanted"):
            await letters.readdress(house.desk, case, "eve@other.example", by="support-1")
        still = lost(house, case)
        letters.note_posted(house.desk, case, LetterKind.ACKNOWLEDGEMENT, by="support-1")
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert [LetterKind.ACKNOWLEDGEMENT] == still
    assert [] == lost(house, case)
    assert {ADA_EMAIL} == {address for address, _ in house.post.letters}


async def test_a_letter_may_come_back_days_later(house: House) -> None:
    house.add(PretendSystem("crm"))
    async with house.worker():
        case = await house.open()
        await house.until(case, Status.IDENTIFYING)
        with refused("letter_not_sent"):
            letters.note_bounce(house.desk, case, LetterKind.FEE, by="support-1")
        letters.note_bounce(house.desk, case, LetterKind.ACKNOWLEDGEMENT, by="support-1")
        seen = lost(house, case)
        letters.note_posted(house.desk, case, LetterKind.ACKNOWLEDGEMENT, by="support-1")
        with refused("letter_not_waiting"):
            letters.note_posted(house.desk, case, LetterKind.ACKNOWLEDGEMENT, by="support-1")
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert [LetterKind.ACKNOWLEDGEMENT] == seen
    assert [] == [one for one in letters.waiting(house.desk) if one.case == case]


async def refused_letter(house: House, kind: str, **more: str) -> str:
    """A case whose last letter the mail server refuses."""
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]} if kind == REFUSE else {}))
    case = await house.open()
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    house.post.trouble = [OperatorError("post", "recipient_refused")]
    facts = {"tried": "narrow_search"} if kind == REFUSE else {}
    decision = Decision(kind=kind, by="dpo", role=Role.DPO, facts=facts, **more)  # type: ignore[arg-type]  # words only
    await cases.decide(house.desk, case, decision, WHY if kind == REFUSE else "")
    await house.until(case, Status.BY_HAND)
    return case


@pytest.mark.parametrize(
    ("kind", "ground", "letter", "outcome"),
    [
        (REFUSE, "12_5_excessive", LetterKind.REFUSAL, Outcome.REFUSED),
        (RELEASE, "", LetterKind.NOTHING_HELD, Outcome.NOTHING_HELD),
    ],
)
async def test_no_case_closes_before_its_last_letter_reached_somebody(
    house: House, kind: str, ground: str, letter: LetterKind, outcome: Outcome
) -> None:
    """It is a task by hand; whoever mends the address has it sent again."""
    async with house.worker():
        case = await refused_letter(house, kind, ground=ground)
        await house.eventually(lambda: is_a_task(house, case, "recipient_refused"), "no task")
        still_open = house.register.case(case).closed_at is None
        with refused("not_offered"):
            await cases.decide(house.desk, case, Decision(kind=REFUSE, by="dpo", role=Role.DPO), WHY)
        retry = Decision(kind=RETRY, by="support-1", role=Role.SUPPORT, system="post")
        await cases.decide(house.desk, case, retry)
        closing = await house.life(case).result()

    assert still_open
    assert outcome is closing.outcome
    assert 1 == house.post.kinds.count(letter)


async def is_a_task(house: House, case: str, reason: str) -> bool:
    return [(case, "post", reason)] == [(t.case_id, t.system, t.reason) for t in tasks(house.desk)]


async def test_a_letter_that_nobody_waits_for_is_a_task_until_somebody_hands_it_over(house: House) -> None:
    house.post.trouble = [OperatorError("post", "recipient_refused")]
    house.add(PretendSystem("crm"))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        [task] = tasks(house.desk)
        letters.note_posted(house.desk, case, LetterKind.ACKNOWLEDGEMENT, by="support-1")
        left = tasks(house.desk)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert ("post", "acknowledgement.recipient_refused") == (task.system, task.reason)
    assert () == left


async def test_an_answer_goes_only_where_identity_was_proved(house: House) -> None:
    """However the address came to change since: a person looks, and hands it over another way."""
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]}))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        seal_address(house.vault, case, "eve@other.example")
        await cases.decide(house.desk, case, Decision(kind=RELEASE, by="dpo", role=Role.DPO))
        await house.until(case, Status.BY_HAND)
        await house.eventually(lambda: is_a_task(house, case, "recipient_changed"), "no task")
        done = Decision(kind=MANUAL_DONE, by="support-1", role=Role.SUPPORT, system="post")
        await cases.decide(house.desk, case, done, WHY)
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome
    assert "eve@other.example" not in {to for to, _ in house.post.letters}
    assert LetterKind.ACCESS_ANSWER not in house.post.kinds
