"""Who was erased must not come back: a sweep by the calendar, and a replay after a restore (LAW ERA-05)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.returning import Returning
    from dsar.orders import Replayed, SweepOrder
from workflows.steps import A_CALL, A_SEARCH, HEARTBEAT, OURS, THE_REGISTER, THEIR_DAYS, THEIRS


@workflow.defn(name="dsar-sweep")
class DsarSweep:
    """Started by a schedule: looks in every system for people who were erased, and changes nothing."""

    @workflow.run
    async def run(self, order: SweepOrder | None = None, so_far: Replayed | None = None) -> Replayed:
        """Return how many came back. Each is on record in its case, for a person to decide."""
        order = order or SweepOrder(at=workflow.now())
        return await _one_by_one(Returning.search_returned, order, so_far or Replayed())


@workflow.defn(name="dsar-replay")
class DsarReplay:
    """Started by the DPO after a restore from back-up: erases again what had been erased."""

    @workflow.run
    async def run(self, order: SweepOrder, so_far: Replayed) -> Replayed:
        """Return what was back, what is gone again, and which cases somebody must look at.

        What clients had erased comes after all that people had erased, in histories of its own.
        """
        if not order.instructed:
            done = await _one_by_one(Returning.replay_erasure, order, so_far)
            workflow.continue_as_new(args=[replace(order, after="", instructed=True), done])
        return await _one_by_one(Returning.replay_instruction, order, so_far)


async def _one_by_one(act: Callable[[Any, SweepOrder], Any], order: SweepOrder, so_far: Replayed) -> Replayed:
    """Take the cases page by page, each page in a history of its own."""
    page = await _page(order)
    for case_id in page:
        so_far = so_far.plus(await _one(act, replace(order, case_id=case_id)))
    if page:
        workflow.continue_as_new(args=[replace(order, after=page[-1]), so_far])
    return so_far


async def _page(order: SweepOrder) -> tuple[str, ...]:
    if order.instructed:
        return await workflow.execute_activity_method(
            Returning.list_instructed,
            order,
            start_to_close_timeout=THE_REGISTER,
            heartbeat_timeout=HEARTBEAT,
            retry_policy=OURS,
        )
    return await workflow.execute_activity_method(
        Returning.list_erased, order, start_to_close_timeout=A_CALL, retry_policy=OURS
    )


async def _one(act: Callable[[Any, SweepOrder], Any], order: SweepOrder) -> Replayed:
    try:
        done: Replayed = await workflow.execute_activity_method(
            act,
            order,
            start_to_close_timeout=A_SEARCH,
            schedule_to_close_timeout=THEIR_DAYS,
            heartbeat_timeout=HEARTBEAT,
            retry_policy=THEIRS,
        )
    except ActivityError:
        return Replayed(cases=1, left=(order.case_id,))
    return done
