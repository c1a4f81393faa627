"""Making a closed case unreadable for ever (DESIGN §7): execution and objects first, the key last."""

import asyncio
from dataclasses import dataclass

from temporalio import activity
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities._translate import translated
from dsar.errors import OperatorError, TemporaryError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.orders import ShredOrder
from dsar.ports import Register, Vault
from dsar.retention import is_doomed, shredding_key
from dsar.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Shredding:
    """Tools for the end of a case's readability."""

    register: Register
    vault: Vault

    @activity.defn(name="begin-shredding")
    @translated
    def begin_shredding(self, order: ShredOrder) -> bool:
        """Write down that it begins, unless a legal hold stands. From then on none can be placed."""
        fact = Fact(
            key=shredding_key(self.register.evidence(order.case_id)),
            kind=EvidenceKind.BEGUN,
            at=order.at,
            facts={"verb": "shred", **_word(order)},
        )
        self.register.record(order.case_id, fact)
        return is_doomed(self.register.evidence(order.case_id))

    @activity.defn(name="forget-execution")
    @translated
    async def forget_execution(self, order: ShredOrder) -> None:
        """Have the Temporal server delete the closed execution, the histories that it continued, and what
        began beside it: a wait for the end of its link would wake under a key that is gone, and never end.

        Raises:
            OperatorError: `case_open`. A key destroyed under an open case would leave it stuck for ever.
        """
        case = await asyncio.to_thread(self.register.case, order.case_id)
        if case.status is not Status.CLOSED:
            raise OperatorError("register", "case_open")
        client = activity.client()
        try:
            runs = {(run.id, run.run_id) async for run in client.list_workflows(_all_of(order.case_id))}
        except RPCError:
            raise TemporaryError("temporal", "unreachable") from None
        if order.case_id not in dict(runs):  # Temporal's list may lag behind its store
            runs.add((order.case_id, ""))
        for workflow_id, run_id in runs:
            await _forget(client, workflow_id, run_id)

    @activity.defn(name="destroy-key")
    @translated
    def destroy_key(self, order: ShredOrder) -> int:
        """Delete the objects, destroy the key, forget the fingerprint. Returns how many objects went."""
        count = self.vault.shred(order.case_id)
        facts: dict[str, Scalar] = {**_word(order), "objects": count}
        fact = Fact(key="shredded", kind=EvidenceKind.SHREDDED, at=order.at, facts=facts)
        self.register.forget_subject(order.case_id, fact)
        return count


def _word(order: ShredOrder) -> dict[str, Scalar]:
    """Say on whose words it happens; on nobody's, if the case's time was over."""
    if not order.by:
        return {"because": "time_over"}
    return {"because": "asked", "by": order.by, "confirmed_by": order.confirmed_by}


def _all_of(case_id: str) -> str:
    """Return the query for a case's workflow and those sealed with its key (see `wire.scope_of`)."""
    return f"WorkflowId = '{case_id}' OR WorkflowId STARTS_WITH '{case_id}/'"


async def _forget(client: Client, workflow_id: str, run_id: str) -> None:
    execution = WorkflowExecution(workflow_id=workflow_id, run_id=run_id)
    request = DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=execution)
    try:
        await client.workflow_service.delete_workflow_execution(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise TemporaryError("temporal", "unreachable") from None
