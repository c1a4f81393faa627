"""Canaries at the desk: look for them now, and what is known of them."""

import asyncio

from desk.desk import Desk
from dsar.canaries import CanaryLook
from dsar.errors import TemporaryError
from workflows.canary import DsarCanary

PATIENCE = 120  # seconds a person waits; the round goes on without them


async def look_now(desk: Desk) -> tuple[CanaryLook, ...]:
    """Have every canary looked for now, and tell staff what changed.

    Raises:
        TemporaryError: Temporal cannot be reached, or a system keeps us waiting: the round goes on.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await desk.carry_out(DsarCanary.run, "dsar-canary/now")
    except TimeoutError:
        raise TemporaryError("worker", "no_answer") from None
