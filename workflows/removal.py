"""The end of an answer's time: a workflow of its own, because it outlives the case (DESIGN §3)."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.removing import Removing
    from dsar.codes import LINK_LIFETIME
    from dsar.orders import RemoveOrder
from workflows.steps import A_CALL, OURS


@workflow.defn(name="dsar-remove-answer")
class DsarRemoveAnswer:
    """Waits as long as a link lives, then has the bundle removed. A newer link has a wait of its own."""

    @workflow.run
    async def run(self, case_id: str) -> bool:
        """Return whether the answer's time was over."""
        await workflow.sleep(LINK_LIFETIME)
        return await workflow.execute_activity_method(
            Removing.remove_answer,
            RemoveOrder(case_id=case_id, at=workflow.now()),
            start_to_close_timeout=A_CALL,
            retry_policy=OURS,
        )


async def removed_in_time(case_id: str, number: int) -> None:
    """Begin the wait after which the answer is removed. It goes on when this workflow has ended."""
    await workflow.start_child_workflow(
        DsarRemoveAnswer.run,
        case_id,
        id=f"{case_id}/removal/{number}",
        parent_close_policy=workflow.ParentClosePolicy.ABANDON,
    )
