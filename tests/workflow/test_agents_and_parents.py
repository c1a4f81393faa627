"""Who speaks for somebody else: authority first, then the person's own word (LAW IDV-09, CAL-60)."""

import pytest

from desk import cases, proving
from dsar.case import Decision
from dsar.decision_kinds import RELEASE
from dsar.identity_policy import Authority
from dsar.vocabulary import LetterKind, Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused

BEN = "ben@agency.example"
BY_DPO = Decision(kind=RELEASE, by="dpo", role=Role.DPO)


async def opened(house: House, **more: str) -> str:
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]}))
    return await house.open(**{"requester": "agent", "agent_email": BEN, **more})


async def test_a_signed_permission_counts_once_the_person_confirms_it(house: House) -> None:
    """The agent hears everything but the code; the code goes to the person, who alone can confirm."""
    async with house.worker():
        case = await opened(house)
        await house.eventually(lambda: house.wrote(LetterKind.AGENT_AUTHORITY), "no letter to the agent")
        assert not await house.has_code(case, 1)
        await proving.prove_by_authority(house.desk, case, Authority.SIGNED_PERMISSION, by="support-1")
        await house.eventually(lambda: house.has_code(case, 2), "the person was not asked")
        assert 0 == house.systems["crm"].searches
        await house.prove(case, 2)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, BY_DPO)
        closing = await house.life(case).result()

    to = {letter.kind: address for address, letter in house.post.letters}
    assert Outcome.FULFILLED is closing.outcome
    assert ADA_EMAIL == to.pop(LetterKind.IDENTITY_CODE)
    assert {BEN} == set(to.values())
    assert {LetterKind.ACCESS_ANSWER, LetterKind.ANSWER_CODE} <= set(to)
    assert BEN in house.post.last(LetterKind.IDENTITY_CODE).text
    assert "for somebody else" in house.post.last(LetterKind.ACCESS_ANSWER).text


@pytest.mark.parametrize(
    ("requester", "authority"),
    [("agent", Authority.POWER_OF_ATTORNEY), ("parent", Authority.PARENTAL)],
)
async def test_a_power_speaks_for_itself(house: House, requester: str, authority: Authority) -> None:
    """A power of attorney needs no confirmation, nor a young child's parent (LAW CAL-61, IDV-10)."""
    async with house.worker():
        case = await opened(house, requester=requester)
        await house.eventually(lambda: house.wrote(LetterKind.AGENT_AUTHORITY), "no letter")
        await proving.prove_by_authority(house.desk, case, authority, by="support-1")
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert LetterKind.IDENTITY_CODE not in house.post.kinds


async def test_without_authority_nothing_is_searched_and_the_case_closes(house: House) -> None:
    async with house.worker():
        case = await opened(house)
        with refused("authority_unknown"):
            await proving.prove_by_authority(house.desk, case, Authority.PARENTAL, by="support-1")
        await cases.prove_by_document(house.desk, case, by="support-1")  # whose, it does not say
        for number in range(1, 5):
            await house.eventually(lambda number=number: asked(house, number), "no reminder")  # type: ignore[misc]
            await house.skip(case, days=7, minutes=1)
        closing = await house.life(case).result()

    assert Outcome.NOT_IDENTIFIED is closing.outcome
    assert 0 == house.systems["crm"].searches
    assert {BEN} == {address for address, _ in house.post.letters}
    assert "signed authority" in house.post.last(LetterKind.NOT_IDENTIFIED).text


async def test_an_agent_who_opts_somebody_out_shows_a_permission_and_nobody_is_asked(house: House) -> None:
    """11 CCR 7026(j) (LAW CAL-16, CAL-54)."""
    async with house.worker():
        case = await opened(house, regime="US-CA", right="opt_out")
        await house.eventually(lambda: house.wrote(LetterKind.AGENT_AUTHORITY), "no letter")
        await proving.prove_by_authority(house.desk, case, Authority.SIGNED_PERMISSION, by="support-1")
        await house.until(case, Status.BY_HAND)  # this system stops by hand
        await house.eventually(lambda: house.wrote(LetterKind.STOPPED), "nobody was told")

    assert LetterKind.IDENTITY_CODE not in house.post.kinds


async def asked(house: House, times: int) -> bool:
    return times == house.post.kinds.count(LetterKind.AGENT_AUTHORITY)
