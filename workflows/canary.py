"""Canaries: every few hours each system is asked for somebody who must be there (DESIGN §1.1)."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.watching import Watching
    from dsar.canaries import CanaryLook, CanaryNews, CanaryOrder
from workflows.steps import A_CALL, A_SEARCH, OURS, reason_of, theirs

AN_HOUR = timedelta(hours=1)  # a short outage is no silence; a longer one is told


@workflow.defn(name="dsar-canary")
class DsarCanary:
    """Started by a schedule, or by `starter.py canary`."""

    @workflow.run
    async def run(self) -> tuple[CanaryLook, ...]:
        """Look for each canary wherever it must be, side by side; tell what changed. Returns all looks."""
        at = workflow.now()
        orders = await workflow.execute_activity_method(
            Watching.list_canaries, at, start_to_close_timeout=A_CALL, retry_policy=OURS
        )
        looks = tuple(await asyncio.gather(*map(_looked, orders)))
        await workflow.execute_activity_method(
            Watching.note_canaries,
            CanaryNews(at=at, looks=looks),
            start_to_close_timeout=A_CALL,
            retry_policy=OURS,
        )
        return looks


async def _looked(order: CanaryOrder) -> CanaryLook:
    try:
        return await theirs(
            Watching.look_for_canary, order, f"look:{order.canary}:{order.system}", A_SEARCH, until=AN_HOUR
        )
    except ActivityError as error:
        return CanaryLook(canary=order.canary, system=order.system, reason=reason_of(error))
