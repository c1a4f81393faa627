"""Gone: erased in one system, and looked at again until it shows; on our own plan, or on a client's word."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.orders import DeedOrder
    from dsar.vocabulary import Found
from workflows import deed_steps

CANNOT, STILL_THERE = "cannot_erase", "still_present"  # why a system waits for a hand
LOOKS = 3  # at a vendor that needs days; then a person looks


async def gone(deed: DeedOrder) -> SystemAnswer | None:
    """Erase in one system and look again until it shows. Returns an open gap if a person must look."""
    try:
        done = await deed_steps.erase(deed)
        if done.jobs:
            await deed_steps.poll(deed)
        return await _looked_at(deed, done.ready_after)
    except ActivityError as error:
        return deed_steps.gap(deed.system, error)


async def _looked_at(deed: DeedOrder, needs: timedelta | None) -> SystemAnswer | None:
    """Search again for what was erased: at once, or when the vendor is ready, and then some days more."""
    for look in range(1, LOOKS + 1 if needs else 2):
        if needs:
            await workflow.sleep(needs)
        found = await deed_steps.verify(deed, look)
        if not found.still_present:
            return None
    return SystemAnswer(system=deed.system, found=Found.UNKNOWN, reason=STILL_THERE)
