"""An answer lies ready as long as its link lives, and not a day longer; on request it is written anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from activities.disclosure import BUNDLE
from desk import cases
from desk.delivery import hand_over, send_again
from dsar.case import Decision
from dsar.codes import DELIVERY, LINK_LIFETIME, code_for, link_token
from dsar.decision_kinds import RELEASE
from dsar.evidence import EvidenceKind
from dsar.holdings import Page
from dsar.parcels import Packer, folder_of
from dsar.vocabulary import Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import VISITS, PretendSystem
from tests.shredding import shredded
from tests.workflow.conftest import House, refused
from workflows.removal import DsarRemoveAnswer


async def answered(house: House) -> str:
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"page": "/prices"}]}))
    case = await house.open()
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    await cases.decide(house.desk, case, Decision(kind=RELEASE, by="dpo", role=Role.DPO))
    await house.life(case).result()
    return case


def removal(house: House, case: str, number: int) -> WorkflowHandle[DsarRemoveAnswer, bool]:
    client = house.environment.client
    return client.get_workflow_handle_for(DsarRemoveAnswer.run, f"{case}/removal/{number}")


def lose(house: House, case: str) -> None:
    """One parcel is gone from the vault."""
    house.vault.remove(case, f"{Packer(house.vault, case, folder_of('crm', 1), VISITS.name).folder}000001")


def mix(house: House, case: str) -> None:
    """One parcel is another worker's, not what the waybill names."""
    packer = Packer(house.vault, case, folder_of("crm", 1), VISITS.name)
    packer.add(Page(rows=({"of": "another worker"},), cursor="0"))
    packer.flush()


async def over(house: House, case: str, number: int) -> bool:
    await house.environment.fast_forward(removal(house, case, number), LINK_LIFETIME)
    return await removal(house, case, number).result()


def manifests(house: House, case: str) -> list[object]:
    chain = house.register.evidence(case)
    return [e.facts["manifest"] for e in chain if e.kind is EvidenceKind.BUNDLE_WRITTEN]


async def test_the_answer_is_removed_on_the_day_promised_and_that_is_on_record(house: House) -> None:
    async with house.worker():
        case = await answered(house)
        assert house.vault.names(case, BUNDLE)
        assert await over(house, case, 1)

    assert not house.vault.names(case, BUNDLE)
    assert house.vault.names(case, "parcels/")
    assert 1 == sum(e.kind is EvidenceKind.ANSWER_REMOVED for e in house.register.evidence(case))
    later = replace(house.desk, now=lambda: datetime.now(UTC) + LINK_LIFETIME)
    with refused("expired"):
        hand_over(later, link_token(house.vault, case, 1), code_for(house.vault, DELIVERY, case, 1))


async def test_no_wait_is_left_of_a_case_that_was_shredded(house: House) -> None:
    """It would wake under a key that is gone, and be tried again for ever."""
    async with house.worker():
        case = await answered(house)
        await house.eventually(lambda: is_listed(house, case), "the wait for the link's end never began")
        await shredded(house.desk, case, "dpo")
        house.lived.remove(case)  # nobody can read its history any more, not even the fixture
        await house.eventually(lambda: is_away(house, case), "its wait goes on")


async def is_listed(house: House, case: str) -> bool:
    listed = house.environment.client.list_workflows(f"WorkflowId = '{case}/removal/1'")
    return bool([one async for one in listed])


async def is_away(house: House, case: str) -> bool:
    try:
        await removal(house, case, 1).describe()
    except RPCError as error:
        return error.status is RPCStatusCode.NOT_FOUND
    return False


async def test_on_request_a_removed_answer_is_written_anew_the_same_to_the_byte(house: House) -> None:
    async with house.worker():
        case = await answered(house)
        first = house.vault.get(case, BUNDLE)
        house.vault.remove(case, BUNDLE)
        posted = await send_again(house.desk, case, by="support-1")
        handed = hand_over(
            house.desk, link_token(house.vault, case, 2), code_for(house.vault, DELIVERY, case, 2)
        )

    assert posted.ok
    assert first == b"".join(handed.chunks)
    assert 2 == len(manifests(house, case))
    assert 1 == len(set(manifests(house, case)))


async def test_a_newer_link_keeps_the_answer_and_has_an_end_of_its_own(house: House) -> None:
    async with house.worker():
        case = await answered(house)
        await send_again(house.desk, case, by="support-1")
        chain = house.register.evidence(case)
        offered = [e.at for e in chain if e.kind is EvidenceKind.DELIVERY_OFFERED]
        assert len(offered) == 2
        assert await over(house, case, 2)

    assert not house.vault.names(case, BUNDLE)


async def test_nothing_is_sent_again_when_nothing_is_left(house: House) -> None:
    async with house.worker():
        case = await answered(house)
        house.vault.remove(case, "bundle/")
        house.vault.remove(case, "parcels/")
        with refused("no_answer"):
            await send_again(house.desk, case, by="support-1")


@pytest.mark.parametrize(("spoil", "reason"), [(lose, "object_missing"), (mix, "parcels_mixed")])
async def test_of_spoilt_parcels_no_answer_is_made_again_and_staff_are_told_why(
    house: House, spoil: Callable[[House, str], None], reason: str
) -> None:
    async with house.worker():
        case = await answered(house)
        house.vault.remove(case, BUNDLE)
        spoil(house, case)
        letters = len(house.post.kinds)
        posted = await send_again(house.desk, case, by="support-1")

    assert (False, reason) == (posted.ok, posted.reason)
    assert letters == len(house.post.kinds)
