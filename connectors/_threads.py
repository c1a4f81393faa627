"""House equipment for drivers that wait: they do so in threads, which are never left behind."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Callable[..., T], *args: object) -> T:
    """Run in a thread. When cancelled, wait for the thread: its connection must not vanish under it."""
    job = asyncio.ensure_future(asyncio.to_thread(work, *args))
    try:
        return await asyncio.shield(job)
    except asyncio.CancelledError:
        await asyncio.wait([job])
        job.exception()  # seen, so that nobody reports it as forgotten
        raise
