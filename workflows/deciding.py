"""Deciding: what only a person may decide, one decision at a time (DESIGN §3.6)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import Decision, RightsRequest
    from dsar.decisions import ACCEPT_GAP, CONFIRM, MANUAL_DONE, REFUSE, RELEASE, RETRY, check_decision
    from dsar.errors import InputError
    from dsar.vocabulary import Found, Outcome, Status
from workflows import steps
from workflows.searching import Searching
from workflows.state import CaseState

Until = Callable[[Callable[[], bool], timedelta | None], Awaitable[None]]
_SETTLED = {
    MANUAL_DONE: Found.MANUAL_DONE,
    ACCEPT_GAP: Found.FAILED_ACCEPTED,
    CONFIRM: Found.FOUND,
}


class Ended(Exception):  # noqa: N818  # not an error: a person ended the story
    """Ends the story wherever it waits."""

    def __init__(self, outcome: Outcome, decision: Decision | None = None) -> None:
        """Keep how it ended, and by whose decision."""
        super().__init__(outcome)
        self.outcome = outcome
        self.decision = decision


class Deciding:
    """The decisions of one case. One is heard only when the one before it was carried out."""

    def __init__(
        self,
        request: RightsRequest,
        state: CaseState,
        searching: Searching,
        until: Until,
        stand: Callable[[Status], None],
    ) -> None:
        self._request, self._state, self._searching = request, state, searching
        self._until, self._stand = until, stand
        self._pending: Decision | None = None

    def admit(self, decision: Decision) -> None:
        """Let a decision pass if it is lawful now.

        Raises:
            InputError: why not, and the next move.
        """
        if self._pending:
            hint = "another decision is being carried out; look with `show`, then decide again"
            raise InputError("busy", hint, field="kind")
        systems = self._searching.systems
        check_decision(decision, status=self._state.status, gaps=systems.gaps, doubted=systems.doubted)

    def note(self, decision: Decision) -> None:
        """Note an admitted decision; the story carries it out."""
        self._pending = decision

    @property
    def releasing(self) -> bool:
        """Whether the answer was released: from then on the request cannot be withdrawn."""
        return self._pending is not None and self._pending.kind == RELEASE

    async def settle_gaps(self) -> None:
        """Wait until no system's answer is unknown: by machine, by hand, or as an accepted gap."""
        while self._searching.systems.gaps:
            await self._carry_out_one(Status.BY_HAND)

    async def released(self) -> None:
        """Wait for the DPO's release, with no gap left. Nothing else lets an answer go."""
        kind = ""
        while kind != RELEASE:
            await self.settle_gaps()
            kind = await self._carry_out_one(Status.DECIDING)

    async def _carry_out_one(self, status: Status) -> str:
        self._stand(status)
        if not self._pending and not self._state.called:
            await self._call_a_person(status)
        await self._until(lambda: self._pending is not None, None)
        decision = self._pending
        if decision is None:
            return ""
        self._state.called = False
        self._state.decided += 1
        await steps.note_decision(steps.order(self._request, decision=decision, number=self._state.decided))
        await self._act_on(decision)
        self._pending = None
        return decision.kind

    async def _act_on(self, decision: Decision) -> None:
        if decision.kind == REFUSE:
            raise Ended(Outcome.REFUSED, decision)
        if decision.kind == RETRY:
            self._stand(Status.DISCOVERING)
            await self._searching.again(decision.system)
        elif decision.kind in _SETTLED:
            self._searching.settle(decision.system, _SETTLED[decision.kind])

    async def _call_a_person(self, status: Status) -> None:
        self._state.called = True
        self._state.calls += 1
        systems = self._searching.systems
        gaps = tuple(systems.answers[gap] for gap in systems.gaps)
        order = steps.order(self._request, status=status, number=self._state.calls, answers=gaps)
        await steps.call_a_person(order)
