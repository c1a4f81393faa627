"""Processors without an interface: written to, chased, escalated, their answer recorded (LAW PRC-05)."""

from datetime import date
from pathlib import Path
from typing import Any

import pyrage

from connectors import mail
from desk import cases
from desk.copies import Copy
from desk.tasks import Shown, settle, tasks
from dsar.decision_kinds import ACCEPT_GAP, CONFIRM, MANUAL_DONE, RESTRICT, RETRY
from dsar.duties import ErasurePolicy
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.holdings import Collection, Holding
from dsar.ports import Letter
from dsar.tasks import Task
from dsar.vocabulary import Category, Found, LetterKind, Outcome, Right, Status
from tests.contract.connectors.systems.mail import SETTINGS
from tests.people import ADA_EMAIL, ADA_PHONE
from tests.pretend_eraser import PretendEraser
from tests.pretend_tools import VISITS
from tests.workflow.conftest import House
from tests.workflow.copies import released
from tests.workflow.corrections import NEW, WISH, answer
from tests.workflow.erasures import approve, told
from tests.workflow.test_no_system_is_left_unknown import HELD, WHY, by_dpo, found, proved
from tests.workflow.test_nobody_gets_what_is_not_theirs import called_again
from tests.workflow.test_what_must_stay_is_named import hold

MAILINGS = Holding(system="mill", collection="mailings", category=Category.MARKETING_COMMS, count=7)
RETURNED = Holding(system="mill", collection="returned_letters", category=Category.CONTACT, count=2)
SENT = Collection(name=MAILINGS.collection, category=MAILINGS.category)
LETTER = b"%PDF-1.7 their answer"


def furnished(house: House, **more: Any) -> House:
    settings = mail.Settings.model_validate(SETTINGS | more)
    house.systems["mill"] = mail.connect("mill", settings)  # type: ignore[assignment]  # as good as a pretend
    return house


def written(house: House) -> list[tuple[str, Letter]]:
    return [(to, one) for to, one in house.post.letters if one.kind is LetterKind.PROCESSOR_REQUEST]


def text(letter: Letter) -> str:
    return " ".join(letter.text.split())


async def asked(house: House, case: str, times: int) -> None:
    """Wait until the processor was written to so often, and its task stands on the desk."""

    async def there() -> bool:
        facts = [e for e in house.register.evidence(case) if e.kind is EvidenceKind.PROCESSOR_ASKED]
        return len(facts) >= times and bool(tasks(house.desk))

    await house.eventually(there, f"the processor was never asked {times} times")
    await house.until(case, Status.BY_HAND)


async def doubted(house: House, case: str) -> bool:
    return found(house, case)["mill"] is Found.AMBIGUOUS


def only_task(house: House) -> Task:
    [task] = tasks(house.desk)
    return task


async def end(house: House, case: str, outcome: str, *held: Holding, copies: tuple[Path, ...] = ()) -> None:
    made = [Copy(collection=SENT, path=path) for path in copies]
    shown = Shown(proof=LETTER, held=held, copies=made)
    await settle(house.desk, case, "mill", outcome, by="support-1", note=WHY, shown=shown)


