"""The desk behind a command, made from the environment."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

import fitter
import settings
from commands._counter import guarded
from desk.desk import Desk
from dsar.holdings import Card

T = TypeVar("T")


def with_desk(work: Callable[[Desk], Coroutine[Any, Any, T]], *, as_json: bool) -> T:
    """Run `work` with a desk made from the environment."""

    async def at_the_desk() -> T:
        return await work(await fitter.desk(fitter.tools(settings.load())))

    return guarded(lambda: asyncio.run(at_the_desk()), as_json=as_json)


def cards() -> Mapping[str, Card]:
    """Return the card of each connected system. None of them is asked anything."""
    connected = fitter.connectors(fitter.tools(settings.load()))
    return {name: system.card for name, system in connected.items()}
