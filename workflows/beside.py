"""Beside the story: more time, fees and questions. They are asked and answered while the story goes on."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.asked import AskOrder, Told
    from dsar.asking import PROGRESS_EVERY, rule_of
    from dsar.asking import Beside as Known
    from dsar.case import Decision, RightsRequest, SystemAnswer
    from dsar.clock_events import Event, EventKind
    from dsar.decision_facts import day_of
    from dsar.decision_kinds import (
        CLARIFIED,
        CLARIFY,
        EXEMPT,
        EXTEND,
        FEE,
        FEE_PAID,
        INCLUDE,
        POSTED,
        WAIVE_FEE,
    )
    from dsar.exemptions import after
    from dsar.regimes.catalogue import local_day
    from dsar.vocabulary import Outcome
from workflows import asking_steps
from workflows.agreeing import Agreeing
from workflows.state import AskedState, CaseState, Progress

if TYPE_CHECKING:
    from workflows.timekeeper import Timekeeper

_SOON = timedelta(seconds=1)


class Beside:
    """What is carried out beside the story of one case, one decision at a time.

    `end` ends the story: what it needs never came. `answering`: the answer is being made. `hear`: notes what
    a system's answer is now.
    """

    def __init__(
        self,
        request: RightsRequest,
        state: CaseState,
        clock: "Timekeeper",
        end: Callable[[Outcome, Decision], None],
        answering: Callable[[], bool],
        hear: Callable[[SystemAnswer], None],
    ) -> None:
        self._request, self._case, self._state = request, state, state.beside
        self._clock, self._end, self._answering, self._hear = clock, end, answering, hear
        self._agreeing = Agreeing(request, state)
        self._pending: Decision | None = None
        self.resting = False  # nothing is under way

    @property
    def busy(self) -> bool:
        """Whether a decision is being carried out."""
        return self._pending is not None

    @property
    def known(self) -> Known:
        """What a decision must know of all this."""
        state = self._state
        return Known(
            today=local_day(self._request.regime, workflow.now()),
            due_on=self._case.clock.due_on,
            rule=rule_of(self._request.regime, self._case.clock.events),
            answering=self._answering(),
            extended=state.extended,
            paid=state.paid,
            fee_since=state.fee.asked_on if state.fee else None,
            question_since=state.question.asked_on if state.question else None,
            unposted=state.unposted is not None,
            exempt=state.exempt,
        )

    def note(self, decision: Decision) -> None:
        """Note an admitted decision."""
        self._pending = decision
        self.resting = False

    async def keep(self) -> None:
        """Carry out what is decided, and look after what was asked, until the story ends."""
        while True:
            if self._pending:
                if decision := await self._agreeing.agreed(self._pending):
                    await self._act_on(decision)
                self._pending = None
            await self._look()
            await self._rest()

    async def _rest(self) -> None:
        self.resting = not self.busy
        left = min((at - workflow.now() for at in self._alarms()), default=None)
        limit = max(left, _SOON) if left is not None else None
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self.busy, timeout=limit, timeout_summary="what was asked of the person"
            )
        self.resting = False

    def _alarms(self) -> list[datetime]:
        fee, question, progress = self._state.fee, self._state.question, self._state.progress
        return [
            *([fee.close_at] if fee else []),
            *([question.close_at] if question else []),
            *([question.remind_at] if question and question.remind_at else []),
            *([progress.at] if progress else []),
        ]

    async def _act_on(self, decision: Decision) -> None:
        if decision.kind in {EXTEND, FEE, CLARIFY}:
            await self._told(decision)
        elif decision.kind == POSTED and self._state.unposted:
            self._begin(self._state.unposted, self._state.untold)
            self._state.unposted = None
        elif decision.kind in {FEE_PAID, WAIVE_FEE}:
            self._fee_ends(decision)
        elif decision.kind == CLARIFIED:
            self._answered(decision)
        elif decision.kind in {EXEMPT, INCLUDE}:
            self._state.exempt = after(self._state.exempt, decision)
            number = self._case.decided
            heard = await asking_steps.apply_exemption(self._request, decision.system, number)
            self._hear(self._as_known(heard))

    def _as_known(self, heard: SystemAnswer) -> SystemAnswer:
        """Return what the register says of a system, with the marks and copies that the story knows."""
        if not workflow.patched("exemption-keeps-marks"):
            return heard
        known = self._case.searching.systems.answers[heard.system]
        return replace(known, found=heard.found, reason=heard.reason)

    async def _told(self, decision: Decision) -> None:
        """Send its letter. One that is refused waits to be handed over: before that nothing follows."""
        told = await asking_steps.tell(self._order(decision))
        if told.ok:
            self._begin(decision, told)
        else:
            self._state.unposted, self._state.untold = decision, told

    def _order(self, decision: Decision, asked_on: date | None = None) -> AskOrder:
        self._state.letters += 1
        return AskOrder(
            request=self._request,
            at=workflow.now(),
            decision=decision,
            events=self._case.clock.events,
            number=self._state.letters,
            asked_on=asked_on,
        )

    def _begin(self, decision: Decision, told: Told) -> None:
        """Let follow from a letter what follows from it, as of now."""
        if decision.kind == EXTEND:
            self._state.extended = True
            self._state.progress = Progress(extension=decision, at=workflow.now() + PROGRESS_EVERY)
            self._note(EventKind.EXTENSION_NOTIFIED, reasoned=True, new_due_on=day_of(decision, "until"))
            return
        asked = AskedState(decision=decision, told=told)
        if decision.kind == FEE:
            self._state.fee, kind = asked, EventKind.FEE_REQUESTED
        else:
            self._state.question, kind = asked, EventKind.CLARIFICATION_REQUESTED
        if told.stands:
            self._note(kind)

    def _note(self, kind: EventKind, *, on: date | None = None, **more: object) -> None:
        at = None if on else workflow.now()
        self._clock.note(Event(kind=kind, on=on, at=at, **more))  # type: ignore[arg-type]  # checked by it

    def _fee_ends(self, decision: Decision) -> None:
        """Paid, the clock begins; waived, it is as if nobody had asked: it began with the receipt."""
        fee, self._state.fee = self._state.fee, None
        self._state.paid = decision.kind == FEE_PAID
        if fee and fee.told.stands and self._state.paid:
            self._note(EventKind.FEE_PAID, on=day_of(decision, "on"))
        elif fee and fee.told.stands:
            self._clock.take_back(EventKind.FEE_REQUESTED)

    def _answered(self, decision: Decision) -> None:
        question, self._state.question = self._state.question, None
        if question and question.told.stands:
            self._note(EventKind.CLARIFICATION_RECEIVED, on=day_of(decision, "on"))

    async def _look(self) -> None:
        """Say how far we have come; remind. No fee ends the case; no answer does, if the clock stands."""
        now, fee, question = workflow.now(), self._state.fee, self._state.question
        if (progress := self._state.progress) and progress.at <= now:
            progress.at += PROGRESS_EVERY
            await asking_steps.report_progress(self._order(progress.extension))
        if fee and fee.close_at <= now:
            self._state.fee = None
            self._end(Outcome.UNPAID, fee.decision)
        if question and question.close_at <= now:
            self._state.question = None
            if question.told.stands and not self._answering():
                self._end(Outcome.UNCLARIFIED, question.decision)
            else:
                await asking_steps.note_silence(self._order(question.decision))
        elif question and question.remind_at and question.remind_at <= now:
            question.reminded = True
            await asking_steps.tell(self._order(question.decision, question.asked_on))
