"""House equipment: how fast an account may be asked, by all workers together. Leave to call is leased in
advance, a handful at once; what one worker is told ("not so fast") holds the others back, too.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from dsar.budget import ASK_AGAIN, Budget, Lease, Month
from dsar.errors import DsarError, InputError, TemporaryError
from dsar.ports.ledger import Ledger

THROTTLED = "throttled"
PATIENCE = 30.0  # seconds that a call waits in place; after that its activity ends and comes again
_T = TypeVar("_T")
_LONGEST_HOLD = timedelta(minutes=1)  # where a vendor throttles and does not say for how long


class Pace(Protocol):
    """Lets calls go when there is leave for them."""

    def call(self, system: str) -> AbstractAsyncContextManager[object]:
        """Wait for leave, and hold the account back if the call is throttled.

        Raises:
            TemporaryError: `throttled`, with the delay; or the ledger's own.
        """

    def order(self, system: str) -> AbstractAsyncContextManager[object]:
        """Count a call that orders a deed against the month.

        Raises:
            OperatorError: `budget_spent`; or the ledger's own.
        """

    async def month(self) -> Month | None:
        """Return what the month came to; None if it is not counted. Raises as the ledger."""


class Free:
    """No budget: whoever calls may go at once, and nothing is counted."""

    def call(self, _system: str) -> AbstractAsyncContextManager[object]:
        return nullcontext()

    def order(self, _system: str) -> AbstractAsyncContextManager[object]:
        return nullcontext()

    async def month(self) -> Month | None:
        return None


@dataclass
class _Leave:
    """What is left of a lease. `ends` is by our own steady clock, from before the ledger was asked."""

    lease: Lease
    ends: float
    left: int
    open: int = 0

    def take(self, now: float) -> bool:
        full = bool(self.lease.abreast) and self.open >= self.lease.abreast
        if now >= self.ends or not self.left or full:
            return False
        self.left, self.open = self.left - 1, self.open + 1
        return True


class Shared(Free):
    """One account's budget, shared with every process that asks the same ledger."""

    def __init__(
        self,
        account: str,
        budget: Budget,
        ledger: Ledger,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._account, self.budget, self._ledger = account, budget, ledger
        self._clock, self._sleep = clock, sleep
        self._holder, self._turn, self._waiting = secrets.token_hex(8), asyncio.Lock(), 0
        self._leave = _Leave(Lease(number="", calls=0, abreast=0, lasts=timedelta()), 0.0, 0)
        self._running: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def call(self, system: str) -> AsyncIterator[None]:
        """See `Pace`."""
        leave = await self._taken(system)
        try:
            yield
        except TemporaryError as error:
            if error.reason == THROTTLED:
                await self._hold(error.after or min(self.budget.period, _LONGEST_HOLD))
            raise
        finally:
            leave.open -= 1

    async def _taken(self, system: str) -> _Leave:
        end = self._clock() + PATIENCE
        self._waiting += 1
        try:
            async with self._turn:
                while not self._leave.take(self._clock()):
                    wait = await self._although_cancelled(self._renewed())
                    if self._clock() + wait.total_seconds() > end:
                        raise TemporaryError(system, THROTTLED, after=wait)
                    await self._sleep(wait.total_seconds())
                return self._leave
        finally:
            self._waiting -= 1

    async def _renewed(self) -> timedelta:
        """Lease anew. Returns how long to wait: nothing, if there is leave again."""
        now, last = self._clock(), self._leave
        used_up = not last.left and now < last.ends
        want = max(self._waiting, 2 * last.lease.calls if used_up else 1)
        found = await asyncio.to_thread(
            self._ledger.lease_calls, self._account, self.budget, self._holder, want
        )
        if isinstance(found, timedelta):
            return found
        self._leave = _Leave(found, now + found.lasts.total_seconds(), found.calls)
        if found.abreast:
            self._beside(self._given_back(self._leave))
        return timedelta()

    async def _given_back(self, leave: _Leave) -> None:
        """Free the places when the lease is over and its calls have ended, or when the worker ends; untold,
        they free themselves.
        """
        try:
            while leave.open or (leave.left and self._clock() < leave.ends):
                await self._sleep(ASK_AGAIN.total_seconds())
        finally:
            with suppress(DsarError):
                await asyncio.to_thread(self._ledger.give_back_calls, leave.lease)

    async def _although_cancelled(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Let it end although who waits for it is called off: a lease that nobody hears of is given back by
        nobody, and its place would stay taken for minutes.
        """
        return await asyncio.shield(self._beside(work))

    def _beside(self, work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._over)
        return task

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # heard: whoever waited for it was told, unless they were called off

    async def _hold(self, wait: timedelta) -> None:
        self._leave.left = 0
        with suppress(DsarError):  # the caller hears of the throttle itself
            await asyncio.to_thread(self._ledger.hold_calls, self._account, wait)


@dataclass
class _Handed:
    pace: Pace
    taken: bool = False


_HANDED: ContextVar[_Handed | None] = ContextVar("handed", default=None)


def handed() -> Pace:
    """Return the pace of the system that is being connected; free, if it has no budget."""
    now = _HANDED.get()
    if now is None:
        return Free()
    now.taken = True
    return now.pace


@contextmanager
def handing(name: str, pace: Pace | None) -> Iterator[None]:
    """Hand a pace to every client that a connector makes.

    Raises:
        InputError: `budget_unheeded`: the connector made none of ours, so nobody would keep to it.
    """
    if pace is None:
        yield
        return
    now = _Handed(pace)
    token = _HANDED.set(now)
    try:
        yield
    finally:
        _HANDED.reset(token)
    if not now.taken:
        hint = "this kind makes no HTTP calls of ours that could be counted: take its budget out"
        raise InputError("budget_unheeded", hint, field=f"{name}.budget")
