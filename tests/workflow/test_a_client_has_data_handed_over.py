"""A client has its data handed over: that collection alone, to its own host, with a receipt (LAW PRC-03)."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from desk.instructing import instruct
from desk.tasks import tasks
from dsar.errors import OperatorError, TemporaryError
from dsar.evidence import EvidenceKind
from dsar.instructions import folder_of
from dsar.transfers import TRANSFER
from dsar.vocabulary import Verb
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House, refused
from tests.workflow.instructions import Shared, ended, instructed, of_client, passed_on, today
from tests.workflow.test_a_clients_data_is_theirs import HARBOUR

URL = "https://files.harbour.example/in?X-Amz-Signature=secret"
TAKES_IN = replace(HARBOUR, host="files.harbour.example")


async def a_case(house: House, *systems: Shared) -> str:
    case = await passed_on(house, *systems)
    house.company.clients = (TAKES_IN,)
    return case


async def handed(house: House, case: str, send_to: str = URL, **more: object) -> int:
    return await instructed(house, case, to="hand-over", send_to=send_to, **more)


def letters(house: House) -> list[tuple[str, str]]:
    return [(to, notice.text) for to, notice in house.post.notices if "to hand over to you" in notice.text]


def unpacked(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def waiting(house: House) -> list[tuple[str, str]]:
    return [(task.system, task.reason) for task in tasks(house.desk)]


async def test_their_collection_alone_goes_to_their_own_host_and_they_are_told(house: House) -> None:
    async with house.worker():
        case = await a_case(house, Shared("crm"))
        before = len(house.post.letters)
        await handed(house, case)
        to_the_person = house.post.letters[before:]
        await ended(house, case)

    [(url, body)] = house.carrier.taken
    [(to, letter)] = letters(house)
    [receipt] = of_client(house, case, EvidenceKind.RECEIPT)
    [sent] = of_client(house, case, EvidenceKind.TRANSFERRED)
    files = unpacked(body)
    rows = files["data/crm/trainings.jsonl"].splitlines()
    assert (URL, HARBOUR.email, []) == (url, to, to_the_person)
    assert ["trainings 0", "trainings 1"] == [json.loads(row)["title"] for row in rows]
    assert not [text for text in files.values() if b"orders" in text or ADA_EMAIL.encode() in text]
    assert ("trainings", "export", 2) == tuple(receipt.facts[k] for k in ("collection", "verb", "count"))
    assert hashlib.sha256(body).hexdigest() == sent.facts["sha256"]
    assert "crm, trainings, 2 records" in letter
    assert str(sent.facts["sha256"]) in letter
    assert "Signature" not in str(house.register.evidence(case)) + letter
    assert () == house.vault.names(case, folder_of("training", 1))


async def test_a_worker_that_dies_leaves_one_receipt_of_each_deed(house: House) -> None:
    """It dies after the client has the file, before that is on record: they get the same file once more."""
    crm, lost = Shared("crm"), TemporaryError(TRANSFER, "http_503", after=timedelta(milliseconds=1))
    house.carrier.lost = [lost]
    async with house.worker():
        case = await a_case(house, crm)
        crm.trouble_after, crm.trouble = 2, [TemporaryError("crm", "away", after=timedelta(milliseconds=1))]
        await handed(house, case)
        await ended(house, case)

    first, again = house.carrier.taken
    assert first == again
    assert 1 == len(of_client(house, case, EvidenceKind.RECEIPT))
    assert 1 == len(of_client(house, case, EvidenceKind.TRANSFERRED))
    assert 1 == len(letters(house))


async def test_what_one_system_cannot_give_holds_all_of_it_back_until_it_is_settled(house: House) -> None:
    crm, shop = Shared("crm"), Shared("shop", verbs=frozenset({Verb.FIND}))
    async with house.worker():
        case = await a_case(house, crm, shop)
        await handed(house, case)
        before = (waiting(house), letters(house), list(house.carrier.taken))
        kept = house.vault.names(case, folder_of("training", 1))
        with refused("instruction_left"):
            await instruct(house.desk, case, "training", today(house), by="dpo")
        await handed(house, case, by_hand=("shop",))
        await ended(house, case)

    [(_, letter)] = letters(house)
    assert ([("shop", "instructed.training.cannot_export")], [], []) == before
    assert () == kept
    assert "shop: handed over by hand" in letter
    assert 1 == len(house.carrier.taken)
    assert [] == waiting(house)


async def test_a_receiver_that_refuses_is_a_task(house: House) -> None:
    house.carrier.trouble = [OperatorError(TRANSFER, "transfer_refused")]
    async with house.worker():
        case = await a_case(house, Shared("crm"))
        await handed(house, case)
        left = waiting(house)
        await handed(house, case)
        await ended(house, case)

    assert [("client:training", "instructed.training.transfer_refused")] == left
    assert (1, []) == (len(house.carrier.taken), waiting(house))


async def test_a_host_that_is_taken_off_the_list_meanwhile_gets_nothing(house: House) -> None:
    async with house.worker():
        case = await a_case(house, Shared("crm"))
        house.carrier.leaving = lambda: setattr(house.company, "clients", (HARBOUR,))
        house.carrier.trouble = [TemporaryError(TRANSFER, "http_503", after=timedelta(milliseconds=1))]
        await handed(house, case)
        left = waiting(house)
        await ended(house, case)

    assert [("client:training", "instructed.training.host_not_allowed")] == left
    assert [] == house.carrier.taken


async def test_a_person_whom_the_identifiers_do_not_tell_from_another_is_left_to_people(house: House) -> None:
    async with house.worker():
        case = await a_case(house, crm := Shared("crm"))
        crm.people = 2
        await handed(house, case)
        left = waiting(house)
        await ended(house, case)

    assert [("crm", "instructed.training.several_people")] == left
    assert [] == house.carrier.taken


async def test_of_whom_nothing_is_held_the_client_hears_just_that(house: House) -> None:
    crm = Shared("crm")
    async with house.worker():
        case = await a_case(house, crm)
        crm.held["trainings"].pop(ADA_EMAIL)
        await handed(house, case)
        await ended(house, case)

    [(_, letter)] = letters(house)
    assert "- nothing is held" in letter
    assert [] == house.carrier.taken


@pytest.mark.parametrize(
    ("to", "send_to", "reason"),
    [
        ("hand-over", "", "target_missing"),
        ("hand-over", "https://elsewhere.example/in", "transfer_host_unknown"),
        ("hand-over", "https://files.harbour.example.evil.example/in", "transfer_host_unknown"),
        ("hand-over", "http://files.harbour.example/in", "transfer_insecure"),
        ("hand-over", f"https://{ADA_EMAIL}/in", "transfer_malformed"),
        ("erase", URL, "target_unwanted"),
    ],
)
async def test_nothing_goes_but_to_the_clients_own_host(
    house: House, to: str, send_to: str, reason: str
) -> None:
    async with house.worker():
        case = await a_case(house, Shared("crm"))
        with refused(reason):
            word = replace(today(house), to=to, send_to=send_to)
            await instruct(house.desk, case, "training", word, by="dpo")
        await ended(house, case)

    assert [] == of_client(house, case, EvidenceKind.INSTRUCTED)
    assert [] == house.carrier.taken
