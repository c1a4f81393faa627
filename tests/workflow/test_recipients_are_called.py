"""Recipients that take requests by machine: called, asked until they answer, else written to (Art. 19)."""

import uuid
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from desk import cases, restricting
from desk.letters import note_posted
from desk.recipients import Line, recipients
from desk.tasks import tasks
from dsar.case import Decision
from dsar.decision_kinds import CONFIRMED, RESTRICT, WAIVED
from dsar.errors import DsarError, OperatorError, TemporaryError
from dsar.opendsr import Asked, Endpoint, Progress
from dsar.recipients import Recipient
from dsar.vocabulary import Category, LetterKind, Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House
from tests.workflow.corrections import NEW, add, answer, asked, shop
from tests.workflow.erasures import WORDS, approved, system, told
from tests.workflow.test_recipients_are_told import ATTIC, MAILING, settle
from tests.workflow.test_what_is_restricted_stays_so import skip

ENDPOINT = Endpoint(url="https://dsr.mill.example/v1/requests", credential="env:MILL", takes=tuple(Asked))
MILL = replace(MAILING, endpoint=ENDPOINT)
SILENT_MILL = replace(MILL, email="")


def line(house: House, case: str) -> Line:
    return next(one for one in recipients(house.desk, case) if one.code == "mailing")


async def stands(house: House, case: str, answer: str) -> bool:
    return any(one.answer == answer for one in recipients(house.desk, case))


def notices(house: House) -> list[str]:
    return [
        " ".join(one.text.split()) for _, one in house.post.letters if one.kind is LetterKind.RECIPIENT_NOTICE
    ]


async def erased(house: House, *receivers: Recipient) -> str:
    """A case whose deed is done."""
    house.company.receivers = receivers
    house.add(system())
    case = await approved(house)
    await house.skip(case, days=8)
    return case


async def test_one_that_says_it_is_done_lets_the_case_close_without_a_hand(house: House) -> None:
    house.messenger.stands["mailing"] = Progress.COMPLETED
    async with house.worker():
        case = await erased(house, MILL)
        closing = await house.life(case).result()

    [(code, body)] = house.messenger.taken
    found = line(house, case)
    assert ("mailing", "confirmed", 1, "") == (code, found.answer, found.notices, found.by)
    assert "Post Mill Mailing Ltd" in told(house)
    assert [] == notices(house)
    assert Outcome.FULFILLED is closing.outcome
    assert 4 == uuid.UUID(body["subject_request_id"]).version
    assert ("gdpr", "erasure") == (body["regulation"], body["subject_request_type"])
    assert [ADA_EMAIL] == [one["identity_value"] for one in body["subject_identities"]]
    assert case == body["extensions"]["dsr.mill.example"]["reference"]


async def test_one_that_works_on_it_is_asked_again_until_it_is_done(house: House) -> None:
    async with house.worker():
        case = await erased(house, MILL)
        await house.eventually(lambda: stands(house, case, "sent"), "it was never taken")
        await house.until(case, Status.DECIDING)
        house.messenger.stands["mailing"] = Progress.COMPLETED
        await house.skip(case, hours=7)
        await house.life(case).result()

    assert ("confirmed", 1) == (line(house, case).answer, len(house.messenger.taken))
    assert house.messenger.looks >= 2
    on = {entry.key: entry.at for entry in house.register.evidence(case)}
    assert on["answered:mailing"] - on["called:mailing"] >= timedelta(hours=5)  # when they said so


async def test_one_that_refuses_is_a_task_and_chased_until_a_person_settles_it(house: House) -> None:
    house.messenger.stands["mailing"] = Progress.CANCELLED
    async with house.worker():
        case = await erased(house, MILL)
        await house.eventually(lambda: stands(house, case, "refused"), "it never refused")
        await house.until(case, Status.DECIDING)
        waiting = [(task.system, task.reason) for task in tasks(house.desk)]
        await house.days(case, 11)
        chased = line(house, case)
        await settle(house, case, WAIVED, "mailing")
        await house.life(case).result()

    assert [("recipient:mailing", "refused")] == waiting
    assert ("refused", 2) == (chased.answer, chased.notices)
    assert 1 == len(notices(house))
    assert ("waived_by_dpo", ()) == (line(house, case).answer, tasks(house.desk))


@pytest.mark.parametrize(
    ("receiver", "answer", "letters"), [(MILL, "sent", 1), (SILENT_MILL, "unsent", 0)], ids=["letter", "task"]
)
@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ([OperatorError("recipient:mailing", "credentials_refused")], "credentials_refused"),
        ([TemporaryError("recipient:mailing", "unreachable")] * 500, "unreachable"),
    ],
    ids=["refused", "away"],
)
async def test_one_that_cannot_be_called_gets_a_letter_or_is_a_task(
    house: House, receiver: Recipient, answer: str, letters: int, trouble: list[DsarError], reason: str
) -> None:
    house.messenger.trouble = list(trouble)
    async with house.worker():
        case = await erased(house, receiver)
        await house.until(case, Status.DECIDING)
        while not await stands(house, case, answer):
            await house.skip(case, hours=6)
        found = line(house, case)
        waiting = [(task.system, task.reason) for task in tasks(house.desk)]
        await settle(house, case, WAIVED, "mailing")
        await house.life(case).result()

    assert letters == len(notices(house))
    assert reason == found.reason
    assert ([("recipient:mailing", "unsent")] if answer == "unsent" else []) == waiting
    assert [] == house.messenger.taken


