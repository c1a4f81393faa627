"""A client decides about their data: what they instruct is done on it alone, proved, told (LAW PRC-03)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desk.instructing import instruct
from desk.tasks import tasks
from dsar.duties import ErasurePolicy, Hold
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.instructions import trails
from dsar.person import Identity
from dsar.vocabulary import Verb
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import STRANGER, approve, closed, plan, told
from tests.workflow.instructions import (
    OURS,
    Shared,
    ended,
    instructed,
    letters,
    life,
    of_client,
    passed_on,
    today,
)


async def test_what_a_client_instructs_is_erased_in_their_collection_alone_proved_and_told(
    house: House,
) -> None:
    crm = Shared("crm", jobs=2)
    async with house.worker():
        case = await passed_on(house, crm)
        await instruct(house.desk, case, "training", today(house), by="dpo")
        await house.eventually(lambda: is_begun(house, case), "it never began")
        await house.environment.fast_forward(life(house, case), timedelta(hours=2))
        await life(house, case).result()
        trail = trails(house.register.evidence(case))["training"]
        await ended(house, case)

    [letter] = letters(house)
    receipts = of_client(house, case, EvidenceKind.RECEIPT)
    checks = of_client(house, case, EvidenceKind.CHECKED)
    assert {ADA_EMAIL: 3, STRANGER: 1} == crm.held["orders"]
    assert {"learned@work.example": 5, STRANGER: 4} == crm.held["trainings"]
    assert [("trainings", 2)] == [(e.facts["collection"], e.facts["count"]) for e in receipts]
    assert ["verified"] == [e.facts["verdict"] for e in checks]
    assert "crm, trainings, 2 records: erased" in letter
    assert "Harbour, Kim Rowe; HT-118" in letter
    assert (True, 1) == (trail.done, trail.number)
    assert "Kim Rowe" not in str(house.register.evidence(case))
    assert () == tasks(house.desk)


async def is_begun(house: House, case: str) -> bool:
    return bool(of_client(house, case, EvidenceKind.RECEIPT))


async def test_a_system_that_is_wholly_a_clients_is_searched_only_once_they_instruct(house: House) -> None:
    theirs = Shared("training", controller=False)
    async with house.worker():
        case = await passed_on(house, theirs)
        await ended(house, case)
        before = dict(theirs.held["trainings"])
        await instructed(house, case)

    assert 2 == before[ADA_EMAIL]
    assert ADA_EMAIL not in theirs.held["trainings"]
    assert 1 == len(letters(house))


async def test_an_instruction_never_becomes_part_of_the_cases_own_erasure(house: House) -> None:
    crm = Shared("crm")
    async with house.worker():
        case = await passed_on(house, crm, right="erasure")
        await instructed(house, case)
        await approve(house, case)
        await closed(house, case)

    assert ["orders"] == [line.collection for line in plan(house, case).lines]
    assert {STRANGER: 1} == crm.held["orders"]
    assert "trainings" not in told(house)


class Hanging(Shared):
    """A system in which a client's collection is reached through a row of ours alone."""

    def count(self, identity: Identity, collection: str) -> int:
        counted = super().count(identity, collection)
        return counted if collection == OURS.name or self.count(identity, OURS.name) else 0


async def test_nobody_says_that_nothing_is_held_once_we_erased_what_led_there(house: House) -> None:
    crm = Hanging("crm")
    async with house.worker():
        case = await passed_on(house, crm, right="erasure")
        await approve(house, case)
        await closed(house, case)
        await instructed(house, case)
        waiting = [(task.system, task.reason) for task in tasks(house.desk)]
        none = letters(house)
        await instructed(house, case, by_hand=("crm",))

    [letter] = letters(house)
    assert 2 == crm.held["trainings"][ADA_EMAIL]
    assert ([("crm", "instructed.training.way_erased")], []) == (waiting, none)
    assert "carried out by hand" in letter


async def test_what_does_not_go_is_a_task_until_it_is_instructed_again(house: House) -> None:
    crm = Shared("crm", idle=1)
    async with house.worker():
        case = await passed_on(house, crm)
        await instructed(house, case)
        waiting = [(task.system, task.reason) for task in tasks(house.desk)]
        none = letters(house)
        await instructed(house, case)
        await ended(house, case)

    [letter] = letters(house)
    assert ([("crm", "instructed.training.still_present")], []) == (waiting, none)
    assert "crm, trainings, 2 records: erased" in letter
    assert () == tasks(house.desk)


