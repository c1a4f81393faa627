"""Attended: work that goes on beside a story, and whose faults are heard as those of the story are."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from temporalio import workflow
from temporalio.exceptions import FailureError


def attended(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Begin `work` beside the story. Returns its task, which may be cancelled.

    A fault of ours in it fails the workflow task at once: the history stands there, other work that is under
    way ends in it all the same, and a mended release goes on from there. asyncio alone would keep the fault
    until somebody awaited the task: perhaps after a person's next decision, perhaps never. Attending gives no
    command, so older histories are replayed as they were written.
    """
    task = asyncio.create_task(work)
    asyncio.create_task(workflow.wait_condition(lambda: _ended(task)))  # noqa: RUF006  # the condition holds it
    return task


def _ended(task: asyncio.Task[None]) -> bool:
    """Whether the work is over. A failure that Temporal knows is the work's own matter, and no fault."""
    fault = task.exception() if task.done() and not task.cancelled() else None
    if fault and not isinstance(fault, FailureError):
        raise fault
    return task.done()
