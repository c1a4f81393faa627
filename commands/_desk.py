"""The desk behind a command, made from the environment."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import fitter
import settings
from commands._counter import guarded
from desk.desk import Desk
from dsar.holdings import Card
from dsar.ports import Connector

T = TypeVar("T")


def with_desk(work: Callable[[Desk], Coroutine[Any, Any, T]], *, as_json: bool) -> T:
    """Run `work` with a desk made from the environment."""

    async def at_the_desk() -> T:
        return await work(await fitter.desk(fitter.tools(settings.load())))

    return guarded(lambda: asyncio.run(at_the_desk()), as_json=as_json)


@asynccontextmanager
async def connected() -> AsyncIterator[Mapping[str, Connector]]:
    """Lend the connected systems, to be read from the desk itself."""
    systems = fitter.connectors(fitter.tools(settings.load()))
    try:
        yield systems
    finally:
        await systems.close()


def cards() -> Mapping[str, Card]:
    """Return the card of each connected system. None of them is asked anything."""
    connected = fitter.connectors(fitter.tools(settings.load()))
    return {name: system.card for name, system in connected.items()}
