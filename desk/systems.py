"""Whether every part answers: our own tools, Temporal, and each connected system."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from temporalio.service import RPCError

from desk.desk import Desk
from dsar.budget import Month
from dsar.canaries import NOT_REGISTERED, CanaryState
from dsar.errors import DsarError
from dsar.holdings import Card
from dsar.ports import Connector, Post

PATIENCE = 15.0  # seconds for one check


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of the orders that a system's account may be given in this calendar month (UTC)."""

    per_month: int
    used: int
    left: int
    resets_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How one part is. `reason` is a code; `card` is set for connected systems, with the canaries there.

    A system that answers well and does not find its canary is not well. A part may be well and yet doubtful:
    then it is `ok`, with a reason, and `mend` is the command that helps. `month`: what is left of its orders.
    """

    name: str
    ok: bool
    reason: str = ""
    mend: str = ""
    card: Card | None = None
    canaries: tuple[CanaryState, ...] = ()
    month: Left | None = None


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
    found = await asyncio.gather(*checks)
    known = await asyncio.to_thread(_canaries, desk)
    gone = {state.system for state in known} - cards.keys()
    found += [Health(name=system, ok=False, reason=NOT_REGISTERED) for system in sorted(gone)]
    heard = [_heard(one, [state for state in known if state.system == one.name]) for one in found]
    heard = [await _counted(one, connectors) for one in heard]
    return (*heard, *(await _doubts(desk, heard[1])))


def _canaries(desk: Desk) -> tuple[CanaryState, ...]:
    try:
        return desk.register.canaries()
    except DsarError:  # said of the register itself
        return ()


def _heard(one: Health, canaries: Sequence[CanaryState]) -> Health:
    silent = one.ok and any(state.silent for state in canaries)
    told = replace(one, canaries=tuple(canaries))
    return replace(told, ok=False, reason="canary_silent") if silent else told


async def _counted(one: Health, connectors: Mapping[str, Connector]) -> Health:
    """Say what is left of the month. A register that is away has said so itself."""
    ask = getattr(connectors.get(one.name), "month", None)
    try:
        month: Month | None = await ask() if ask else None
    except DsarError:
        return one
    if month is None:
        return one
    left = Left(per_month=month.per_month, used=month.used, left=month.left, resets_at=month.resets_at)
    return replace(one, month=left)


async def _doubts(desk: Desk, vault: Health) -> tuple[Health, ...]:
    """Say what is unsafe about the vault's bucket, also when only its keys are amiss.

    A store that lets nobody ask leaves us in doubt, unless the vault itself has said so.
    """
    try:
        doubts = await asyncio.wait_for(asyncio.to_thread(desk.vault.doubts), PATIENCE)
    except (DsarError, TimeoutError):
        if not vault.ok:
            return ()
        mend = "let the vault's credentials read the bucket's settings"
        return (Health(name="bucket", ok=True, reason="settings_unreadable", mend=mend),)
    return tuple(Health(name="bucket", ok=not d.grave, reason=d.code, mend=d.mend) for d in doubts)


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
