"""What a case is trying again by itself, and why: Temporal alone knows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from desk.desk import Desk
from dsar.errors import DsarError

_PATIENCE = timedelta(seconds=3)  # a case is shown without this, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Trying:
    """A step that failed and is repeated, such as `export:crm:1`. `system` and `reason` say by code what
    stood in its way last; `again_at` is when it is tried next, None while it is being tried.
    """

    step: str
    system: str
    reason: str
    tries: int
    again_at: datetime | None


async def trying(desk: Desk, case_id: str) -> tuple[Trying, ...]:
    """Return which steps of a case failed and are repeated: none, too, if Temporal cannot be asked."""
    try:
        life = await desk.life(case_id).describe(rpc_timeout=_PATIENCE)
    except (RPCError, RuntimeError):
        return ()
    failed = (step for step in life.raw_description.pending_activities if step.HasField("last_failure"))
    return tuple([await _told(desk, step) for step in failed])


async def _told(desk: Desk, step: PendingActivityInfo) -> Trying:
    system, reason = await _why(desk, step)
    next_at = step.next_attempt_schedule_time
    return Trying(
        step=step.activity_id,
        system=system,
        reason=reason,
        tries=step.attempt - 1,
        again_at=next_at.ToDatetime(UTC) if next_at.seconds else None,
    )


async def _why(desk: Desk, step: PendingActivityInfo) -> tuple[str, str]:
    """Return (system, reason). What keeps us from reading it is most likely what stands in the step's way."""
    try:
        error = await desk.client.data_converter.decode_failure(step.last_failure)
    except DsarError as shut:
        return shut.system, shut.reason
    return cause_of(error)


def cause_of(error: BaseException) -> tuple[str, str]:
    """Return (system, reason) of a step's failure, as `activities/_translate.py` told it. What it did not
    tell came from the SDK: the case's key, without which a step cannot be read, was not to be had.
    """
    if not isinstance(error, ApplicationError):
        return "worker", "no_answer"  # it ran out of time, or its worker was killed
    if len(error.details) > 1:
        return str(error.details[1]), str(error.details[0])
    return "worker", "bug" if error.details else "work_unreadable"
