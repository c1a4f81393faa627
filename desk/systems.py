"""Whether every part answers: our own tools, Temporal, and each connected system."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from temporalio.service import RPCError

from desk.desk import Desk
from dsar.errors import DsarError
from dsar.holdings import Card
from dsar.ports import Connector, Post

PATIENCE = 15.0  # seconds for one check


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How one part is. `reason` is a code; `card` is set for connected systems."""

    name: str
    ok: bool
    reason: str = ""
    card: Card | None = None


async def health(desk: Desk, connectors: Mapping[str, Connector], post: Post) -> tuple[Health, ...]:
    """Check everything side by side, harmlessly."""
    ours = {
        "register": lambda: asyncio.to_thread(desk.register.check),
        "vault": lambda: asyncio.to_thread(desk.vault.check),
        "mail": lambda: asyncio.to_thread(post.check),
        "temporal": lambda: _temporal(desk),
    }
    theirs = {name: connector.check for name, connector in connectors.items()}
    cards = {name: connector.card for name, connector in connectors.items()}
    checks = [_checked(name, check, cards.get(name)) for name, check in {**ours, **theirs}.items()]
    return tuple(await asyncio.gather(*checks))


async def _temporal(desk: Desk) -> None:
    await desk.client.service_client.check_health()


async def _checked(name: str, check: Callable[[], Awaitable[None]], card: Card | None) -> Health:
    try:
        await asyncio.wait_for(check(), PATIENCE)
    except DsarError as error:
        return Health(name=name, ok=False, reason=error.reason, card=card)
    except (RPCError, RuntimeError, TimeoutError):
        return Health(name=name, ok=False, reason="unreachable", card=card)
    return Health(name=name, ok=True, card=card)
