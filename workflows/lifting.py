"""Lifting a mark: it is tried until it was seen to be gone, and meanwhile it is a task (Art. 18(3)).

Whoever set it takes it off: the machine, the owner of a system in hands, or the processor who was written to.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from dsar.case import RightsRequest, SystemAnswer
    from dsar.hands import wanted_by_mail
    from dsar.marks import STILL_HELD
    from dsar.orders import DeedOrder
    from dsar.vocabulary import Found, Verb
from workflows import deed_steps, placing_steps
from workflows.gone import LOOKS

DAILY = 8  # tries on as many days; then one a week


async def lifted(request: RightsRequest, marked: Mapping[str, tuple[str, ...]], number: int = 1) -> None:
    """Lift in every system, for whom order `number` froze. Returns when none is marked any more: before that
    nobody hears that it ended.
    """
    deeds = (
        DeedOrder(request=request, at=workflow.now(), system=system, number=number, collections=held)
        for system, held in marked.items()
    )
    await asyncio.gather(*map(_lifted, deeds))


async def pause(number: int) -> None:
    """Wait a day, and a week after many tries."""
    await workflow.sleep(timedelta(days=1 if number < DAILY else 7))


async def shows(deed: DeedOrder, verb: Verb, needs: timedelta | None) -> bool:
    """Look whether a mark is as its receipt says, once its system had the time it `needs`, and twice more
    then. Where it needs none, the deed itself has looked. Raises `ActivityError` if it cannot be asked.
    """
    if needs is None:
        return True
    for look in range(2, LOOKS + 2):  # the first look is the deed's own
        await workflow.sleep(needs)
        if not (await deed_steps.look_at_mark(replace(deed, look=look), verb)).still_present:
            return True
    return False


async def _lifted(deed: DeedOrder) -> None:
    """Lift in one system. Meanwhile a task waits, and whoever takes the mark off by hand notes it."""
    number = 1
    while why := await _trouble(deed):
        await placing_steps.note_marked(deed.request, why)
        if wanted_by_mail(why.reason):
            await _asked_for(deed.request, why)
        await pause(number)
        number += 1
        deed = replace(deed, tries=deed.tries + (why.reason == STILL_HELD))


async def _trouble(deed: DeedOrder) -> SystemAnswer | None:
    """Lift, and look. Returns why the mark may still stand."""
    try:
        done = await deed_steps.lift(deed)
        if await shows(deed, Verb.LIFT, done.ready_after):
            return None
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        return deed_steps.gap(deed.system, error)
    return SystemAnswer(system=deed.system, found=Found.UNKNOWN, reason=STILL_HELD)


async def _asked_for(request: RightsRequest, why: SystemAnswer) -> None:
    """Write to a processor. One who cannot be written to stays a task."""
    try:
        await placing_steps.write_to_lift(request, why)
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
