"""A case may wait a year: its histories stay short, and nothing that was said meanwhile is lost."""

import asyncio

from desk import cases
from dsar.case import Decision, ProofWanted
from dsar.decision_kinds import RELEASE, RETRY
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.vocabulary import Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House

MOST_EVENTS = 400  # a fresh history is suggested at 300; what is under way then comes to its end first
AT_ONCE, MOST_WISHES = 8, 2_000


def by_dpo(kind: str, system: str = "") -> Decision:
    return Decision(kind=kind, by="dpo", role=Role.DPO, system=system)


async def test_a_case_waits_a_year_in_short_histories_and_still_closes_well(house: House) -> None:
    """Half a year for a system that is mended by hand, tried again monthly; half a year for the DPO."""
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]}))
    house.add(PretendSystem("attic", trouble=[OperatorError("attic", "gone")] * 6))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        for _ in range(6):
            await house.until(case, Status.BY_HAND)
            await house.days(case, 30)
            await cases.decide(house.desk, case, by_dpo(RETRY, "attic"))
        await house.until(case, Status.DECIDING)
        await house.days(case, 190)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        closing = await house.life(case).result()
        histories = await house.histories(case)

    evidence = house.register.evidence(case)
    kinds = [entry.kind for entry in evidence]
    overdue = [entry for entry in evidence if entry.key.startswith("notice:overdue")]
    assert Outcome.FULFILLED is closing.outcome
    assert len(histories) > 2
    assert max(len(history.events) for history in histories) < MOST_EVENTS
    assert 60 < len(overdue) < 90  # on working days for thirty days, then weekly
    assert (1, 1) == (kinds.count(EvidenceKind.BREACHED), kinds.count(EvidenceKind.DUE_SET))
    assert 7 == kinds.count(EvidenceKind.DECIDED)
    assert 7 == kinds.count(EvidenceKind.WAITING) - kinds.count(EvidenceKind.CODE_SET)
    assert house.register.verify_evidence(case).whole


async def test_no_update_is_lost_while_a_case_goes_on_in_a_fresh_history(house: House) -> None:
    """People ask for fresh codes, several at once, until the history is full more than once."""
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]}))
    async with house.worker():
        case = await house.open()
        await house.until(case, Status.IDENTIFYING)
        life, numbers = house.life(case), list[int]()
        while len(await house.histories(case)) < 3 and len(numbers) < MOST_WISHES:
            wishes = (life.execute_update("ask-again", ProofWanted(), id=None) for _ in range(AT_ONCE))
            numbers += await asyncio.gather(*wishes)
        last = max(numbers)
        await house.prove(case, last)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        closing = await house.life(case).result()
        histories = await house.histories(case)

    assert Outcome.FULFILLED is closing.outcome
    assert [*range(2, 2 + len(numbers))] == sorted(numbers)
    assert len(histories) > 2