async def test_a_person_may_settle_one_that_never_answers(house: House) -> None:
    async with house.worker():
        case = await erased(house, MILL, ATTIC)
        await house.eventually(lambda: stands(house, case, "sent"), "it was never taken")
        await house.until(case, Status.DECIDING)
        await settle(house, case, WAIVED, "mailing")
        await house.until(case, Status.DECIDING)
        await settle(house, case, WAIVED, "attic")
        await house.life(case).result()

    assert "waived_by_dpo" == line(house, case).answer


async def test_a_correction_goes_along_with_the_call_and_what_is_not_taken_goes_by_letter(
    house: House,
) -> None:
    mill = replace(MILL, categories=frozenset(Category))
    only_erases = replace(mill, code="other", endpoint=replace(ENDPOINT, takes=(Asked.ERASURE,)))
    house.company.receivers = (mill, only_erases)
    house.messenger.stands["mailing"] = Progress.COMPLETED
    add(house, shop())
    async with house.worker():
        case = await asked(house)
        await answer(house, case, 1, "accept")
        await house.eventually(lambda: stands(house, case, "confirmed"), "it never confirmed")
        await house.until(case, Status.DECIDING)
        await settle(house, case, WAIVED, "other")
        await house.life(case).result()

    [(code, body)] = house.messenger.taken
    corrections = body["extensions"]["dsr.mill.example"]["corrections"]
    assert ("mailing", "rectification") == (code, body["subject_request_type"])
    assert [{"attribute": "phone", "value": NEW}] == corrections
    assert 1 == len(notices(house))


async def restricted(house: House, **settled: str) -> str:
    """A closed case of a restriction, of which these recipients were told, as settled."""
    house.add(system())
    case = await house.open(right="restriction")
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    placed = Decision(kind=RESTRICT, by="dpo", role=Role.DPO, ground="18_1_a")
    await cases.decide(house.desk, case, placed)
    await house.eventually(lambda: house.wrote(LetterKind.RESTRICTION_PLACED), "no letter")
    for code, how in settled.items():
        await house.until(case, Status.DECIDING)
        await settle(house, case, how, code)
        await house.eventually(partial(is_settled, house, case, code), "never settled")
    await house.life(case).result()
    return case


async def ended(house: House, case: str) -> None:
    await restricting.end(house.desk, case, "accuracy_decided", by="dpo", reason=WORDS)
    await skip(house, case, 15)
    handle = house.environment.client.get_workflow_handle(f"restriction/{case}")
    await handle.result()


async def test_whoever_was_told_of_a_restriction_is_told_of_its_end(house: House) -> None:
    house.company.receivers = (MAILING, ATTIC)
    async with house.worker():
        case = await restricted(house, mailing=CONFIRMED, attic=WAIVED)
        before = recipients(house.desk, case)
        await ended(house, case)

    letter = house.post.last(LetterKind.RESTRICTION_ENDING).text
    assert [False, True] == ["The restriction has ended" in one for one in notices(house)]
    assert (True, False) == (MAILING.name in letter, ATTIC.name in letter)
    assert before == recipients(house.desk, case)
    assert sorted(set(house.post.names)) == sorted(house.post.names), "a post office would drop one"
    assert () == tasks(house.desk)


async def test_whom_no_letter_tells_of_the_end_is_told_by_a_person(house: House) -> None:
    house.company.receivers = (ATTIC,)
    async with house.worker():
        case = await restricted(house, attic=CONFIRMED)
        await ended(house, case)

    waiting = [(task.system, task.reason) for task in tasks(house.desk)]
    note_posted(house.desk, case, LetterKind.RECIPIENT_NOTICE, by="support")
    assert ([("post", "recipient_notice.attic")], ()) == (waiting, tasks(house.desk))


async def test_who_left_the_companys_facts_meanwhile_is_told_of_the_end_by_a_person(house: House) -> None:
    house.company.receivers = (MAILING,)
    async with house.worker():
        case = await restricted(house, mailing=CONFIRMED)
        house.company.receivers = ()
        await ended(house, case)

    assert [("post", "recipient_notice.mailing")] == [(t.system, t.reason) for t in tasks(house.desk)]


async def test_an_objection_that_is_taken_back_is_told_to_whoever_heard_of_it(house: House) -> None:
    house.company.receivers = (MAILING, replace(SILENT_MILL, code="mill"))
    house.add(system())
    async with house.worker():
        case = await house.open(right="objection")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        await house.eventually(lambda: stands(house, case, "sent"), "nobody was told")
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert [False, True] == ["The restriction has ended" in one for one in notices(house)]


async def is_settled(house: House, case: str, code: str) -> bool:
    return any(one.code == code and one.by for one in recipients(house.desk, case))
