"""Righted: what is wrong written anew in one system, and read again; as accepted, or on a client's word."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.orders import DeedOrder
    from dsar.vocabulary import Found
from workflows import rectification_steps
from workflows.deed_steps import gap


async def righted(deed: DeedOrder) -> SystemAnswer | None:
    """Correct in one system, give the vendor its time, read again. Returns a gap if a person must look."""
    try:
        done = await rectification_steps.correct(deed)
        reason = done.reason
        if done.check_after:
            await asyncio.sleep(done.check_after.total_seconds())
            checked = await rectification_steps.check(deed)
            reason = checked.reason or reason
    except ActivityError as error:
        return gap(deed.system, error)
    return SystemAnswer(system=deed.system, found=Found.UNKNOWN, reason=reason) if reason else None
