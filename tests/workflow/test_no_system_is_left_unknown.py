"""Completeness: a case cannot be fulfilled while one system's answer is unknown (DESIGN §1.1)."""

import zipfile
from io import BytesIO
from typing import Any

from activities.disclosure import BUNDLE
from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import ACCEPT_GAP, MANUAL_DONE, REFUSE, RELEASE, RETRY
from dsar.errors import OperatorError, TemporaryError
from dsar.person import Identifier
from dsar.vocabulary import Found, IdentifierKind, LetterKind, Outcome, Role, Status
from tests.people import ADA_EMAIL, ADA_NAME
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused

WHY = "the vendor closed its service in May; their letter of 3 May says nothing is left"
HELD = {ADA_EMAIL: [{"n": 1}]}


def by_dpo(kind: str, **more: Any) -> Decision:
    return Decision(kind=kind, by="dpo", role=Role.DPO, **more)


def found(house: House, case: str) -> dict[str, Found]:
    return {a.system: a.found for a in house.register.answers(case)}


async def proved(house: House) -> str:
    case = await house.open()
    await house.prove(case)
    return case


async def test_a_refused_credential_waits_for_a_hand_and_is_tried_again(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD, trouble=[OperatorError("crm", "credentials_refused")]))
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.BY_HAND)
        with refused("incomplete"):
            await cases.decide(house.desk, case, by_dpo(RELEASE))
        await cases.decide(house.desk, case, by_dpo(RETRY, system="crm"))
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome
    assert {"crm": Found.FOUND} == found(house, case)


async def test_an_accepted_gap_is_named_in_the_answer(house: House) -> None:
    """A named person accepts it, with a reason, and both stand in the bundle."""
    house.add(PretendSystem("crm", rows=HELD))
    house.add(PretendSystem("attic", trouble=[OperatorError("attic", "gone")]))
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.BY_HAND)
        with refused("reason_missing"):
            await cases.decide(house.desk, case, by_dpo(ACCEPT_GAP, system="attic"), "no")
        await cases.decide(house.desk, case, by_dpo(ACCEPT_GAP, system="attic"), WHY)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()

    archive = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE)))
    assert {"attic": Found.FAILED_ACCEPTED, "crm": Found.FOUND} == found(house, case)
    assert WHY in archive.read("withheld.json").decode()
    assert "attic" in archive.read("completeness.json").decode()


async def test_several_people_behind_one_address_disclose_nothing(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD, people=2))
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.BY_HAND)
        await cases.decide(house.desk, case, by_dpo(MANUAL_DONE, system="crm"), WHY)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        closing = await house.life(case).result()

    archive = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE)))
    assert Outcome.FULFILLED is closing.outcome
    assert {"crm": Found.MANUAL_DONE} == found(house, case)
    assert LetterKind.NOTHING_HELD not in house.post.kinds  # a person gave it to them another way
    assert not [name for name in archive.namelist() if name.startswith("data/")]


async def test_a_system_down_for_three_days_is_asked_until_then_and_no_longer(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD, trouble=[TemporaryError("crm", "unreachable")] * 500))
    async with house.worker():
        case = await proved(house)
        await house.skip(case, days=3.5)
        await house.until(case, Status.BY_HAND)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert {"crm": Found.UNKNOWN} == found(house, case)


async def test_what_one_system_teaches_is_shown_to_the_others(house: House) -> None:
    """The CRM knows the analytics id; only with it does analytics find anything."""
    learned = Identifier(kind=IdentifierKind.DISTINCT_ID, value="visitor-42", system="crm")
    house.add(PretendSystem("crm", rows=HELD, teaches={ADA_EMAIL: learned}))
    analytics = house.add(
        PretendSystem(
            "analytics",
            rows={"visitor-42": [{"page": "/"}] * 3},
            finds_by=frozenset({IdentifierKind.DISTINCT_ID}),
        )
    )
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert {"crm": Found.FOUND, "analytics": Found.FOUND} == found(house, case)
    assert 2 == analytics.searches


