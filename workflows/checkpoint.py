"""A day's checkpoint: what stands in the evidence is fixed by a signature (LAW EVD-12)."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.keeping import Keeping
from workflows.steps import OURS, THE_REGISTER


@workflow.defn(name="dsar-checkpoint")
class DsarCheckpoint:
    """Started by a schedule, once a day."""

    @workflow.run
    async def run(self) -> int:
        """Return the number of the checkpoint, or 0 if nothing was added since the last one."""
        return await workflow.execute_activity_method(
            Keeping.seal_evidence,
            workflow.now(),
            start_to_close_timeout=THE_REGISTER,
            retry_policy=OURS,
        )
