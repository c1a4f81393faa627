"""Identity: as far as the right needs, and no side door (DESIGN §3.3; LAW IDV-01..11)."""

from datetime import timedelta

from desk import cases, proving
from dsar.case import Decision, ProofGiven
from dsar.codes import IDENTITY, code_for
from dsar.decision_kinds import RELEASE, RETRY
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.identity import CodeResult
from dsar.identity_policy import Doubt
from dsar.vocabulary import Found, LetterKind, Outcome, Proof, Role, Status
from tests.people import ADA_EMAIL, ADA_PHONE
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.test_no_system_is_left_unknown import by_dpo, found
from tests.workflow.test_nobody_gets_what_is_not_theirs import ANYTHING
from workflows.case import DsarCase

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


async def test_nobody_whom_no_letter_reaches_is_left_waiting(house: House) -> None:
    """Without a mailbox the case is in people's hands at once, and goes on by a proof they looked at."""
    system = house.add(PretendSystem("crm", rows={ADA_PHONE: [{"n": 1}]}, finds_by=ANYTHING))
    async with house.worker():
        case = await house.open(email="", phone=ADA_PHONE)
        await house.eventually(lambda: by_hand(house, case), "nobody was called")
        asked = {a.system: a.reason for a in house.register.answers(case)}
        with refused("incomplete"):
            await cases.decide(house.desk, case, by_dpo(RELEASE))
        await cases.prove_by_document(house.desk, case, by="support-1")
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert {"post": "no_address"} == asked
    assert 1 == system.searches
    assert {"crm": Found.FOUND, "post": Found.DONE} == found(house, case)


async def test_a_refused_code_comes_to_a_hand_and_is_sent_again(house: House) -> None:
    system = crm(house)
    house.post.trouble = [OperatorError("post", "recipient_refused") for _ in range(2)]
    async with house.worker():
        case = await house.open()
        await house.until(case, Status.BY_HAND)
        await cases.decide(
            house.desk, case, Decision(kind=RETRY, by="support-1", role=Role.SUPPORT, system="post")
        )
        await house.until(case, Status.IDENTIFYING)
        await house.eventually(lambda: house.has_code(case, 2), "no second code")
        assert 0 == system.searches
        await cases.prove_by_code(house.desk, case, code_for(house.vault, IDENTITY, case, 2))
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert {LetterKind.IDENTITY_CODE, LetterKind.WITHDRAWN} == set(house.post.kinds)


async def test_a_document_is_asked_for_on_a_written_doubt_and_restarts_the_british_month(
    house: House,
) -> None:
    """Art. 12A(2)(b) UK GDPR: the month starts when what was rightly asked for arrives (CLK-11, CLK-12)."""
    crm(house)
    async with house.worker():
        case = await house.open()
        await house.until(case, Status.IDENTIFYING)
        with refused("doubt_unknown"):
            await proving.ask_for_document(house.desk, case, doubt="just_to_be_sure", by="support-1")
        await proving.ask_for_document(house.desk, case, doubt=Doubt.DETAILS_DIFFER, by="support-1")
        await house.eventually(lambda: house.wrote(LetterKind.IDENTITY_REQUEST), "no letter")
        await house.eventually(lambda: due_is_none(house, case), "the clock did not wait")
        await house.skip(case, days=3)
        await cases.prove_by_document(house.desk, case, by="support-1")
        await house.until(case, Status.DECIDING)
        view = await house.life(case).query(DsarCase.status)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    doubted = [e.facts for e in house.register.evidence(case) if e.kind is EvidenceKind.IDENTITY_DOUBTED]
    assert [{"doubt": "details_differ", "by": "support-1"}] == doubted
    assert view.due_on is not None
    assert view.due_on >= view.received_on + timedelta(days=31)
    assert "differs from what we hold" in house.post.last(LetterKind.IDENTITY_REQUEST).text


async def test_a_californian_proves_by_three_facts_and_a_declaration(house: House) -> None:
    """11 CCR 7062(c): two facts are not enough for specific pieces; nobody learns which one was wrong."""
    row = {"postcode": "NG1 5AA", "born": "1990-05-01", "order": "A-10023"}
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [row]}))
    async with house.worker():
        case = await house.open(regime="US-CA")
        await house.eventually(lambda: house.wrote(LetterKind.IDENTITY_REQUEST), "no letter")
        wrong = await proving.prove_by_match(
            house.desk, case, ["ng1 5aa", "1990-05-01", "A-99999"], by="support-1", declared=True
        )
        with refused("declaration_missing"):
            await proving.prove_by_match(house.desk, case, [*row.values()], by="support-1")
        with refused("points_count"):
            await proving.prove_by_match(
                house.desk, case, ["NG1 5AA", "1990-05-01"], by="support-1", declared=True
            )
        assert Status.IDENTIFYING is house.register.case(case).status
        right = await proving.prove_by_match(house.desk, case, [*row.values()], by="support-1", declared=True)
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert (False, True) == (wrong, right)
    assert LetterKind.IDENTITY_CODE not in house.post.kinds
    assert all(b"" == house.vault.get(case, name) for name in house.vault.names(case, "points/"))
    assert "NG1" not in str(house.register.evidence(case))


async def test_a_guesser_gets_no_fourth_attempt(house: House) -> None:
    crm(house)
    async with house.worker():
        case = await house.open()
        await house.until(case, Status.IDENTIFYING)
        tried = [
            await proving.prove_by_match(house.desk, case, [f"guess {n}", "other guess"], by="support-1")
            for n in range(3)
        ]
        with refused("match_locked"):
            await proving.prove_by_match(house.desk, case, ["guess 4", "other guess"], by="support-1")
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert [False] * 3 == tried


async def by_hand(house: House, case: str) -> bool:
    return house.register.case(case).status is Status.BY_HAND


async def due_is_none(house: House, case: str) -> bool:
    return (await house.life(case).query(DsarCase.status)).due_on is None
