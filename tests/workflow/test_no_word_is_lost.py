"""What reaches a case in the moment in which a fresh history begins is taken, and taken once."""

import asyncio
import random
from collections.abc import Awaitable
from typing import Any

import pytest
from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.converter import WorkflowSerializationContext
from temporalio.exceptions import ApplicationError

from desk import cases
from dsar.case import Decision, RightsRequest
from dsar.decision_kinds import APPROVE_PLAN, RETRY, SECOND, TAKE_BACK, UPHOLD
from dsar.errors import InputError, OperatorError
from dsar.evidence import EvidenceKind
from dsar.systems import POST
from dsar.vocabulary import LetterKind, Outcome, Role, Status
from tests.workflow.beside import decide, entries
from tests.workflow.conftest import House
from tests.workflow.erasures import plan, system
from tests.workflow.long_lives import ended, goes_on, letters, run_of
from tests.workflow.test_complaints_are_looked_into import refused_access
from tests.workflow.test_two_must_agree import REFUSAL
from tests.workflow.test_what_is_theirs_goes_with_them import held
from workflows.case import DsarCase
from workflows.state import CaseState

FRESH, MOST_ROUNDS = 3, 600


async def planned(house: House) -> str:
    house.add(system())
    case = await house.open(right="erasure")
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    return case


class Hesitant:
    """Somebody who proposes to approve a plan and takes it back, again and again, and counts it."""

    def __init__(self, house: House, case: str) -> None:
        self.house, self.case = house, case
        self.proposed = self.taken_back = 0

    @property
    def proposals(self) -> list[str]:
        found = entries(self.house, self.case, EvidenceKind.PROPOSED)
        return [str(entry.facts["proposal"]) for entry in found]

    @property
    def decided(self) -> list[object]:
        return [e.facts["decision"] for e in entries(self.house, self.case, EvidenceKind.DECIDED)]

    @property
    def waits(self) -> bool:
        """Whether a proposal of theirs waits for a second person."""
        return self.proposed > self.taken_back

    @property
    def on_record(self) -> bool:
        return (self.proposed, self.taken_back) == (len(self.proposals), self.decided.count(TAKE_BACK))

    async def decide(self) -> None:
        """Decide once, after what was decided before is on record: until then the case is busy."""
        if not self.on_record:
            return
        decision = Decision(
            kind=APPROVE_PLAN, by="dpo", role=Role.DPO, plan=plan(self.house, self.case).digest
        )
        if self.waits:
            facts = {"proposal": self.proposals[-1]}
            decision = Decision(kind=TAKE_BACK, by="dpo", role=Role.DPO, facts=facts)
        if await taken(cases.decide(self.house.desk, self.case, decision)):
            self.proposed += decision.kind == APPROVE_PLAN
            self.taken_back += decision.kind == TAKE_BACK

    async def rearm(self) -> None:
        await self.house.life(self.case).execute_update("rearm", id=None)


async def taken(deed: Awaitable[object]) -> bool:
    """Whether a decision was taken. No other reason than that the case is busy may keep it from that."""
    try:
        await deed
    except InputError as refusal:
        if refusal.reason != "busy":
            raise
        return False
    return True


@pytest.mark.parametrize("seed", range(2))
async def test_what_is_decided_while_histories_end_and_begin_is_decided_once(house: House, seed: int) -> None:
    """Decisions and reckonings arrive at random moments, through several fresh histories."""
    dice, runs = random.Random(seed), set[str]()  # noqa: S311  # moments, and no secrets
    house.company.four_eyes = frozenset({APPROVE_PLAN})
    async with house.worker():
        case = await planned(house)
        person = Hesitant(house, case)
        for _ in range(MOST_ROUNDS):
            runs.add(await run_of(house, case))
            if len(runs) > FRESH and person.waits:
                break
            deeds = [person.decide, *[person.rearm] * dice.randint(0, 4)]
            dice.shuffle(deeds)
            await asyncio.gather(*(deed() for deed in deeds))
        await house.eventually(lambda: written(person), "a decision was taken, and never written down")
        await decide(house, case, SECOND, by="dpo_deputy", facts={"proposal": person.proposals[-1]})
        await house.until(case, Status.GRACE)
        await house.skip(case, days=8)
        found = await ended(house, case)

    assert Outcome.FULFILLED is found
    assert len(runs) > FRESH
    assert person.on_record
    assert person.taken_back > 0
    assert [1, 1] == [person.decided.count(APPROVE_PLAN), letters(house, LetterKind.ERASURE_OUTCOME)]


async def written(person: Hesitant) -> bool:
    return person.on_record


async def first_word(house: House, case: str, decision: Decision) -> None:
    """Begin this history of a case once more, with a decision that is there before its story runs."""
    client = house.environment.client
    newest = (await house.histories(case))[0].events[0].workflow_execution_started_event_attributes
    context = WorkflowSerializationContext(namespace=client.namespace, workflow_id=case)
    known = client.data_converter.with_context(context)
    args = await known.decode(list(newest.input.payloads), [RightsRequest, CaseState])
    await house.life(case).terminate()
    again: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        DsarCase.run,
        args=args,
        id=case,
        task_queue=house.queue,
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
    )
    await client.execute_update_with_start_workflow(
        DsarCase.decide, decision, start_workflow_operation=again, id="first-word"
    )


async def test_an_approval_that_a_fresh_history_finds_waiting_is_held_to_the_plan(house: House) -> None:
    async with house.worker():
        case = await planned(house)
        digest = plan(house, case).digest
        await goes_on(house, case)
        await first_word(house, case, Decision(kind=APPROVE_PLAN, by="dpo", role=Role.DPO, plan=digest))
        await house.until(case, Status.GRACE)
        await house.skip(case, days=8)
        found = await ended(house, case)

    assert Outcome.FULFILLED is found


async def test_a_word_about_the_last_letter_is_not_dropped_by_a_fresh_history(house: House) -> None:
    house.add(held("crm"))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        house.post.trouble = [OperatorError("post", "recipient_refused")]
        await decide(house, case, "refuse", **REFUSAL)
        await house.until(case, Status.BY_HAND)
        await goes_on(house, case)
        await first_word(house, case, Decision(kind=RETRY, by="dpo", role=Role.DPO, system=POST))
        found = await ended(house, case)

    assert Outcome.REFUSED is found
    assert 1 == letters(house, LetterKind.REFUSAL)


async def test_who_took_part_does_not_slip_in_while_a_fresh_history_begins(house: House) -> None:
    async with house.worker():
        earlier = await refused_access(house)
        case = await house.open(right="complaint", about=earlier)
        await house.until(case, Status.DECIDING)
        await goes_on(house, case)
        sound = {"kind": UPHOLD, "role": Role.DPO, "words_length": 50, "enquiries": 1, "changes": 1}
        with pytest.raises(WorkflowUpdateFailedError) as refusal:
            await first_word(house, case, Decision(by="dpo", **sound))  # type: ignore[arg-type]  # its fields

    assert isinstance(refusal.value.cause, ApplicationError)
    assert "took_part" == refusal.value.cause.details[0]
