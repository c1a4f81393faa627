"""What a duty or a hold kept: a workflow of its own, because it outlives the answer and even the case's key.

When the last day of a duty is over, the engine finishes the erasure by itself (LAW ERA-01; DESIGN §6).
"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.erasure import Line
    from dsar.orders import RetainedOrder
from workflows import deed_steps
from workflows.attended import attended

A_DAY = timedelta(days=1)
AT_LEAST = timedelta(days=30)  # between two looks at a hold whose day of review has passed
BESIDE = "what-a-duty-kept-goes-side-by-side"  # a system that failed kept the others waiting before


@workflow.defn(name="dsar-retained")
class DsarRetained:
    """Waits until something may go, erases it, and goes on with the rest."""

    def __init__(self) -> None:
        self._finishing: list[asyncio.Task[None]] = []

    @workflow.run
    async def run(self, order: RetainedOrder) -> int:
        """Return how many plans it took until nothing was left."""
        while order.lines:
            await workflow.sleep(_patience(order.lines, workflow.now()))
            review = await deed_steps.review(order)
            if workflow.patched(BESIDE):
                self._finish(order, review.going)
            else:
                for system in dict.fromkeys(line.system for line in review.going):
                    await deed_steps.finish(order.request, system, order.number)
            order = replace(order, number=order.number + 1, lines=review.staying)
            full = workflow.info().is_continue_as_new_suggested()
            if order.lines and full and all(one.done() for one in self._finishing):
                workflow.continue_as_new(order)
        await asyncio.gather(*self._finishing)
        return order.number

    def _finish(self, order: RetainedOrder, going: tuple[Line, ...]) -> None:
        """Erase in each system by itself: one that fails for weeks is a task, and keeps nothing else waiting.
        What only a person can erase is a task from now on.
        """
        for system in dict.fromkeys(line.system for line in going if not line.by_hand):
            deed = deed_steps.finish(order.request, system, order.number)
            self._finishing.append(attended(deed))


def _patience(lines: tuple[Line, ...], now: datetime) -> timedelta:
    """Return how long until the first line is to be looked at again."""
    days = [line.until + A_DAY if line.until else line.review_on for line in lines]
    first = min(day for day in days if day)
    at = datetime.combine(first, time(6), UTC)
    return at - now if at > now else AT_LEAST
