"""A decision that cannot be written down is not taken: nothing follows, and a person decides afresh."""

from desk import cases
from dsar.case import CaseView
from dsar.decision_kinds import EXTEND, NOT_TAKEN, REFUSE, RELEASE, RETRY
from dsar.errors import ContractError, OperatorError
from dsar.evidence import EvidenceKind, Fact
from dsar.ports import Change
from dsar.vocabulary import LetterKind, Outcome, Status
from tests.pretend_register import MemoryRegister
from tests.workflow.beside import decide, deciding, entries
from tests.workflow.conftest import House, refused
from workflows.case import DsarCase


class Refusing(MemoryRegister):
    """A register that refuses the next decision for good."""

    refuses = 1

    def record(self, case_id: str, fact: Fact, change: Change = Change()) -> bool:  # noqa: B008 - as in the port
        if fact.kind is EvidenceKind.DECIDED and self.refuses:
            self.refuses -= 1
            raise ContractError("register", "fact_refused")
        return super().record(case_id, fact, change)


async def test_a_release_that_is_not_written_down_releases_nothing(house: House) -> None:
    house.register = Refusing()
    async with house.worker():
        case, _ = await deciding(house)
        await decide(house, case, RELEASE)
        await called_again(house, case)
        seen: CaseView = await house.life(case).query(DsarCase.status)
        sent = LetterKind.ACCESS_ANSWER in house.post.kinds
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    assert Status.DECIDING is seen.status
    assert not sent
    assert 1 == len(entries(house, case, EvidenceKind.DECIDED))
    assert Outcome.FULFILLED is closing.outcome


async def test_more_time_that_is_not_written_down_is_not_told(house: House) -> None:
    """What goes on beside the story occupies the case no longer than what goes on in it."""
    house.register = Refusing()
    async with house.worker():
        case, _ = await deciding(house)
        await decide(house, case, EXTEND)
        await called_again(house, case)
        told = LetterKind.EXTENSION in house.post.kinds
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    assert not told
    assert Outcome.FULFILLED is closing.outcome


async def called_again(house: House, case: str) -> None:
    """Staff see that the case waits for them once more, and why."""

    async def known() -> bool:
        return any(e.facts.get("reason") == NOT_TAKEN for e in entries(house, case, EvidenceKind.WAITING))

    await house.eventually(known, "nobody was called")


async def test_a_withdrawal_is_answered_when_it_is_written_down(house: House) -> None:
    async with house.worker():
        case, _ = await deciding(house)
        await cases.withdraw(house.desk, case)
        known = house.register.case(case).outcome

    assert Outcome.WITHDRAWN is known


async def test_who_comes_to_another_end_is_not_told_that_they_withdrew(house: House) -> None:
    """The refusal is decided, and only its letter is waited for."""
    async with house.worker():
        case, _ = await deciding(house)
        house.post.trouble = [OperatorError("post", "recipient_refused")]
        await decide(house, case, REFUSE, ground="12_5_repetitive", facts={"earlier": "2026-10-01"})
        await house.until(case, Status.BY_HAND)
        with refused("ending"):
            await cases.withdraw(house.desk, case)
        await decide(house, case, RETRY, system="post")
        closing = await house.life(case).result()

    assert Outcome.REFUSED is closing.outcome