async def test_a_processor_is_asked_who_it_is_about_only_in_the_letter_and_answers_through_staff(
    house: House, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.csv"
    copy.write_text("mailing,on\nspring,2026-03-01\n", "utf-8")
    async with furnished(house).worker():
        case = await proved(house)
        await asked(house, case, 1)
        task = only_task(house)
        await end(house, case, "done", copies=(copy,))
        await released(house, case)
        closing = await house.life(case).result()

    [(to, letter)] = written(house)
    [fact] = [e.facts for e in house.register.evidence(case) if e.kind is EvidenceKind.PROCESSOR_ASKED]
    [decided] = [e for e in house.register.evidence(case) if e.facts.get("decision") == MANUAL_DONE]
    assert Outcome.FULFILLED is closing.outcome
    assert "privacy@mill.example" == to
    assert [False, True, True] == [ADA_EMAIL in one for one in (letter.subject, letter.text, letter.html)]
    assert case in letter.subject
    assert "send us a copy" in text(letter)
    assert ("mill_desk", "by_mail:mill_desk") == (task.owner, task.reason)
    assert task.deadline_on == date.fromisoformat(str(fact["answer_by"]))
    assert {"system": "mill", "verb": "find", "reason": ""} == {
        k: fact[k] for k in ("system", "verb", "reason")
    }
    assert ("support-1", LETTER) == (decided.facts["by"], house.vault.get(case, str(decided.facts["proof"])))
    assert {"mill": Found.MANUAL_DONE} == found(house, case)
    assert ADA_EMAIL not in str(house.register.evidence(case))


async def test_an_erasure_asks_to_search_first_then_names_what_goes_and_what_must_stay(house: House) -> None:
    house.policy = ErasurePolicy(holds=(hold(system="mill", collections=frozenset({"returned_letters"})),))
    async with furnished(house).worker():
        case = await house.open(right=Right.ERASURE.value)
        await house.prove(case)
        await asked(house, case, 1)
        await end(house, case, "found", MAILINGS, RETURNED)
        await approve(house, case)
        await house.skip(case, days=8)
        await asked(house, case, 2)
        task = only_task(house)
        await end(house, case, "done")
        closing = await house.life(case).result()

    search, deed = (text(letter) for _, letter in written(house))
    going, staying = deed.split("Please keep these")
    assert Outcome.PARTLY_FULFILLED is closing.outcome
    assert "Please change nothing yet" in search
    assert "Please erase the data below" in going
    assert "mailings" in going
    assert "returned letters" not in going
    assert "returned letters" in staying
    assert ("mill_desk", "by_mail:mill_desk:erase") == (task.owner, task.reason)
    assert "Letters that were printed for you" in told(house)


async def test_a_processor_that_was_doubted_and_confirmed_is_still_asked_to_erase(house: House) -> None:
    """Another system knows several people by that address: what the processor found waits for the DPO."""
    refused: list[Exception] = [OperatorError("crm", "credentials_refused")]
    house.add(PretendEraser("crm", rows=HELD, people=2, trouble=refused))
    async with furnished(house).worker():
        case = await house.open(right=Right.ERASURE.value)
        await house.prove(case)
        await asked(house, case, 1)
        await end(house, case, "found", MAILINGS)
        await called_again(house, case, 2)
        await cases.decide(house.desk, case, by_dpo(RETRY, system="crm"))
        await house.eventually(lambda: doubted(house, case), "the processor's finding was never doubted")
        await called_again(house, case, 3)
        await cases.decide(house.desk, case, by_dpo(ACCEPT_GAP, system="crm"), WHY)
        await called_again(house, case, 4)
        await cases.decide(house.desk, case, by_dpo(CONFIRM, system="mill"), WHY)
        await approve(house, case)
        await house.skip(case, days=8)
        await asked(house, case, 2)
        task = only_task(house)
        await end(house, case, "done")
        await house.life(case).result()

    assert "Please erase the data below" in text(written(house)[-1][1])
    assert ("mill_desk", "by_mail:mill_desk:erase") == (task.owner, task.reason)


async def test_a_correction_is_written_to_a_processor_once_it_was_accepted(house: House) -> None:
    async with furnished(house).worker():
        case = await house.open(right="rectification", corrections=WISH)
        await house.prove(case)
        await asked(house, case, 1)
        await end(house, case, "found", MAILINGS)
        await answer(house, case, 1, "accept")
        await asked(house, case, 2)
        await end(house, case, "done")
        closing = await house.life(case).result()

    search, deed = (text(letter) for _, letter in written(house))
    assert Outcome.FULFILLED is closing.outcome
    assert NEW not in search
    assert f"phone: {NEW}" in deed
    assert "Please correct" in deed


async def test_a_restriction_is_asked_for_in_the_language_of_the_processor(house: House) -> None:
    async with furnished(house, locale="de").worker():
        case = await house.open(right=Right.RESTRICTION.value)
        await house.prove(case)
        await asked(house, case, 1)
        await end(house, case, "found", MAILINGS)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RESTRICT, ground="18_1_a"), WHY)
        await asked(house, case, 2)
        await end(house, case, "done")
        await house.until(case, Status.CLOSED)

    assert "speichern Sie die unten genannten Daten nur noch" in text(written(house)[-1][1])
    assert {"mill": Found.MANUAL_DONE} == found(house, case)


async def test_what_is_to_stop_is_asked_for_at_once_without_a_search(house: House) -> None:
    collections = {"visits": {"category": VISITS.category.value}}
    async with furnished(house, collections=collections).worker():
        case = await house.open(right=Right.MARKETING_OBJECTION.value)
        await asked(house, case, 1)
        await end(house, case, "done")
        closing = await house.life(case).result()

    [(_, letter)] = written(house)
    assert Outcome.FULFILLED is closing.outcome
    assert "Please stop the following" in text(letter)
    assert "studying visits" in text(letter)


async def test_who_it_is_about_is_sealed_beside_the_letter_if_the_settings_say_so(house: House) -> None:
    key = pyrage.x25519.Identity.generate()
    async with furnished(house, seal_to=str(key.to_public()), known_by=["email", "phone"]).worker():
        case = await house.open(phone=ADA_PHONE)
        await house.prove(case)
        await asked(house, case, 1)

    [(_, letter)] = written(house)
    assert not [one for one in (letter.subject, letter.text, letter.html) if ADA_EMAIL in one]
    assert f"Email address: {ADA_EMAIL}\r\n" == pyrage.decrypt(letter.enclosed, [key]).decode()
