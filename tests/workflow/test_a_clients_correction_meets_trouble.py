"""What no machine corrects of a client's data is a task; what dies is done once (LAW PRC-03, EVD-07)."""

from datetime import timedelta
from typing import Any

import pytest

from dsar.errors import OperatorError, TemporaryError
from dsar.evidence import EvidenceKind
from dsar.vocabulary import Verb
from tests.people import ADA_EMAIL
from tests.workflow.client_corrections import (
    correct,
    corrected,
    is_written,
    letters,
    phones,
    shared,
    waiting,
)
from tests.workflow.conftest import House
from tests.workflow.corrections import NEW, OLD, WISH
from tests.workflow.instructions import ended, life, of_client, passed_on


async def test_a_worker_that_dies_after_the_writing_leaves_one_receipt_and_one_letter(house: House) -> None:
    lost = [TemporaryError("crm", "reply_lost", after=timedelta(milliseconds=1)) for _ in range(2)]

    def dies() -> None:
        if lost:
            raise lost.pop()

    crm = shared(dies=dies)
    async with house.worker():
        case = await passed_on(house, crm)
        await corrected(house, case)
        await ended(house, case)

    assert {"orders": [OLD], "trainings": [NEW]} == phones(crm)
    assert 3 == len(crm.written)
    for kind in (EvidenceKind.RECEIPT, EvidenceKind.CHECKED, EvidenceKind.CORRECTED):
        assert 1 == len(of_client(house, case, kind))
    assert 1 == len(letters(house))


async def test_a_vendor_that_needs_time_is_read_again_when_it_is_ready(house: House) -> None:
    crm = shared(needs=timedelta(hours=2), idle=1)
    async with house.worker():
        case = await passed_on(house, crm)
        await correct(house, case)

        await house.eventually(lambda: is_written(house, case), "it never began")
        before = of_client(house, case, EvidenceKind.CHECKED)
        crm.held["trainings"][ADA_EMAIL][0]["phone"] = NEW
        await house.environment.fast_forward(life(house, case), timedelta(hours=2))
        await life(house, case).result()
        await ended(house, case)

    assert [] == before
    assert 1 == len(letters(house))


async def test_a_worker_that_dies_between_two_values_still_gives_the_vendor_its_time(house: House) -> None:
    """The first one's receipt says that it needs two hours; the second is written at once, after a death."""
    crm = shared(needs=timedelta(hours=2), idle=2, writable=frozenset({"phone", "fax"}))
    crm.held["trainings"][ADA_EMAIL][0]["fax"] = "1"

    def dies() -> None:
        if crm.needs and 2 == len(crm.written):
            crm.needs = None
            raise TemporaryError("crm", "reply_lost", after=timedelta(milliseconds=1))

    crm.dies = dies
    async with house.worker():
        case = await passed_on(house, crm)
        await correct(house, case, f"{WISH}\nfax = 2")

        async def both_written() -> bool:
            return 2 == len(of_client(house, case, EvidenceKind.RECEIPT))

        await house.eventually(both_written, "they were never written")
        crm.held["trainings"][ADA_EMAIL][0] |= {"phone": NEW, "fax": "2"}
        await house.environment.fast_forward(life(house, case), timedelta(hours=2))
        await life(house, case).result()
        history = await life(house, case).fetch_history()
        await ended(house, case)

    timers = [e for e in history.events if e.HasField("timer_started_event_attributes")]
    assert [2 * 3600] == [e.timer_started_event_attributes.start_to_fire_timeout.seconds for e in timers]
    assert 1 == len(letters(house))


@pytest.mark.parametrize(
    ("wish", "more", "why"),
    [
        (WISH, {"verbs": frozenset({Verb.FIND, Verb.EXPORT})}, "cannot_rectify"),
        (WISH, {"verbs": frozenset({Verb.FIND})}, "cannot_export"),
        (WISH, {"verbs": frozenset(), "hands": "by_hand:support"}, "by_hand:support:rectify"),
        (WISH, {"writable": frozenset()}, "attribute_by_hand"),
        (WISH, {"corrects": ("email",)}, "attribute_by_hand"),
        (WISH, {"unfit": frozenset({NEW})}, "value_unfit"),
        (WISH, {"idle": 1}, "still_wrong"),
        ("fax = 1", {}, "field_unknown"),
        ('{"phone": {"wrong": "999", "right": "1"}}', {}, "field_unknown"),
        ("email = somebody.else@subject.example", {}, "found_by_it"),
    ],
)
async def test_what_no_machine_did_is_a_task_until_it_is_done_by_hand(
    house: House, wish: str, more: dict[str, Any], why: str
) -> None:
    crm = shared(**more)
    async with house.worker():
        case = await passed_on(house, crm)
        await corrected(house, case, wish)
        before = (waiting(house), letters(house), phones(crm))
        await corrected(house, case, "", by_hand=("crm",))
        await ended(house, case)

    [letter] = letters(house)
    assert ([("crm", f"instructed.training.{why}")], []) == before[:2]
    assert {"orders": [OLD], "trainings": [OLD]} == before[2]
    assert ADA_EMAIL == crm.held["trainings"][ADA_EMAIL][0]["email"]
    assert "crm: corrected by hand" in letter
    assert "read again" not in letter
    assert [] == waiting(house)


async def test_what_was_done_by_hand_counts_for_those_corrections_and_no_others(house: House) -> None:
    crm, shop = shared(writable=frozenset({"email"})), shared("shop", writable=frozenset())
    async with house.worker():
        case = await passed_on(house, crm, shop)
        await corrected(house, case)
        await corrected(house, case, "", by_hand=("crm",))
        crm.writable = shop.writable = frozenset({"phone"})
        await corrected(house, case, "phone = 0115 555 0199")
        await ended(house, case)

    assert ["0115 555 0199"] == phones(crm)["trainings"] == phones(shop)["trainings"]


async def test_one_system_that_cannot_be_read_holds_nobody_else_up(house: House) -> None:
    crm, shop = shared(), shared("shop")
    async with house.worker():
        case = await passed_on(house, crm, shop)
        shop.trouble = [OperatorError("shop", "credentials_refused")]
        await corrected(house, case)
        before = (waiting(house), phones(crm)["trainings"], phones(shop)["trainings"])
        await corrected(house, case)
        await ended(house, case)

    [letter] = letters(house)
    assert ([("shop", "instructed.training.credentials_refused")], [NEW], [OLD]) == before
    assert [NEW] == phones(shop)["trainings"]
    assert "it said so already" not in letter
    assert {"crm", "shop"} == {line.split(",")[0][2:] for line in letter.splitlines() if "read again" in line}


async def test_what_stands_in_a_system_by_hand_alone_is_missed_in_no_other(house: House) -> None:
    """Only the shop has a fax number, and no machine reads the shop."""
    async with house.worker():
        case = await passed_on(house, shared(), shared("shop", verbs=frozenset({Verb.FIND})))
        await corrected(house, case, "fax = 1")
        left = waiting(house)
        await corrected(house, case, "", by_hand=("shop",))
        await ended(house, case)

    [letter] = letters(house)
    assert [("shop", "instructed.training.cannot_export")] == left
    assert "shop: corrected by hand" in letter


async def test_a_person_whom_the_identifiers_do_not_tell_from_another_is_left_to_people(house: House) -> None:
    async with house.worker():
        case = await passed_on(house, crm := shared())
        crm.people = 2
        await corrected(house, case)
        left = waiting(house)
        await ended(house, case)

    assert [("crm", "instructed.training.several_people")] == left
    assert [] == crm.written
