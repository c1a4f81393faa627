"""After a restore, what a client had erased is erased again, on that client's collections alone (ERA-05)."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from desk import returning
from desk.instructing import instruct
from dsar.deeds import Receipt, Step
from dsar.errors import TemporaryError
from dsar.evidence import EvidenceKind
from dsar.orders import Replayed
from dsar.person import Identity
from dsar.vocabulary import Verb
from tests.people import ADA_EMAIL
from tests.shredding import shredded
from tests.workflow.conftest import House
from tests.workflow.erasures import STRANGER, approve, closed
from tests.workflow.instructions import Shared, ended, instructed, of_client, passed_on, today
from workflows.returning import DsarSweep


@dataclass
class Dying(Shared):
    """A system whose reply is lost, as if the worker had died after the deed. `deaths`: how often."""

    deaths: int = 0

    async def erase(self, identity: Identity, steps: Sequence[Step]) -> Sequence[Receipt]:
        receipts = await super().erase(identity, steps)
        self.deaths -= 1
        if self.deaths >= 0:
            raise TemporaryError(self.name, "reply_lost", after=timedelta(milliseconds=1))
        return receipts


async def replayed(house: House, days: int = 0) -> Replayed:
    since = (house.desk.now() + timedelta(days=days)).date()
    return await returning.replay(house.desk, since.isoformat(), by="dpo")


@pytest.mark.parametrize("closed", [True, False])
async def test_a_restored_backup_is_rid_of_it_again_in_their_collection_alone(
    house: House, *, closed: bool
) -> None:
    crm = Shared("crm")
    backup = copy.deepcopy(crm.held)
    async with house.worker():
        case = await passed_on(house, crm)
        await instructed(house, case)
        if closed:
            await ended(house, case)
        crm.held = backup
        done = await replayed(house)
        again = await replayed(house)
        if not closed:
            await ended(house, case)

    receipts = of_client(house, case, EvidenceKind.RECEIPT)
    checks = of_client(house, case, EvidenceKind.CHECKED)
    assert Replayed(cases=1, back=1, erased=1) == done
    assert Replayed(cases=1) == again
    assert {ADA_EMAIL: 3, STRANGER: 1} == crm.held["orders"]
    assert {"learned@work.example": 5, STRANGER: 4} == crm.held["trainings"]
    assert [("trainings", 2)] * 2 == [(e.facts["collection"], e.facts["count"]) for e in receipts]
    assert ["verified"] * 2 == [e.facts["verdict"] for e in checks]


async def test_what_the_person_had_erased_is_repeated_beside_it(house: House) -> None:
    """A mixed case: our own part went by the approved plan, the client's by their instruction."""
    crm = Shared("crm")
    backup = copy.deepcopy(crm.held)
    async with house.worker():
        case = await passed_on(house, crm, right="erasure")
        await instructed(house, case)
        await approve(house, case)
        await closed(house, case)
        crm.held = backup
        done = await replayed(house)

    assert Replayed(cases=2, back=2, erased=2) == done
    assert {STRANGER: 1} == crm.held["orders"]


async def test_what_came_later_or_was_erased_before_the_backup_is_nobodys_to_erase(house: House) -> None:
    crm = Shared("crm")
    async with house.worker():
        case = await passed_on(house, crm)
        await instructed(house, case)
        crm.held["trainings"][ADA_EMAIL] = 3
        later = await replayed(house)
        before = await replayed(house, days=1)
        await ended(house, case)

    assert Replayed(cases=1, back=1, left=(case,)) == later
    assert Replayed() == before
    assert 3 == crm.held["trainings"][ADA_EMAIL]


async def test_what_a_client_did_not_have_erased_is_not_touched(house: House) -> None:
    crm = Shared("crm")
    async with house.worker():
        case = await passed_on(house, crm)
        await instruct(house.desk, case, "training", replace(today(house), to="leave"), by="dpo")
        done = await replayed(house)
        await ended(house, case)

    assert Replayed() == done
    assert 2 == crm.held["trainings"][ADA_EMAIL]


async def test_a_worker_that_dies_after_the_deed_leaves_one_receipt_of_it(house: House) -> None:
    crm = Dying("crm")
    backup = copy.deepcopy(crm.held)
    async with house.worker():
        case = await passed_on(house, crm)
        await instructed(house, case)
        crm.held, crm.deaths = backup, 2
        done = await replayed(house)
        await ended(house, case)

    repeated = [e for e in of_client(house, case, EvidenceKind.RECEIPT) if "replay" in e.facts]
    assert Replayed(cases=1, back=1, erased=1) == done
    assert [("trainings", 2)] == [(e.facts["collection"], e.facts["count"]) for e in repeated]


async def test_a_collection_that_is_no_longer_the_clients_is_left_to_a_person(house: House) -> None:
    crm = Shared("crm")
    backup = copy.deepcopy(crm.held)
    async with house.worker():
        case = await passed_on(house, crm)
        await instructed(house, case)
        crm.held, crm.owner = backup, "payroll"
        done = await replayed(house)
        await ended(house, case)

    assert Replayed(cases=1, left=(case,)) == done
    assert 2 == crm.held["trainings"][ADA_EMAIL]


async def test_what_was_erased_by_hand_is_left_to_a_person(house: House) -> None:
    async with house.worker():
        case = await passed_on(house, Shared("crm", verbs=frozenset({Verb.FIND})))
        await instructed(house, case)
        await instructed(house, case, by_hand=("crm",))
        done = await replayed(house)
        await ended(house, case)

    assert Replayed(cases=1, left=(case,)) == done


async def test_of_a_shredded_case_nobody_knows_any_more_whose_it_was(house: House) -> None:
    """Two people cannot shred it while a back-up may be restored; an older one is restored all the same."""
    crm = Shared("crm")
    backup = copy.deepcopy(crm.held)
    async with house.worker():
        case = await passed_on(house, crm)
        await instructed(house, case)
        await ended(house, case)
        await shredded(house.later(house.desk.now() + timedelta(days=37)), case, "dpo")
        house.lived.remove(case)  # nobody can read its history any more, not even the fixture
        crm.held = backup
        done = await replayed(house)

    assert Replayed(cases=1, left=(case,)) == done
    assert 2 == crm.held["trainings"][ADA_EMAIL]


async def test_a_sweep_by_night_leaves_clients_data_alone(house: House) -> None:
    crm = Shared("crm")
    backup = copy.deepcopy(crm.held)
    async with house.worker():
        case = await passed_on(house, crm)
        await instructed(house, case)
        await ended(house, case)
        crm.held = backup
        done = await house.environment.client.execute_workflow(
            DsarSweep.run, id=f"sweep/{house.queue}", task_queue=house.queue
        )

    assert Replayed() == done
    assert () == tuple(e for e in house.register.evidence(case) if e.kind is EvidenceKind.RETURNED)