async def test_what_no_machine_erases_is_done_by_hand_and_told(house: House) -> None:
    crm = Shared("crm", verbs=frozenset({Verb.FIND}))
    async with house.worker():
        case = await passed_on(house, crm)
        await instructed(house, case)
        waiting = [(task.system, task.reason) for task in tasks(house.desk)]
        with refused("not_a_clients"):
            await instructed(house, case, by_hand=("shop",))
        await instructed(house, case, by_hand=("crm",))
        await ended(house, case)

    [letter] = letters(house)
    assert [("crm", "instructed.training.cannot_erase")] == waiting
    assert "crm, trainings, 2 records: erased by hand" in letter
    assert 2 == crm.held["trainings"][ADA_EMAIL]


async def test_a_system_that_no_machine_reaches_is_done_by_hand(house: House) -> None:
    shelf = Shared("training", controller=False, verbs=frozenset())
    async with house.worker():
        case = await passed_on(house, shelf)
        await instructed(house, case)
        await instructed(house, case, by_hand=("training",))
        await ended(house, case)

    [letter] = letters(house)
    assert "training: carried out by hand" in letter


async def test_a_legal_hold_of_ours_binds_a_clients_data_and_they_learn_of_it(house: House) -> None:
    hold = Hold(
        code="suit",
        ground="17_3_e",
        system="crm",
        collections=frozenset(),
        since=date.min,
        review_on=date.max,
    )
    house.policy = ErasurePolicy(holds=(hold,))
    crm = Shared("crm")
    async with house.worker():
        case = await passed_on(house, crm)
        await instructed(house, case)
        await ended(house, case)

    [letter] = letters(house)
    assert "NOT erased: a legal hold" in letter
    assert 2 == crm.held["trainings"][ADA_EMAIL]


@pytest.mark.parametrize(
    ("people", "trouble", "reason"),
    [
        (2, [], "several_people"),
        (1, [OperatorError("crm", "credentials_refused")], "credentials_refused"),
    ],
)
async def test_what_cannot_be_looked_for_is_left_to_a_person(
    house: House, people: int, trouble: list[Exception], reason: str
) -> None:
    crm = Shared("crm")
    async with house.worker():
        case = await passed_on(house, crm)
        crm.people, crm.trouble = people, list(trouble)
        await instructed(house, case)
        waiting = [task.reason for task in tasks(house.desk)]
        await ended(house, case)

    assert [f"instructed.training.{reason}"] == waiting
    assert 2 == crm.held["trainings"][ADA_EMAIL]


async def test_a_client_whom_no_letter_reaches_is_a_task(house: House) -> None:
    async with house.worker():
        case = await passed_on(house, Shared("crm"))
        house.post.staff_trouble = [OperatorError("letters", "recipient_refused")]
        await instructed(house, case)
        waiting = [(task.system, task.reason) for task in tasks(house.desk)]
        await instructed(house, case)
        await ended(house, case)

    assert [("client:training", "instructed.training.recipient_refused")] == waiting
    assert 1 == len(letters(house))


async def test_where_no_system_is_the_clients_nobody_says_that_nothing_is_held(house: House) -> None:
    theirs = Shared("training", controller=False)
    async with house.worker():
        case = await passed_on(house, theirs)
        house.systems.clear()
        house.add(PretendSystem("crm"))
        await instructed(house, case)
        waiting = [(task.system, task.reason) for task in tasks(house.desk)]
        await ended(house, case)

    assert [("client:training", "instructed.training.no_system")] == waiting
    assert [] == letters(house)


async def test_a_client_may_leave_it_and_instruct_otherwise_later(house: House) -> None:
    crm = Shared("crm")
    async with house.worker():
        case = await passed_on(house, crm)
        left = await instruct(house.desk, case, "training", replace(today(house), to="leave"), by="dpo")
        held = crm.held["trainings"][ADA_EMAIL]
        later = await instructed(house, case)
        await ended(house, case)

    assert (1, 2, 2) == (left, held, later)
    assert 1 == len(letters(house))
