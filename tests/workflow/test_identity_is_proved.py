"""Identity: as far as the right needs, and no side door (DESIGN §3.3; LAW IDV-01..11)."""

from desk import cases
from dsar.case import ProofGiven
from dsar.codes import IDENTITY, code_for
from dsar.evidence import EvidenceKind
from dsar.identity import CodeResult
from dsar.vocabulary import LetterKind, Outcome, Proof, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused

WRONG = "ZZZZ-ZZZZ"


def crm(house: House) -> PretendSystem:
    return house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]}))


async def test_nobody_proves_identity_for_four_weeks(house: House) -> None:
    """Reminders go out, then the case is closed as not identified, with a letter; nothing was searched."""
    system = crm(house)
    async with house.worker():
        case = await house.open()
        await house.until(case, Status.IDENTIFYING)
        for number in range(1, 5):
            await house.eventually(lambda number=number: house.has_code(case, number), "no reminder")  # type: ignore[misc]
            await house.skip(case, days=7, minutes=1)
        closing = await house.life(case).result()

    assert Outcome.NOT_IDENTIFIED is closing.outcome
    assert 4 == house.post.kinds.count(LetterKind.IDENTITY_CODE)
    assert LetterKind.NOT_IDENTIFIED is house.post.kinds[-1]
    assert 0 == system.searches


async def test_five_wrong_codes_lock_and_the_case_goes_on_by_another_proof(house: House) -> None:
    """The right code no longer helps, the person is told, and a document that staff looked at does."""
    crm(house)
    async with house.worker():
        case = await house.open()
        await house.until(case, Status.IDENTIFYING)
        await house.eventually(lambda: house.has_code(case, 1), "no code")
        results = [await cases.prove_by_code(house.desk, case, WRONG) for _ in range(5)]
        right = await cases.prove_by_code(house.desk, case, code_for(house.vault, IDENTITY, case, 1))

        async def told() -> bool:
            return LetterKind.IDENTITY_LOCKED in house.post.kinds

        await house.eventually(told, "the person was not told of the lock")
        with refused("code_locked"):
            await cases.ask_again(house.desk, case)
        await cases.prove_by_document(house.desk, case, by="support-1")
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert [CodeResult.WRONG] * 4 + [CodeResult.LOCKED] == results
    assert CodeResult.LOCKED is right
    assert 1 == house.post.kinds.count(LetterKind.IDENTITY_LOCKED)


async def test_a_fresh_code_replaces_the_earlier_one(house: House) -> None:
    crm(house)
    async with house.worker():
        case = await house.open()
        await house.until(case, Status.IDENTIFYING)
        await house.eventually(lambda: house.has_code(case, 1), "no code")
        await cases.ask_again(house.desk, case)
        await house.eventually(lambda: house.has_code(case, 2), "no second code")
        old = await cases.prove_by_code(house.desk, case, code_for(house.vault, IDENTITY, case, 1))
        new = await cases.prove_by_code(house.desk, case, code_for(house.vault, IDENTITY, case, 2))
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert (CodeResult.WRONG, CodeResult.ACCEPTED) == (old, new)


async def test_a_proof_that_the_register_does_not_hold_opens_nothing(house: House) -> None:
    """Whoever reaches Temporal past the desk can send an update; discovery still asks the register."""
    system = crm(house)
    async with house.worker():
        case = await house.open()
        await house.until(case, Status.IDENTIFYING)
        forged = ProofGiven(method=Proof.DOCUMENT, by="nobody")
        await house.life(case).execute_update("prove-identity", forged)
        await house.until(case, Status.BY_HAND)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert 0 == system.searches
    assert ["identity_unproved"] == [a.reason for a in house.register.answers(case)]
    assert EvidenceKind.IDENTITY_PROVED not in {e.kind for e in house.register.evidence(case)}


async def test_a_proof_comes_too_late_once_the_search_began(house: House) -> None:
    crm(house)
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        with refused("proof_not_wanted"):
            await cases.prove_by_document(house.desk, case, by="support-1")
        await cases.withdraw(house.desk, case)
        await house.life(case).result()
