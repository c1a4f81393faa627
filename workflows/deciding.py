"""Deciding: what only a person may decide, one decision at a time (DESIGN §3.6)."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import Decision, RightsRequest, SystemAnswer
    from dsar.complaints import LOOKED_INTO
    from dsar.decision_kinds import (
        ACCEPT_COUNT,
        ACCEPT_GAP,
        ANSWER,
        COMPLAINT,
        CONFIRM,
        FOUND,
        MANUAL_DONE,
        NOT_FOUND,
        OF_RECIPIENTS,
        REFUSE,
        RELEASE,
        RETRY,
        SECOND,
    )
    from dsar.decisions import Standing, check_decision
    from dsar.erasure import ERASES
    from dsar.errors import InputError
    from dsar.systems import POST
    from dsar.vocabulary import Found, Outcome, Status
from workflows.agreeing import Agreeing
from workflows.beside import Beside
from workflows.calling import called
from workflows.searching import Searching
from workflows.state import CaseState, Offering
from workflows.waiting import Ended

EACH = "each-gap-is-called"  # before, one that came up while another waited was told with the next decision
Until = Callable[[Callable[[], bool], timedelta | None], Awaitable[None]]
_SETTLED = {
    MANUAL_DONE: Found.MANUAL_DONE,
    NOT_FOUND: Found.NOTHING_HELD,
    ACCEPT_GAP: Found.FAILED_ACCEPTED,
    CONFIRM: Found.FOUND,
    ACCEPT_COUNT: Found.FOUND,
    FOUND: Found.FOUND,
}


class Deciding:
    """The decisions of one case. One is heard only when the one before it was carried out."""

    def __init__(
        self,
        request: RightsRequest,
        state: CaseState,
        searching: Searching,
        until: Until,
        stand: Callable[[Status], None],
        again: Callable[[str], Awaitable[None]],
        beside: Beside,
    ) -> None:
        self._request, self._state, self._searching = request, state, searching
        self._until, self._stand, self._again = until, stand, again
        self._beside, self._agreeing = beside, Agreeing(request, state)
        self._pending: Decision | None = None
        kinds = COMPLAINT if request.right in LOOKED_INTO else ANSWER
        self._offering = state.offering = state.offering or Offering(kinds=kinds)

    def admit(self, decision: Decision) -> None:
        """Let a decision pass if it is lawful now.

        Raises:
            InputError: why not, and the next move.
        """
        if self._pending or self._beside.busy:
            hint = "another decision is being carried out; look with `show`, then decide again"
            raise InputError("busy", hint, field="kind")
        check_decision(decision, self._standing())

    def _standing(self) -> Standing:
        systems, offering = self._searching.systems, self._offering
        return Standing(
            right=self._request.right,
            regime=self._request.regime,
            status=self._state.status,
            gaps=systems.gaps,
            ambiguous=systems.ambiguous,
            doubted=systems.doubted,
            short=systems.short,
            offered=offering.kinds,
            plan=offering.plan,
            recipients=offering.recipients,
            apart=offering.apart,
            held=systems.held,
            proposed=self._state.proposed,
            proposal=self._state.proposal,
            beside=self._beside.known,
            corrections=offering.corrections,
            unplanned=self._unplanned,
            unreviewed=self._state.review.open,
        )

    @property
    def _unplanned(self) -> tuple[str, ...]:
        """Systems that no approved plan names, in hands or broken: an erasure begins nowhere without one."""
        erases = self._request.right in ERASES and not self._state.erasing.approved
        return self._searching.systems.unread if erases else ()

    def offer_nothing(self) -> None:
        """From now on only what is about gaps is heard: the case is decided."""
        self._pending, self._offering.kinds = None, ()

    def note(self, decision: Decision) -> None:
        """Note an admitted decision; the story carries it out, or what goes on beside it."""
        if self._agreeing.beside(decision):
            self._beside.note(decision)
        else:
            self._pending = decision

    @property
    def releasing(self) -> bool:
        """Whether the answer was released: from then on the request cannot be withdrawn."""
        pending, proposed = self._pending, self._state.proposed
        about = proposed if pending and proposed and pending.kind == SECOND else pending
        return about is not None and about.kind == RELEASE

    async def settle_gaps(self, unless: Callable[[], bool] = lambda: False) -> None:
        """Wait until no system's answer is unknown: by machine, by hand, or as an accepted gap; or until
        nobody need decide any more.
        """
        waited = False
        while (known := self._searching.systems.gaps) and not (unless() and not self._pending):
            self._state.by_hand_since = self._state.by_hand_since or workflow.now().date()
            await self._carry_out_one(Status.BY_HAND, self._or_more(known, unless))
            self._call_anew(known)
            waited = True
        if waited:
            self._state.by_hand_since = None

    def _or_more(self, known: Collection[str], unless: Callable[[], bool]) -> Callable[[], bool]:
        return lambda: unless() or self._more_than(known)

    def _more_than(self, known: Collection[str]) -> bool:
        """Whether a gap came up that nobody was called for: one system waited for a hand, another failed."""
        return not {*known}.issuperset(self._searching.systems.gaps)

    def _call_anew(self, known: Collection[str]) -> bool:
        """Have a person called for gaps that came up while they were waited for."""
        if self._more_than(known) and workflow.patched(EACH):
            self._state.called = False
            return True
        return False

    async def reach(self, reason: str, unless: Callable[[], bool]) -> bool:
        """Have a person reach somebody whom no letter reaches. Returns True if it is to be tried again."""
        gap = SystemAnswer(system=POST, found=Found.UNKNOWN, reason=reason)
        self._searching.systems = self._searching.systems.heard([gap])
        await self.settle_gaps(unless)
        answered = self._searching.systems.answers.get(POST)
        self._searching.systems = self._searching.systems.without(POST)
        if not answered or answered == gap:
            reached = replace(gap, found=Found.DONE, reason="")
            await called(self._request, self._state, Status.IDENTIFYING, reached)
        self._state.called = False
        return answered is None

    async def concluded(
        self,
        *offered: str,
        plan: str = "",
        status: Status = Status.DECIDING,
        apart: tuple[str, ...] = (),
        corrections: tuple[str, ...] = (),
    ) -> Decision:
        """Wait for one of the `offered` kinds of decision, with no gap left, about this plan or these;
        by nobody who stands `apart`.

        A refusal ends the story; what is decided about gaps is carried out on the way.
        """
        offering = self._offering
        offering.plan, offering.apart, offering.corrections = plan, apart, corrections
        decision: Decision | None = None
        while decision is None:
            decision = await self._one_of(offered, status)
        return decision

    async def recipient_settled(
        self, recipients: tuple[str, ...], unless: Callable[[], bool]
    ) -> Decision | None:
        """Wait until a person settles one of these recipients. Returns None if `unless` comes first."""
        self._offering.recipients = recipients
        return await self._one_of(OF_RECIPIENTS, Status.DECIDING, unless)

    async def _one_of(
        self, offered: tuple[str, ...], status: Status, unless: Callable[[], bool] = lambda: False
    ) -> Decision | None:
        self._offering.kinds = offered
        decision: Decision | None = None
        while not unless() and (decision is None or decision.kind not in offered):
            await self.settle_gaps()
            decision = await self._carry_out_one(status, self._or_more((), unless))
            if not decision and not unless() and not self._call_anew(()):
                decision = await self._carry_out_one(status, unless)
        offering = self._offering  # decided: not a second time
        offering.kinds, offering.recipients, offering.corrections = (), (), ()
        return decision

    async def _carry_out_one(
        self, status: Status, unless: Callable[[], bool] = lambda: False
    ) -> Decision | None:
        self._stand(status)
        if not self._pending and not self._state.called:
            await called(self._request, self._state, status)
        await self._until(lambda: self._pending is not None or unless(), None)
        decision = self._pending
        if decision is None:
            return None
        self._state.called = False
        if decided := await self._agreeing.agreed(decision):
            await self._act_on(decided)
        self._pending = None
        return decided

    async def _act_on(self, decision: Decision) -> None:
        if decision.kind == REFUSE:
            raise Ended(Outcome.REFUSED, decision)
        if decision.kind == RETRY:
            await self._again(decision.system)
        elif decision.kind in _SETTLED:
            self._searching.settle(decision, _SETTLED[decision.kind])
