"""Proving identity: what is asked, how often, what arrived, what the person was told (Art. 12(6))."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import ProofGiven, RightsRequest
    from dsar.vocabulary import LetterKind
from workflows import steps
from workflows.state import ProvingState

REMIND_AFTER = timedelta(days=7)
REMINDERS = 3  # then the case is closed as not identified: four weeks of silence (LAW IDV-11, POLICY)

Until = Callable[[Callable[[], bool], timedelta | None], Awaitable[None]]


class Proving:
    """The proof of identity of one case. The desk's updates note facts here; only `settled` acts on them."""

    def __init__(self, request: RightsRequest, state: ProvingState, until: Until) -> None:
        self._request, self._state, self._until = request, state, until

    @property
    def locked(self) -> bool:
        """Whether too many wrong codes were tried."""
        return self._state.locked

    def lock(self) -> None:
        """Note that too many wrong codes were tried."""
        self._state.locked = True

    def give(self, proof: ProofGiven) -> None:
        """Note a proof; the first one counts."""
        self._state.proof = self._state.proof or proof

    def ask_again(self) -> int:
        """Want a fresh code; return its number."""
        self._state.wanted += 1
        return self._state.wanted

    async def settled(self) -> bool:
        """Ask, remind, and wait. Returns whether identity was proved before our patience ended."""
        while not await self._arrives():
            if self._state.rounds > REMINDERS:
                return False
            self._state.rounds += 1
            self._state.waits_until = workflow.now() + REMIND_AFTER
            self.ask_again()
        return True

    async def _arrives(self) -> bool:
        while (left := self._left()) > timedelta(0) and not self._state.proof:
            await self._write()
            await self._until(lambda: bool(self._state.proof) or self._has_to_write(), left)
        return bool(self._state.proof)

    def _left(self) -> timedelta:
        limit = self._state.waits_until
        return limit - workflow.now() if limit else timedelta(0)

    def _has_to_write(self) -> bool:
        return self._state.wanted > self._state.sent or self.locked > self._state.lock_told

    async def _write(self) -> None:
        """Send the code that is due, or tell the person, once, that codes are locked.

        What is due is noted before anything is awaited: a wish that arrives meanwhile is a new one.
        """
        state = self._state
        untold, state.lock_told = state.locked > state.lock_told, state.locked
        unsent, state.sent = state.wanted > state.sent, state.wanted
        if untold:
            await steps.write(self._request, LetterKind.IDENTITY_LOCKED)
        elif unsent and not state.locked:
            await steps.ask_for_proof(self._request, state.sent)
