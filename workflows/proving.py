"""Proving identity: what is asked, how often, what arrived, what the person was told (Art. 12(6))."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import ProofGiven, RightsRequest
    from dsar.vocabulary import LetterKind
from workflows import steps

REMIND_AFTER = timedelta(days=7)
REMINDERS = 3  # then the case is closed as not identified: four weeks of silence (LAW IDV-11, POLICY)

Until = Callable[[Callable[[], bool], timedelta | None], Awaitable[None]]


class Proving:
    """The proof of identity of one case. The desk's updates note facts here; only `settled` acts on them."""

    def __init__(self, request: RightsRequest, until: Until) -> None:
        self._request, self._until = request, until
        self.proof: ProofGiven | None = None
        self.locked = self._lock_told = False
        self._wanted = self._sent = 0  # one-time codes

    def give(self, proof: ProofGiven) -> None:
        """Note a proof; the first one counts."""
        self.proof = self.proof or proof

    def ask_again(self) -> int:
        """Want a fresh code; return its number."""
        self._wanted += 1
        return self._wanted

    async def settled(self) -> bool:
        """Ask, remind, and wait. Returns whether identity was proved before our patience ended."""
        for _ in range(1 + REMINDERS):
            self.ask_again()
            if await self._arrives(workflow.now() + REMIND_AFTER):
                return True
        return False

    async def _arrives(self, limit: datetime) -> bool:
        while (left := limit - workflow.now()) > timedelta(0) and not self.proof:
            await self._write()
            await self._until(lambda: bool(self.proof) or self._has_to_write(), left)
        return bool(self.proof)

    def _has_to_write(self) -> bool:
        return self._wanted > self._sent or self.locked > self._lock_told

    async def _write(self) -> None:
        """Send the code that is due, or tell the person, once, that codes are locked.

        What is due is noted before anything is awaited: a wish that arrives meanwhile is a new one.
        """
        untold, self._lock_told = self.locked > self._lock_told, self.locked
        unsent, self._sent = self._wanted > self._sent, self._wanted
        if untold:
            await steps.write(self._request, LetterKind.IDENTITY_LOCKED)
        elif unsent and not self.locked:
            await steps.ask_for_proof(self._request, self._sent)
