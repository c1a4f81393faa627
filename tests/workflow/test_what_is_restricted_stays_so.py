"""A restriction is enforced, used through its gates alone, never lifted untold (Art. 18; RES-01..09)."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from desk import cases, restricting
from desk.letters import note_posted
from desk.shredding import ask
from desk.tasks import tasks
from dsar.case import Decision
from dsar.decision_kinds import CONFIRMED, OVERRIDE, RESTRICT, UPHOLD
from dsar.errors import InputError, OperatorError
from dsar.evidence import EvidenceKind
from dsar.restrictions import is_open
from dsar.vocabulary import LetterKind, Outcome, Role, Status, Verb
from tests.people import ADA_EMAIL
from tests.pretend_eraser import EVERY, PretendEraser
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import WORDS, entries, system
from tests.workflow.test_recipients_are_told import MAILING, settle, was_told

DAY = timedelta(days=1)


async def decided(house: House, case: str, kind: str, ground: str = "", reason: str = "") -> None:
    await house.until(case, Status.DECIDING)
    decision = Decision(kind=kind, by="dpo", role=Role.DPO, ground=ground)
    await cases.decide(house.desk, case, decision, reason)
    await house.until(case, Status.CLOSED)


async def restricted(house: House) -> tuple[str, PretendEraser]:
    crm = system()
    house.add(crm)
    case = await house.open(right="restriction")
    await house.prove(case)
    await decided(house, case, RESTRICT, "18_1_a")
    return case, crm


async def skip(house: House, case: str, days: int) -> None:
    handle = house.environment.client.get_workflow_handle(f"restriction/{case}")
    await house.environment.fast_forward(handle, days * DAY)


async def lifted(house: House, case: str) -> bool:
    return any(entry.key == "lifted" for entry in house.register.evidence(case))


def last(house: House, case: str, kind: EvidenceKind) -> Mapping[str, Any]:
    return [e.facts for e in house.register.evidence(case) if e.kind is kind][-1]


async def test_it_is_marked_in_the_system_told_and_stays_after_the_answer(house: House) -> None:
    async with house.worker():
        case, crm = await restricted(house)
        await skip(house, case, 200)

    assert {ADA_EMAIL} == crm.restricted
    assert Outcome.FULFILLED is house.register.case(case).outcome
    assert "Article 18(1)(a)" in house.post.last(LetterKind.RESTRICTION_PLACED).text
    assert [Verb.RESTRICT] == crm.deeds


async def test_each_use_is_on_record_with_its_gate_and_no_other_gate_exists(house: House) -> None:
    async with house.worker():
        case, _ = await restricted(house)
        for gate, words, reason in (("marketing", WORDS, "gate_unknown"), ("consent", "", "reason_missing")):
            with refused(reason):
                restricting.use(house.desk, case, gate, by="support", reason=words)
        restricting.use(house.desk, case, "legal_claims", by="support", reason=WORDS)
    used = last(house, case, EvidenceKind.RESTRICTED_USE)

    assert ("legal_claims", "support", "18_1_a") == (used["gate"], used["by"], used["ground"])
    assert WORDS not in str(used)


async def test_it_is_lifted_only_after_the_person_was_told_and_the_notice_has_run(house: House) -> None:
    async with house.worker():
        case, crm = await restricted(house)
        with refused("ending_unknown"):
            await restricting.end(house.desk, case, "claim_ended", by="dpo", reason=WORDS)
        with refused("role_refused"):
            await restricting.end(house.desk, case, "accuracy_decided", by="support", reason=WORDS)
        await restricting.end(house.desk, case, "accuracy_decided", by="dpo", reason=WORDS)
        await skip(house, case, 12)
        before = set(crm.restricted)
        told = LetterKind.RESTRICTION_ENDING in house.post.kinds
        await skip(house, case, 3)
        await house.eventually(lambda: lifted(house, case), "it was never lifted")

    assert told
    assert [{ADA_EMAIL}, set()] == [before, crm.restricted]


async def test_a_case_whose_restriction_stands_cannot_be_shredded(house: House) -> None:
    async with house.worker():
        case, _ = await restricted(house)
        with pytest.raises(InputError) as refusal:
            ask(house.desk, case, by="dpo")

    assert "restriction_open" == refusal.value.reason


@pytest.mark.parametrize(("kind", "ground"), [(UPHOLD, ""), (OVERRIDE, "21_1_override")])
async def test_an_objection_restricts_at_once_and_is_weighed(house: House, kind: str, ground: str) -> None:
    crm = system()
    house.add(crm)
    async with house.worker():
        case = await house.open(right="objection")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        while_weighed = set(crm.restricted)
        await decided(house, case, kind, ground, WORDS)
        await skip(house, case, 16)
        if kind == OVERRIDE:
            await house.eventually(lambda: lifted(house, case), "it was never lifted")
    letter = " ".join(house.post.last(LetterKind.OBJECTION_OUTCOME).text.split())

    assert {ADA_EMAIL} == while_weighed
    assert (set() if kind == OVERRIDE else {ADA_EMAIL}) == crm.restricted
    assert (Outcome.OVERRIDDEN if kind == OVERRIDE else Outcome.FULFILLED) is house.register.case(
        case
    ).outcome
    assert WORDS in letter
    assert ("You are right." in letter) is (kind == UPHOLD)


async def test_an_objection_that_is_taken_back_leaves_nobody_restricted(house: House) -> None:
    crm = system()
    house.add(crm)
    async with house.worker():
        case = await house.open(right="objection")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.until(case, Status.CLOSED)

    assert set() == crm.restricted
    assert 1 == len(entries(house, case, EvidenceKind.RECEIPT, Verb.LIFT))


async def marked(house: House, case: str) -> bool:
    return ("crm", "still_marked.cannot_lift") in {(t.system, t.reason) for t in tasks(house.desk)}


async def test_a_mark_that_no_machine_lifts_is_a_task_and_has_not_ended_before_it_is_off(
    house: House,
) -> None:
    house.company.receivers = (MAILING,)
    crm = system(verbs=EVERY - {Verb.LIFT})
    house.add(crm)
    async with house.worker():
        case = await house.open(right="restriction")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        placed = Decision(kind=RESTRICT, by="dpo", role=Role.DPO, ground="18_1_a")
        await cases.decide(house.desk, case, placed)
        await house.eventually(lambda: was_told(house), "no notice")
        await house.until(case, Status.DECIDING)
        await settle(house, case, CONFIRMED, "mailing", Role.SUPPORT)
        await house.until(case, Status.CLOSED)
        await restricting.end(house.desk, case, "accuracy_decided", by="dpo", reason=WORDS)
        await skip(house, case, 15)
        await house.eventually(lambda: marked(house, case), "no task")
        await skip(house, case, 30)
        notices, ended = house.post.kinds.count(LetterKind.RECIPIENT_NOTICE), await lifted(house, case)
        crm.restricted.clear()
        restricting.lifted(house.desk, case, "crm", by="support-1", reason=WORDS)
        waits_still = await marked(house, case)
        await skip(house, case, 8)
        await house.environment.client.get_workflow_handle(f"restriction/{case}").result()

    assert (1, False, False) == (notices, ended, waits_still)
    assert 2 == house.post.kinds.count(LetterKind.RECIPIENT_NOTICE)


async def test_an_objection_taken_back_waits_for_the_mark_that_no_machine_lifts(house: House) -> None:
    house.company.receivers = (MAILING,)
    crm = system(verbs=EVERY - {Verb.LIFT})
    house.add(crm)
    async with house.worker():
        case = await house.open(right="objection")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        withdrawal = asyncio.create_task(cases.withdraw(house.desk, case))
        await house.eventually(lambda: marked(house, case), "no task")
        notices = house.post.kinds.count(LetterKind.RECIPIENT_NOTICE)
        with refused("not_marked"):
            restricting.lifted(house.desk, case, "billing", by="support-1", reason=WORDS)
        crm.restricted.clear()
        restricting.lifted(house.desk, case, "crm", by="support-1", reason=WORDS)
        await house.skip(case, days=2)
        await withdrawal
        await house.until(case, Status.CLOSED)

    assert [1, 2] == [notices, house.post.kinds.count(LetterKind.RECIPIENT_NOTICE)]
    assert not is_open(house.register.evidence(case))


async def test_who_was_told_on_paper_was_told_and_the_restriction_ends(house: House) -> None:
    """The mail server refuses the notice; nothing is lifted until somebody hands it over."""
    async with house.worker():
        case, crm = await restricted(house)
        house.post.trouble = [OperatorError("post", "recipient_refused") for _ in range(99)]
        await restricting.end(house.desk, case, "accuracy_decided", by="dpo", reason=WORDS)
        await house.eventually(lambda: waits(house, case), "no task")
        await skip(house, case, 60)
        still = set(crm.restricted)
        note_posted(house.desk, case, LetterKind.RESTRICTION_ENDING, by="support-1")
        await skip(house, case, 8)
        await house.eventually(lambda: lifted(house, case), "never lifted")

    assert set() == crm.restricted
    assert {ADA_EMAIL} == still


async def waits(house: House, case: str) -> bool:
    return f"{LetterKind.RESTRICTION_ENDING}.recipient_refused" in {task.reason for task in tasks(house.desk)}
