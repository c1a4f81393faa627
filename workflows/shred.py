"""Shredding: a workflow of its own, because it must outlive the case it makes unreadable (DESIGN §7)."""

from dataclasses import replace

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.shredding import Shredding
    from dsar.orders import ShredOrder
from workflows.steps import A_CALL, OURS


@workflow.defn(name="dsar-shred")
class DsarShred:
    """Execution and objects first, the key last: the other order would leave an open case stuck in replay."""

    @workflow.run
    async def run(self, order: ShredOrder) -> int | None:
        """Return how many objects were removed, or None if a legal hold came first."""
        order = replace(order, at=workflow.now())
        if not await workflow.execute_activity_method(
            Shredding.begin_shredding, order, start_to_close_timeout=A_CALL, retry_policy=OURS
        ):
            return None
        await workflow.execute_activity_method(
            Shredding.forget_execution, order, start_to_close_timeout=A_CALL, retry_policy=OURS
        )
        return await workflow.execute_activity_method(
            Shredding.destroy_key, order, start_to_close_timeout=A_CALL, retry_policy=OURS
        )