async def test_a_clients_system_is_never_searched(house: House) -> None:
    """There we are only the processor: the person is sent to the client (LAW P-04)."""
    clients = house.add(PretendSystem("client-data", rows=HELD, controller=False))
    house.add(PretendSystem("crm", rows=HELD))
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()

    assert Found.EXEMPT is found(house, case)["client-data"]
    assert (0, 0) == (clients.searches, clients.exports)


async def test_an_error_that_quotes_the_person_reaches_no_history(house: House) -> None:
    """A connector breaks in its own way, with the address in its words; only a code travels."""
    words = f"GET /contacts?email={ADA_EMAIL} for {ADA_NAME} failed"
    house.add(PretendSystem("crm", rows=HELD, trouble=[ValueError(words), RuntimeError(words)]))
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.DECIDING)
        await cases.decide(
            house.desk, case, by_dpo(REFUSE, ground="12_5_excessive", facts={"tried": "clarify"}), WHY
        )
        closing = await house.life(case).result()

    assert Outcome.REFUSED is closing.outcome


async def test_an_export_that_fails_half_way_resumes_after_its_last_parcel(house: House) -> None:
    rows = [{"n": n, "text": "x" * 900} for n in range(5000)]
    system = house.add(PretendSystem("crm", rows={ADA_EMAIL: rows}, page_size=500))
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.DECIDING)
        system.trouble_after = 7
        system.trouble = [TemporaryError("crm", "throttled")]
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()

    archive = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE)))
    lines = archive.read("data/crm/visits.jsonl").decode().splitlines()
    assert 5000 == len(lines) == len(set(lines))


async def test_a_refused_mailbox_waits_for_a_hand_before_the_case_closes(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD))
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.DECIDING)
        house.post.trouble = [OperatorError("post", "recipient_refused")]
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.until(case, Status.BY_HAND)
        await cases.decide(house.desk, case, by_dpo(RETRY, system="post"))
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome
    assert [LetterKind.ACCESS_ANSWER, LetterKind.ANSWER_CODE] == house.post.kinds[-2:]


async def test_a_system_that_was_mended_teaches_the_others_too(house: House) -> None:
    """The CRM fails first; when it is asked again, what it teaches still reaches analytics."""
    learned = Identifier(kind=IdentifierKind.DISTINCT_ID, value="visitor-42", system="crm")
    trouble: list[Exception] = [OperatorError("crm", "credentials_refused")]
    house.add(PretendSystem("crm", rows=HELD, teaches={ADA_EMAIL: learned}, trouble=trouble))
    house.add(
        PretendSystem(
            "analytics",
            rows={"visitor-42": [{"page": "/"}] * 3},
            finds_by=frozenset({IdentifierKind.DISTINCT_ID}),
        )
    )
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.BY_HAND)
        await cases.decide(house.desk, case, by_dpo(RETRY, system="crm"))
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert {"crm": Found.FOUND, "analytics": Found.FOUND} == found(house, case)


async def test_a_system_that_answers_otherwise_after_a_retry_is_exported_anew(house: House) -> None:
    """Its export breaks; asked again it holds more; the bundle has the newer rows, each once."""
    crm = house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}, {"n": 2}]}, page_size=1))
    async with house.worker():
        case = await proved(house)
        await house.until(case, Status.DECIDING)
        crm.trouble_after, crm.trouble = 1, [OperatorError("crm", "credentials_refused")]
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.until(case, Status.BY_HAND)
        crm.rows = {ADA_EMAIL: [{"n": 1}, {"n": 2}, {"n": 3}]}
        await cases.decide(house.desk, case, by_dpo(RETRY, system="crm"))
        await house.life(case).result()

    archive = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE)))
    assert ['{"n":1}', '{"n":2}', '{"n":3}'] == archive.read("data/crm/visits.jsonl").decode().split()
