"""A heartbeat for work that waits on others: a killed worker is noticed in seconds, not in hours."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from temporalio import activity

BEAT = 5.0  # seconds; the steps allow six of them to be missed


@asynccontextmanager
async def beating(detail: Callable[[], int]) -> AsyncIterator[None]:
    """Beat while the context lasts. `detail` is a number, such as the last parcel's; never personal."""

    async def beat() -> None:
        while True:
            activity.heartbeat(detail())
            await asyncio.sleep(BEAT)

    heart = asyncio.create_task(beat())
    try:
        yield
    finally:
        heart.cancel()
        with suppress(asyncio.CancelledError):
            await heart
