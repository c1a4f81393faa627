"""A heartbeat for work that waits on others: a killed worker is noticed in seconds, not in hours."""

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

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


@contextmanager
def beating_beside(pause: float = BEAT) -> Iterator[None]:
    """Beat from a thread of its own while work in this one may wait long for a slow store.

    Each single call has its own limit, so that work which hangs for ever cannot pass for living.
    """
    over, here = threading.Event(), contextvars.copy_context()

    def beat() -> None:
        while not over.wait(pause):
            here.run(activity.heartbeat)

    heart = threading.Thread(target=beat, name="heart", daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join()
