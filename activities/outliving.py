"""What outlives a case: begun once, under the shared key of the flow, since the case may be shredded."""

from temporalio import activity
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from dsar.errors import TemporaryError


async def begin(workflow: str, order: object, name: str) -> None:
    """Begin a workflow under this id, unless it was begun already.

    Raises:
        TemporaryError: Temporal cannot be reached; beginning again is safe.
    """
    try:
        await activity.client().start_workflow(
            workflow,
            order,
            id=name,
            task_queue=activity.info().task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        )
    except WorkflowAlreadyStartedError:
        return
    except RPCError:
        raise TemporaryError("temporal", "unreachable") from None
