"""The life of one rights request, from the day it arrives to the closed file.

Messages write, `run` reads: a handler notes one fact and returns; only the story acts on it.
"""

from datetime import date

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from dsar.case import CaseView, Closing, Decision, RightsRequest, SystemAnswer
    from dsar.decision_kinds import ANSWER
    from dsar.errors import InputError
    from dsar.hands import deed
    from dsar.systems import POST, Completeness
    from dsar.vocabulary import Found, Outcome, Status, Verb
from workflows import steps
from workflows.attended import attended
from workflows.attributes import show, show_due
from workflows.beside import Beside
from workflows.carrying import Carrying
from workflows.courses import COURSES
from workflows.deciding import Deciding
from workflows.identifying import Identifying
from workflows.posting import told
from workflows.proving import Proving
from workflows.refusals import refuse_unless
from workflows.searching import Searching
from workflows.state import CaseState, ErasingState, at_first
from workflows.timekeeper import Timekeeper
from workflows.waiting import Ended, Waiting
from workflows.writing import Writing

RESUMES = "answers-resume"  # since then a fresh history may begin while any right's answer is made


@workflow.defn(name="dsar-case")
class DsarCase(Identifying, Carrying):
    """One right of one person under one regime."""

    @workflow.init
    def __init__(self, request: RightsRequest, state: CaseState | None) -> None:
        self.request = request
        self._state = state = state or at_first(request)
        self.answering, self.recipients = state.answering, state.recipients
        self._outcome: Outcome | None = None
        self._waiting = Waiting(request, state, self._at_rest)
        self.until = self._waiting.until
        self._searching = Searching(request, state.searching)
        self._timekeeper = Timekeeper(request, state, show_due)
        self._proving = Proving(request, state.proving, self.until, self._timekeeper.note, self._reach)
        self._beside = Beside(
            request, state, self._timekeeper, self._waiting.end, lambda: self.answering.begun, self.hear
        )
        self._writing = Writing(request, lambda: self.systems)
        self._deciding = Deciding(
            request, state, self._searching, self.until, self.stand, self._again, self._beside
        )
        self.concluded, self.settle_gaps = self._deciding.concluded, self._deciding.settle_gaps
        self.recipient_settled = self._deciding.recipient_settled

    @workflow.run
    async def run(self, request: RightsRequest, state: CaseState | None) -> Closing:  # noqa: ARG002  # as `init`
        """Live the case, from `state` on if an earlier history began it. Returns how it ended."""
        await self._is_acknowledged()
        watches = (self._timekeeper, self._beside, self._writing)
        beside = [attended(watch.keep()) for watch in watches]
        ended = self._waiting.ended or await self._lived()
        await told(self, ended)
        await workflow.wait_condition(lambda: not self._beside.busy)
        for watch in beside:
            watch.cancel()
        closing = await steps.close(request, ended.outcome, ended.decision)
        self._outcome, self._state.status = ended.outcome, Status.CLOSED  # shown by the end of the execution
        await workflow.wait_condition(workflow.all_handlers_finished)
        return closing

    async def _lived(self) -> Ended:
        try:
            ended = Ended(await self._life())
        except Ended as early:
            ended = early
        self._waiting.close(ended)
        self._deciding.offer_nothing()
        self.answering.posting = 0  # nobody waits for that letter any more
        return ended

    async def _life(self) -> Outcome:
        course = COURSES[self.request.right]
        if not self._searching.is_over:
            if not self._proving.proved:
                self.stand(Status.IDENTIFYING)
            if not await self._proving.settled():
                return Outcome.NOT_IDENTIFIED
            if course.searches:
                self.stand(Status.DISCOVERING)
                await self._searching.everywhere()
        return await course.deed(self)

    async def _is_acknowledged(self) -> None:
        if self._state.clock.reckonings == 0:
            self._state.clock.due_on = (await steps.acknowledge(self.request)).due_on
            self.stand(Status.DISCOVERING if self._proving.proved else Status.IDENTIFYING)

    @property
    def systems(self) -> Completeness:
        """What every registered system answered."""
        return self._searching.systems

    @property
    def erasing(self) -> ErasingState:
        """How far an erasure has come."""
        return self._state.erasing

    def hear(self, *answers: SystemAnswer) -> None:
        """Note newer answers of systems."""
        self._searching.hear(answers)

    def in_hands(self, system: str, verb: Verb) -> SystemAnswer:
        """Return the gap of a deed that no machine can do: it waits for whoever was asked to search."""
        reason = deed(self.systems.answers[system].reason, verb)
        return SystemAnswer(system=system, found=Found.UNKNOWN, reason=reason)

    def forget(self, system: str) -> None:
        """Drop what a system answered: it will be asked anew."""
        self._searching.systems = self.systems.without(system)

    @property
    def tries(self) -> int:
        """Which try this is: every decision begins another."""
        return self._state.decided + 1

    async def _again(self, system: str) -> None:
        again = COURSES[self.request.right].again
        if system == POST and not self._proving.proved:
            self.forget(system)
        elif again:
            await again(self, system)
        else:
            self.stand(Status.DISCOVERING)
            await self._searching.again(system)

    async def released(self) -> None:
        """Wait for the DPO's release, unless the answer was begun in an earlier history."""
        if not self.answering.begun:
            await self.concluded(*ANSWER)
            self.begin_to_answer()

    def waits_for_a_hand(self) -> None:
        """Have staff reminded, from today on, that something waits."""
        self._state.by_hand_since = self._state.by_hand_since or workflow.now().date()

    def begin_to_answer(self) -> None:
        """From now on what was asked for is being done: nobody withdraws it, and nobody has.

        Raises:
            Ended: somebody has.
        """
        self._waiting.check()
        self.answering.begun = True
        self.stand(Status.ANSWERING)

    async def by_hand(self, what: str, reason: str) -> bool:
        """Have a person mend `what`. Returns True if it is to be tried again, False if done by hand."""
        self.hear(SystemAnswer(system=what, found=Found.UNKNOWN, reason=reason))
        return await self.mended(what)

    async def mended(self, what: str) -> bool:
        """Wait until no gap is left, `what` neither. Returns True if it is to be tried again, else False."""
        await self.settle_gaps()
        self.stand(Status.ANSWERING)
        return what not in self.systems.answers

    async def _reach(self, reason: str) -> bool:
        """Have a person reach whom no letter reaches. Returns True if the letter is to be tried again."""
        proving = self._proving
        again = await self._deciding.reach(reason, lambda: proving.proved or proving.wanted)
        self.stand(Status.IDENTIFYING)
        return again or proving.wanted

    def _at_rest(self) -> bool:
        """Whether the state knows how far everything has come."""
        at_rest = self._timekeeper.resting and self._beside.resting and self._writing.resting
        if not at_rest or self._under_way:
            return False
        # A history in which an older worker waited on, its answer begun, is replayed as it was.
        return not self.answering.begun or workflow.patched(RESUMES)

    def stand(self, status: Status) -> None:
        """Show where the case stands."""
        if status is not self._state.status:
            self._state.status = status
            show(status, self._state.clock.due_on)

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

    @workflow.update(name="decide")
    def decide(self, decision: Decision) -> Status:
        """Note a person's decision."""
        self._deciding.note(decision)
        return self._state.status

    @workflow.update(name="rearm")
    async def rearm(self) -> date | None:
        """Reckon the clock afresh: calendars or laws changed. Returns the due date as it is now."""
        return await self._timekeeper.rearmed()

    @workflow.update(name="withdraw")
    async def withdraw(self) -> Status:
        """Note that the person no longer wants it. Answered when that is written down as the end."""
        self._waiting.end(Outcome.WITHDRAWN)
        await workflow.wait_condition(lambda: self._outcome is not None)
        refuse_unless(self._outcome is Outcome.WITHDRAWN, "too_late")
        return self._state.status

    @decide.validator
    def _decision_is_lawful(self, decision: Decision) -> None:
        refuse_unless(not self._waiting.over, "ending")
        try:
            self._deciding.admit(decision)
        except InputError as refusal:
            raise ApplicationError(refusal.hint, refusal.reason, refusal.field, type="InputError") from None

    @withdraw.validator
    def _not_too_late(self) -> None:
        refuse_unless(not self._waiting.ends, "ending")
        late = self._state.status in {Status.ANSWERING, Status.CLOSED} or self.answering.begun
        refuse_unless(not late and not self._deciding.releasing, "too_late")
