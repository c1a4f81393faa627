"""What can be asked of a live system without a person of its own: it only ever reads."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dsar.errors import DsarError, UnsupportedError
from dsar.person import Identifier, Identity
from dsar.ports import Connector
from dsar.vocabulary import IdentifierKind, Verb

# Nobody has these: a domain that cannot exist, and what only looks as if it might match somebody.
_NOBODY = ("nobody.here@probe.invalid", "%@%", "*", "' or '1'='1", "_____@_____", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise, and whether it was kept. `reason` is the code of the error that came instead."""

    name: str
    kept: bool
    examples: int = 1
    reason: str = ""


async def probe(connector: Connector) -> tuple[Promise, ...]:
    """Ask a live system what it promises of people whom it cannot know."""
    if not connector.card.can:
        return (await _kept("every question is its owner's", _is_a_persons, connector),)
    asked: dict[str, Callable[[Connector], Awaitable[bool]]] = {
        "a healthy system passes its check": _healthy,
        "nothing is held of a stranger": _holds_nobody,
        "what looks like a filter matches nobody": _matches_nobody,
        "the card tells the truth": _card_is_true,
    }
    return tuple([await _kept(name, ask, connector) for name, ask in asked.items()])


async def _kept(name: str, ask: Callable[[Connector], Awaitable[bool]], connector: Connector) -> Promise:
    try:
        return Promise(name=name, kept=await ask(connector))
    except DsarError as error:
        return Promise(name=name, kept=False, reason=error.reason)


async def _is_a_persons(connector: Connector) -> bool:
    try:
        await connector.find(Identity())
    except UnsupportedError:
        return True
    return False


async def _healthy(connector: Connector) -> bool:
    await connector.check()
    return True


async def _holds_nobody(connector: Connector) -> bool:
    return await _empty(connector, _NOBODY[0])


async def _matches_nobody(connector: Connector) -> bool:
    return all([await _empty(connector, value) for value in _NOBODY])


async def _card_is_true(connector: Connector) -> bool:
    able = {verb for verb in Verb if callable(getattr(connector, verb, None))}
    return able == connector.card.can and bool(connector.card.collections)


async def _empty(connector: Connector, value: str) -> bool:
    kinds = connector.card.finds_by & {
        IdentifierKind.EMAIL,
        IdentifierKind.ACCOUNT_ID,
        IdentifierKind.DISTINCT_ID,
    }
    who = Identity(identifiers=tuple(Identifier(kind=kind, value=value) for kind in sorted(kinds)))
    findings = await connector.find(who)
    return not findings.holdings and findings.people <= 1
