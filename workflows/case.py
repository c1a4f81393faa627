"""The life of one rights request, from the day it arrives to the closed file.

Messages write, `run` reads: a handler notes one fact and returns; only the story acts on it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from dsar.case import CaseView, Closing, Decision, ProofGiven, RightsRequest, SystemAnswer
    from dsar.decisions import ACCEPT_GAP, MANUAL_DONE, REFUSE, RETRY, check_decision
    from dsar.errors import InputError
    from dsar.identity import required_proof
    from dsar.systems import Completeness
    from dsar.vocabulary import Found, Outcome, Proof, Right, Status
from workflows import access, steps
from workflows.attributes import show_due, show_status
from workflows.proving import Proving
from workflows.searching import Searching
from workflows.state import CaseState, at_first
from workflows.timekeeper import Timekeeper

# One coroutine per right. A right that is not here yet is refused at the desk, never faked.
DEEDS: Mapping[Right, Callable[["DsarCase"], Awaitable[Outcome]]] = {Right.ACCESS: access.disclose}

NOT_NOW = {
    "proof_not_wanted": "identity is proved already, or the case is over; see `show`",
    "code_locked": "codes are locked after five wrong ones; prove with --document instead",
    "too_late": "the answer is being written or was sent; it cannot be withdrawn any more",
}


class _Ended(Exception):  # noqa: N818  # not an error: a person ended the story
    """Ends the story wherever it waits."""

    def __init__(self, outcome: Outcome, decision: Decision | None = None) -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.decision = decision


@workflow.defn(name="dsar-case")
class DsarCase:
    """One right of one person under one regime."""

    @workflow.init
    def __init__(self, request: RightsRequest, state: CaseState | None) -> None:
        self.request = request
        self._state = state = state or at_first(request)
        self._outcome: Outcome | None = None
        self._withdrawn = self._answering = False
        self._proving = Proving(request, state.proving, self.until)
        self._searching = Searching(request, state.searching)
        self._timekeeper = Timekeeper(request, state.clock, lambda: state.status, show_due)
        self._decisions: list[Decision] = []

    @workflow.run
    async def run(self, request: RightsRequest, state: CaseState | None) -> Closing:  # noqa: ARG002  # as `init`
        """Live the case, from `state` on if an earlier history began it. Returns how it ended."""
        await self._is_acknowledged()
        watch = asyncio.create_task(self._timekeeper.keep())
        try:
            ended = _Ended(await self._life())
        except _Ended as early:
            ended = early
        watch.cancel()
        closing = await steps.close(request, ended.outcome, ended.decision)
        self._outcome = ended.outcome
        self._stand(Status.CLOSED)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return closing

    async def _life(self) -> Outcome:
        if not self._searching.is_over:
            if not await self._identity_is_proved():
                return Outcome.NOT_IDENTIFIED
            self._stand(Status.DISCOVERING)
            await self._searching.everywhere()
        await self.settle_gaps()
        await self._released()
        self._answering = True
        self._stand(Status.ANSWERING)
        return await DEEDS[self.request.right](self)

    async def _is_acknowledged(self) -> None:
        if self._state.clock.reckonings == 0:
            self._state.clock.due_on = (await steps.acknowledge(self.request)).due_on
            show_due(self._state.clock.due_on)

    async def _identity_is_proved(self) -> bool:
        if required_proof(self.request.right, self.request.requester) is Proof.NONE:
            return True
        self._stand(Status.IDENTIFYING)
        return await self._proving.settled()

    @property
    def systems(self) -> Completeness:
        """What every registered system answered."""
        return self._searching.systems

    def hear(self, *answers: SystemAnswer) -> None:
        """Note newer answers of systems."""
        self._searching.systems = self.systems.heard(answers)

    async def settle_gaps(self) -> None:
        """Wait until no system's answer is unknown: by machine, by hand, or as an accepted gap."""
        while self.systems.gaps:
            await self._act_on(await self._next_decision(Status.BY_HAND))

    async def by_hand(self, what: str, reason: str) -> bool:
        """Have a person mend `what`. Returns True if it is to be tried again, False if done by hand."""
        self.hear(SystemAnswer(system=what, found=Found.UNKNOWN, reason=reason))
        await self.settle_gaps()
        return what not in self.systems.answers

    async def _released(self) -> None:
        await self._act_on(await self._next_decision(Status.DECIDING))

    async def _act_on(self, decision: Decision) -> None:
        if decision.kind == REFUSE:
            raise _Ended(Outcome.REFUSED, decision)
        if decision.kind == RETRY:
            await self._searching.again(decision.system)
        elif decision.kind == MANUAL_DONE:
            self._searching.systems = self.systems.settled(decision.system, Found.MANUAL_DONE)
        elif decision.kind == ACCEPT_GAP:
            self._searching.systems = self.systems.settled(decision.system, Found.FAILED_ACCEPTED)

    async def _next_decision(self, status: Status) -> Decision:
        self._stand(status)
        if not self._decisions and not self._state.called:
            await self._call_a_person(status)
        await self.until(lambda: bool(self._decisions))
        decision = self._decisions.pop(0)
        self._state.called = False
        self._state.decided += 1
        await steps.note_decision(steps.order(self.request, decision=decision, number=self._state.decided))
        return decision

    async def _call_a_person(self, status: Status) -> None:
        self._state.called = True
        self._state.calls += 1
        number, gaps = self._state.calls, tuple(self.systems.answers[gap] for gap in self.systems.gaps)
        await steps.call_a_person(steps.order(self.request, status=status, number=number, answers=gaps))

    async def until(self, fact: Callable[[], bool], limit: timedelta | None = None) -> None:
        """Wait for a fact, at most `limit`. Withdrawal ends any wait; a fresh history may go on with it."""

        def over() -> bool:
            return fact() or self._withdrawn

        with suppress(TimeoutError):
            await workflow.wait_condition(lambda: over() or self._history_is_full(), timeout=limit)
        if self._history_is_full() and not over():
            await workflow.wait_condition(workflow.all_handlers_finished)
            if not over():
                workflow.continue_as_new(args=[self.request, self._state])
        if self._withdrawn:
            raise _Ended(Outcome.WITHDRAWN)

    def _history_is_full(self) -> bool:
        """Whether a fresh history should begin here: nothing is under way, and all is in the state.

        Not while the answer is being made: what was exported and posted so far is no part of the state.
        """
        at_rest = self._timekeeper.resting and not self._answering
        return at_rest and workflow.info().is_continue_as_new_suggested()

    def _stand(self, status: Status) -> None:
        if status is not self._state.status:
            self._state.status = status
            show_status(status)

    @workflow.query(name="status")
    def status(self) -> CaseView:
        """Where the case stands: nothing personal."""
        return CaseView(
            case_id=self.request.case_id,
            status=self._state.status,
            right=self.request.right,
            regime=self.request.regime,
            received_on=self.request.received_on,
            due_on=self._state.clock.due_on,
            owner=self.request.owner,
            outcome=self._outcome,
            systems=self.systems.statement,
        )

    @workflow.update(name="prove-identity")
    def prove_identity(self, proof: ProofGiven) -> Status:
        """Note a proof that the register has recorded."""
        self._proving.give(proof)
        return self._state.status

    @workflow.update(name="note-lock")
    def note_lock(self) -> Status:
        """Note that too many wrong codes were tried."""
        self._proving.lock()
        return self._state.status

    @workflow.update(name="ask-again")
    def ask_again(self) -> int:
        """Have a fresh one-time code sent."""
        return self._proving.ask_again()

    @workflow.update(name="decide")
    def decide(self, decision: Decision) -> Status:
        """Note a person's decision."""
        self._decisions.append(decision)
        return self._state.status

    @workflow.update(name="withdraw")
    def withdraw(self) -> Status:
        """Note that the person no longer wants it."""
        self._withdrawn = True
        return self._state.status

    @prove_identity.validator
    def _proof_is_wanted(self, proof: ProofGiven) -> None:  # noqa: ARG002  # a validator takes what its update takes
        self._refuse_unless(self._state.status in {Status.RECEIVED, Status.IDENTIFYING}, "proof_not_wanted")

    @ask_again.validator
    def _code_is_wanted(self) -> None:
        locked = self._proving.locked
        wanted = self._state.status is Status.IDENTIFYING and not locked
        self._refuse_unless(wanted, "code_locked" if locked else "proof_not_wanted")

    @decide.validator
    def _decision_is_lawful(self, decision: Decision) -> None:
        try:
            check_decision(decision, status=self._state.status, gaps=self.systems.gaps)
        except InputError as refusal:
            raise ApplicationError(refusal.hint, refusal.reason, refusal.field, type="InputError") from None

    @withdraw.validator
    def _not_too_late(self) -> None:
        self._refuse_unless(self._state.status not in {Status.ANSWERING, Status.CLOSED}, "too_late")

    def _refuse_unless(self, allowed: bool, reason: str) -> None:  # noqa: FBT001  # reads as a sentence
        if not allowed:
            raise ApplicationError(NOT_NOW[reason], reason, "case", type="InputError")
