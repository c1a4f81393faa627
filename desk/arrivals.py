"""Requests that arrive as events: one event opens its case once, however often it is brought."""

import asyncio
from dataclasses import replace

import structlog

from desk.desk import Desk
from desk.intake import OpenedCase
from desk.together import open_together
from dsar.arrivals import arrival
from dsar.errors import InputError
from dsar.ports.arrivals import Inbox

log = structlog.get_logger()


async def arrive(desk: Desk, body: bytes) -> tuple[OpenedCase, ...]:
    """Open what an event asks for: one case for each right it names, or return those it opened before.

    A person may ask again while a case is open: each event is a request of its own.

    Raises:
        InputError: it cannot be taken; `event_reused` if this id came before with something else in it.
        DsarError: a part of the engine cannot be reached; bringing it again is safe.
    """
    came = arrival(body)
    event = await asyncio.to_thread(desk.vault.fingerprint, "arrival", came.event)
    content = await asyncio.to_thread(desk.vault.fingerprint, "arrival-content", came.content)
    if not await asyncio.to_thread(desk.arrivals.claim, event, content, desk.now()):
        hint = "this id and source came before with another request: give each event an id of its own"
        raise InputError("event_reused", hint, field="id")
    try:
        request = replace(came.request, intake_key=event)
        return await open_together(desk, request, again=True, arrived=True)
    except InputError:
        await asyncio.to_thread(desk.arrivals.unclaim, event)
        raise


async def receive(desk: Desk, inbox: Inbox) -> int:
    """Open what waits in a queue. Returns how many messages were taken off.

    One that cannot be taken stays there, for the queue to set aside; the log names its fault, no more.

    Raises:
        DsarError: the queue or a part of the engine cannot be reached; nothing is lost.
    """
    taken = 0
    for message in await asyncio.to_thread(inbox.take):
        try:
            await arrive(desk, message.body)
        except InputError as error:
            log.warning("arrival.refused", queue=inbox.name, reason=error.reason, field=error.field)
            continue
        await asyncio.to_thread(inbox.done, message)
        taken += 1
    return taken
