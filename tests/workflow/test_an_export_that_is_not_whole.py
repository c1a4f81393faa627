"""Parcels that do not fit together: a person is called, and another export mends it (DESIGN §1.1)."""

import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import pytest

from activities.disclosure import BUNDLE
from desk import cases
from desk.tasks import tasks
from dsar.case import Decision
from dsar.decision_kinds import ACCEPT_GAP, RELEASE, RETRY
from dsar.holdings import Page
from dsar.parcels import Packer, folder_of
from dsar.person import Identity
from dsar.tasks import Task
from dsar.vocabulary import Found, Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import VISITS, PretendSystem
from tests.workflow.conftest import House

HELD = {ADA_EMAIL: [{"n": 1}, {"n": 2}]}
WHY = "the vendor's export breaks each time; their support knows of it and cannot help"


def by_dpo(kind: str, system: str = "") -> Decision:
    return Decision(kind=kind, by="dpo", role=Role.DPO, system=system)


@dataclass
class Disturbed(PretendSystem):
    """A system in whose first export somebody else has a hand, between two parcels."""

    disturb: Callable[[], None] = field(default=lambda: None)

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        yield Page(rows=(), cursor="0")  # sealed at once
        if not self.exports:
            self.disturb()
        async for page in super().export(identity, collection, cursor):
            yield page


def rival(house: House) -> None:
    """A worker that is thought dead writes its parcel over ours."""
    packer = Packer(house.vault, house.lived[-1], folder_of("crm", 1), VISITS.name)
    packer.add(Page(rows=({"of": "another worker"},), cursor="0"))
    packer.flush()


def loss(house: House) -> None:
    """A parcel is lost when the bundle is to be written: one that was never there will do."""
    packer = Packer(house.vault, house.lived[-1], folder_of("crm", 1), VISITS.name)
    packer.resume()
    house.vault.remove(house.lived[-1], f"{packer.folder}000001")


async def until_by_hand(house: House, disturb: Callable[[House], None]) -> str:
    crm = Disturbed("crm", rows=HELD, page_size=1)
    crm.disturb = lambda: disturb(house)
    house.add(crm)
    case = await house.open()
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    await cases.decide(house.desk, case, by_dpo(RELEASE))
    await house.until(case, Status.BY_HAND)
    return case


async def waiting(house: House) -> Sequence[Task]:
    """Return what waits for a hand, once the register shows it."""

    async def shown() -> bool:
        return bool(tasks(house.desk))

    await house.eventually(shown, "no task was shown")
    return tasks(house.desk)


@pytest.mark.parametrize(("disturb", "reason"), [(rival, "parcels_mixed"), (loss, "object_missing")])
async def test_it_is_a_task_by_hand_that_another_export_mends(
    house: House, disturb: Callable[[House], None], reason: str
) -> None:
    async with house.worker():
        case = await until_by_hand(house, disturb)
        [task] = await waiting(house)
        await cases.decide(house.desk, case, by_dpo(RETRY, "crm"))
        closing = await house.life(case).result()
    archive = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE)))

    assert ("crm", reason) == (task.system, task.reason)
    assert Outcome.FULFILLED is closing.outcome
    assert '{"n":1}\n{"n":2}\n' == archive.read("data/crm/visits.jsonl").decode()


async def test_it_may_be_accepted_as_a_gap_like_any_other(house: House) -> None:
    async with house.worker():
        case = await until_by_hand(house, rival)
        await cases.decide(house.desk, case, by_dpo(ACCEPT_GAP, "crm"), WHY)
        await house.life(case).result()

    assert [Found.FAILED_ACCEPTED] == [a.found for a in house.register.answers(case)]
