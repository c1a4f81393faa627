"""Shredding a closed case on a DPO's word."""

from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from desk.desk import Desk
from dsar.errors import InputError, TemporaryError
from dsar.orders import ShredOrder
from dsar.vocabulary import Role, Status
from workflows.shred import DsarShred


async def shred(desk: Desk, case_id: str, *, by: str) -> int:
    """Destroy the key of a closed case. Returns how many sealed objects were deleted with it.

    Raises:
        InputError: `case_open`, or `role_refused` unless the DPO asks.
    """
    if desk.case(case_id).status is not Status.CLOSED:
        raise InputError("case_open", "only a closed case can be shredded; withdraw or finish it first")
    if desk.role(by, Role.DPO) is not Role.DPO:
        raise InputError("role_refused", "only the DPO may shred", field="by")
    try:
        return await desk.client.execute_workflow(
            DsarShred.run,
            ShredOrder(case_id=case_id, by=by, at=desk.now()),
            id=f"shred/{case_id}",
            task_queue=desk.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
    except (RPCError, RuntimeError):
        raise TemporaryError("temporal", "unreachable") from None
