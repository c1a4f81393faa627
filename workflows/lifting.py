"""Lifting a mark: it is tried until it is gone, and where no machine can, a person does it (Art. 18(3))."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from dsar.case import RightsRequest
from workflows import deed_steps, placing_steps

DAILY = 8  # tries on as many days; then one a week


async def lifted(request: RightsRequest, marked: Mapping[str, tuple[str, ...]]) -> None:
    """Lift in every system. Returns when none is marked any more: before that nobody hears that it ended."""
    await asyncio.gather(*(_lifted(request, system, held) for system, held in marked.items()))


async def pause(number: int) -> None:
    """Wait a day, and a week after many tries."""
    await workflow.sleep(timedelta(days=1 if number < DAILY else 7))


async def _lifted(request: RightsRequest, system: str, collections: tuple[str, ...]) -> None:
    """Lift in one system. Meanwhile a task waits, and whoever takes the mark off by hand notes it."""
    number = 1
    while not await _tried(request, system, collections):
        number += 1
        await pause(number)


async def _tried(request: RightsRequest, system: str, collections: tuple[str, ...]) -> bool:
    try:
        await deed_steps.lift(request, system, 1, collections)
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        await placing_steps.note_marked(request, deed_steps.gap(system, error))
        return False
    return True
