"""A client has its data corrected: its collections alone, written, read again, told (Art. 16; LAW PRC-03)."""

from datetime import timedelta

from temporalio.worker import Replayer

import wire
from desk import correcting
from desk.packing import packed
from dsar.evidence import EvidenceKind
from dsar.instructions import trails
from dsar.orders import Replayed
from dsar.recipients import Recipient
from dsar.vocabulary import Category, LetterKind, Status
from tests.histories import opened
from tests.people import ADA_EMAIL
from tests.pretend_notary import PretendNotary
from tests.workflow.client_corrections import (
    correct,
    corrected,
    is_written,
    letters,
    phones,
    shared,
    waiting,
)
from tests.workflow.conftest import House, assert_nobody_is_named, refused
from tests.workflow.corrections import NEW, OLD, WISH, answer, told
from tests.workflow.erasures import STRANGER
from tests.workflow.instructions import ended, life, of_client, passed_on
from tests.workflow.test_a_backup_brings_back_a_clients_data import replayed
from workflows.instructed import DsarInstruct


async def test_what_they_say_is_right_is_written_in_their_collections_alone_read_again_and_told(
    house: House,
) -> None:
    crm, shop = shared(), shared("shop")
    async with house.worker():
        case = await passed_on(house, crm, shop)
        await corrected(house, case)
        trail = trails(house.register.evidence(case))["training"]
        status = house.register.case(case).status
        await ended(house, case)

    [letter] = letters(house)
    assert Status.DECIDING is status  # the case itself goes its own way
    for system in (crm, shop):
        assert {"orders": [OLD], "trainings": [NEW]} == phones(system)
        assert {"orders": [OLD], "trainings": [OLD]} == phones(system, STRANGER)
    both = of_client(house, case, EvidenceKind.CORRECTED)
    assert {("crm", "trainings"), ("shop", "trainings")} == {
        (e.facts["system"], e.facts["collection"]) for e in both
    }
    assert {"verified"} == {e.facts["verdict"] for e in of_client(house, case, EvidenceKind.CHECKED)}
    for entry in both:
        [now, then] = [house.vault.get(case, str(entry.facts[name])).decode() for name in ("after", "before")]
        assert (True, True) == (NEW in now, OLD in then)
    assert "crm, trainings, phone, 1 records: corrected, and read again" in letter
    assert "Harbour, Kim Rowe; HT-118" in letter
    assert (True, 1) == (trail.done, trail.number)
    assert not any(secret in str(house.register.evidence(case)) + letter for secret in (OLD, NEW, ADA_EMAIL))
    assert [] == waiting(house)


async def test_no_history_holds_a_value_and_each_is_replayed(house: House) -> None:
    async with house.worker():
        case = await passed_on(house, shared())
        await corrected(house, case)
        await ended(house, case)
        history = await life(house, case).fetch_history()

    raw = b"".join(event.SerializeToString() for event in history.events)
    said = await opened(history, house.vault.keyring)
    assert_nobody_is_named(raw + said)
    assert not any(value.encode() in raw + said for value in (OLD, NEW))
    replayer = Replayer(workflows=[DsarInstruct], plugins=[wire.plugin(house.vault.keyring)])
    await replayer.replay_workflow(history)


async def test_the_same_instruction_twice_is_one_and_another_waits_for_its_end(house: House) -> None:
    crm = shared(needs=timedelta(hours=2))
    async with house.worker():
        case = await passed_on(house, crm)
        numbers = [await correct(house, case), await correct(house, case), await correct(house, case, "")]
        with refused("instruction_runs"):
            await correct(house, case, "phone = 999")
        with refused("instruction_runs"):
            await correct(house, case, WISH, to="erase", corrections=())
        await house.eventually(lambda: is_written(house, case), "it never began")
        await house.environment.fast_forward(life(house, case), timedelta(hours=2))
        await life(house, case).result()
        again = await corrected(house, case)
        await ended(house, case)

    first, second = letters(house)
    assert ([1, 1, 1], 2) == (numbers, again)
    assert 1 == len(crm.written)
    assert "corrected, and read again" in first
    assert "crm, trainings, phone, 1 records: it said so already" in second


async def test_several_values_are_chosen_among_by_nobody_but_the_client(house: House) -> None:
    crm = shared()
    crm.held["trainings"][ADA_EMAIL].append({"phone": "0115 555 0101", "email": ADA_EMAIL})
    async with house.worker():
        case = await passed_on(house, crm)
        await corrected(house, case)
        left = waiting(house)
        await corrected(house, case, f'{{"phone": {{"wrong": "{OLD}", "right": "{NEW}"}}}}')
        await ended(house, case)

    assert [("crm", "instructed.training.several_values")] == left
    assert [NEW, "0115 555 0101"] == phones(crm)["trainings"]
    assert 1 == len(letters(house))


async def test_of_whom_nothing_is_held_the_client_hears_just_that(house: House) -> None:
    crm = shared()
    async with house.worker():
        case = await passed_on(house, crm)
        crm.held["trainings"].pop(ADA_EMAIL)
        await corrected(house, case)
        await ended(house, case)

    [letter] = letters(house)
    assert "- nothing is held" in letter


async def test_nobody_but_the_client_is_told_and_the_persons_own_corrections_stay_apart(house: House) -> None:
    """A mixed case: the person's correction is decided and told by us, the client's by the client."""
    house.company.receivers = (
        Recipient(code="mill", name="Mill", email="m@mill.example", categories=frozenset({Category.PROFILE})),
    )
    crm = shared()
    async with house.worker():
        house.company.clients = ()
        case = await passed_on(house, crm, right="rectification", corrections=f"phone = {NEW}")
        await corrected(house, case, "phone = 0115 555 0199")
        [line] = correcting.corrections(house.desk, case)
        await answer(house, case, 1, "accept")
        await house.life(case).result()

    assert {"orders": [NEW], "trainings": ["0115 555 0199"]} == phones(crm)
    assert ["orders"] == [place.collection for place in line.places]
    assert f'phone: it said "{OLD}" and now says "{NEW}"' in told(house)
    assert "0199" not in told(house)
    assert LetterKind.RECIPIENT_NOTICE not in house.post.kinds


async def test_after_a_restore_corrections_are_not_repeated_and_erasures_of_before_still_are(
    house: House,
) -> None:
    async with house.worker():
        case = await passed_on(house, shared())
        await corrected(house, case)
        done = await replayed(house)
        await ended(house, case)

    assert Replayed() == done


async def test_an_authority_reads_what_was_corrected_and_no_value(house: House) -> None:
    async with house.worker():
        case = await passed_on(house, shared())
        await corrected(house, case)
        await ended(house, case)
        made = packed(
            house.desk, PretendNotary(house.register), case, "audit", by="dpo", with_personal_data=True
        )

    assert made.verification.whole
    assert EvidenceKind.CORRECTED in {entry.kind for entry in made.entries}
    assert ["Harbour, Kim Rowe; HT-118"] == list((made.reasons or {}).values())
    assert not any(value in repr(made) + str(made.reasons) for value in (OLD, NEW))
