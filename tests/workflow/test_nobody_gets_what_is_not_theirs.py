"""Hostile lives: who claims, hurries or shares a mailbox gets nothing that is not theirs."""

import asyncio
import zipfile
from io import BytesIO

from activities.disclosure import BUNDLE
from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import CONFIRM, MANUAL_DONE, REFUSE, RELEASE
from dsar.errors import InputError
from dsar.vocabulary import Found, IdentifierKind, Outcome, Role, Status
from tests.people import ADA_PHONE
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.test_no_system_is_left_unknown import HELD, WHY, by_dpo, found, proved

EVE = "eve@other.example"
ANYTHING = frozenset({IdentifierKind.EMAIL, IdentifierKind.PHONE})


async def test_a_claimed_number_opens_nothing_that_its_address_does_not(house: House) -> None:
    """Eve proves her own address and names Ada's phone: only what is found by her address is hers."""
    house.add(PretendSystem("crm", rows={ADA_PHONE: [{"n": 1}]}, finds_by=ANYTHING))
    async with house.worker():
        case = await house.open(email=EVE, phone=ADA_PHONE)
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert {"crm": Found.NOTHING_HELD} == found(house, case)


async def test_a_claimed_number_counts_once_a_person_has_looked_at_a_document(house: House) -> None:
    house.add(PretendSystem("crm", rows={ADA_PHONE: [{"n": 1}]}, finds_by=ANYTHING))
    async with house.worker():
        case = await house.open(phone=ADA_PHONE)
        await house.until(case, Status.IDENTIFYING)
        await cases.prove_by_document(house.desk, case, by="support-1")
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert {"crm": Found.FOUND} == found(house, case)


async def test_an_address_shared_in_one_system_is_doubted_in_every_other(house: House) -> None:
    """Analytics knows one of the two: nobody can say whether it is the one who asks, until the DPO does."""
    house.add(PretendSystem("crm", people=2))
    house.add(PretendSystem("analytics", rows=HELD))
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.BY_HAND)
        await called_again(house, case, 1)
        doubted = found(house, case)
        with refused("not_in_doubt"):
            await cases.decide(house.desk, case, by_dpo(CONFIRM, system="crm"), WHY)
        await cases.decide(house.desk, case, by_dpo(MANUAL_DONE, system="crm"), WHY)
        await called_again(house, case, 2)
        with refused("incomplete"):
            await cases.decide(house.desk, case, by_dpo(RELEASE))
        await cases.decide(house.desk, case, by_dpo(CONFIRM, system="analytics"), WHY)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()

    archive = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE)))
    assert {"crm": Found.AMBIGUOUS, "analytics": Found.AMBIGUOUS} == doubted
    assert "data/analytics/visits.jsonl" in archive.namelist()


async def test_two_hands_at_one_gap_release_nothing(house: House) -> None:
    """Two of support settle the same gap at the same moment; the answer still waits for the DPO."""
    house.add(PretendSystem("crm", rows=HELD, people=2))

    def hand(by: str) -> Decision:
        return Decision(kind=MANUAL_DONE, by=by, role=Role.SUPPORT, system="crm")

    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.BY_HAND)
        both = await asyncio.gather(
            cases.decide(house.desk, case, hand("support-1"), WHY),
            cases.decide(house.desk, case, hand("support-2"), WHY),
            return_exceptions=True,
        )
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        closing = await house.life(case).result()

    refusals = [one for one in both if isinstance(one, InputError)]
    assert {"busy", "not_now", "no_such_gap"} >= {one.reason for one in refusals}
    assert 1 == len(refusals)
    assert Outcome.WITHDRAWN is closing.outcome


async def test_a_release_and_a_withdrawal_never_both_count(house: House) -> None:
    """Whoever comes second is told so; an accepted withdrawal is never followed by an answer."""
    house.add(PretendSystem("crm", rows=HELD))
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.DECIDING)
        release, withdrawal = await asyncio.gather(
            cases.decide(house.desk, case, by_dpo(RELEASE)),
            cases.withdraw(house.desk, case),
            return_exceptions=True,
        )
        closing = await house.life(case).result()

    assert isinstance(release, InputError) != isinstance(withdrawal, InputError)
    assert (Outcome.FULFILLED if withdrawal else Outcome.WITHDRAWN) is closing.outcome


async def test_a_release_and_a_refusal_never_both_count(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD))
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.DECIDING)
        both = await asyncio.gather(
            cases.decide(house.desk, case, by_dpo(RELEASE)),
            cases.decide(
                house.desk, case, by_dpo(REFUSE, ground="12_5_excessive", facts={"tried": "clarify"}), WHY
            ),
            return_exceptions=True,
        )
        closing = await house.life(case).result()

    assert 1 == sum(isinstance(one, InputError) for one in both)
    assert (Outcome.FULFILLED if isinstance(both[1], InputError) else Outcome.REFUSED) is closing.outcome


async def test_a_proof_that_comes_after_the_end_is_no_evidence(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD))
    async with house.worker():
        case = await house.open()
        await house.until(case, Status.IDENTIFYING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()
        before = house.register.evidence(case)
        with refused("proof_not_wanted"):
            await cases.prove_by_document(house.desk, case, by="support-1")

    assert before == house.register.evidence(case)


async def called_again(house: House, case: str, number: int) -> None:
    """Wait until a person was called so many times: what was decided before is carried out then."""

    async def called() -> bool:
        return any(entry.key == f"waiting:{number}" for entry in house.register.evidence(case))

    await house.eventually(called, "nobody was called")
