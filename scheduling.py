"""What runs by the calendar, and no case asks for: schedules that Temporal keeps."""

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)
from temporalio.service import RPCError

from dsar.errors import TemporaryError

# Workflow, which is the schedule's id too, and when it runs (UTC).
SCHEDULES = {
    "dsar-canary": "25 */6 * * *",
    "dsar-checkpoint": "10 0 * * *",
    "dsar-retention": "20 1 * * *",
    "dsar-sweep": "40 2 * * *",
}
_MISSED = timedelta(days=7)  # a run that was missed for longer is not made up for


async def schedules(client: Client, task_queue: str) -> list[str]:
    """Create the schedules that are missing. Returns what was created, in words to show.

    Raises:
        TemporaryError: Temporal cannot be reached.
    """
    return [name for workflow in SCHEDULES if (name := await _created(client, workflow, task_queue))]


async def _created(client: Client, workflow: str, task_queue: str) -> str:
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(workflow, id=workflow, task_queue=task_queue),
        spec=ScheduleSpec(cron_expressions=[SCHEDULES[workflow]]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_MISSED),
    )
    try:
        await client.create_schedule(workflow, schedule)
    except ScheduleAlreadyRunningError:
        return ""
    except (RPCError, RuntimeError):
        raise TemporaryError("temporal", "unreachable") from None
    return f"added the schedule {workflow} ({SCHEDULES[workflow]} UTC)"
