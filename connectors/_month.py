"""House equipment: how many orders an account may be given in a month, by all workers together.

An order is a call that asks for deeds, however many people are on its list. It is counted before it goes:
what may have arrived counts. What the vendor did not take, because we ask too fast, does not.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from connectors._pace import THROTTLED, Pace
from dsar.budget import Month
from dsar.errors import DsarError, OperatorError, TemporaryError
from dsar.ports.ledger import Ledger

SPENT = "budget_spent"


class Monthly:
    """A pace that also counts orders, with every process that asks the same ledger."""

    def __init__(self, account: str, per_month: int, ledger: Ledger, pace: Pace) -> None:
        self._account, self._per_month = account, per_month
        self._ledger, self._pace = ledger, pace

    def call(self, system: str) -> AbstractAsyncContextManager[object]:
        """See `Pace`."""
        return self._pace.call(system)

    @asynccontextmanager
    async def order(self, system: str) -> AsyncIterator[None]:
        """See `Pace`."""
        counted = await asyncio.to_thread(self._ledger.take_order, self._account, self._per_month)
        if not counted:
            raise OperatorError(system, SPENT)
        try:
            yield
        except TemporaryError as error:
            if error.reason == THROTTLED:
                with suppress(DsarError):  # then it counts: never too few
                    await asyncio.to_thread(self._ledger.give_back_order, self._account, counted)
            raise

    async def month(self) -> Month:
        """See `Pace`."""
        return await asyncio.to_thread(self._ledger.month, self._account, self._per_month)
