"""What a system holds of a client's data about the person: in that client's collections, and in no other."""

from collections.abc import Sequence

from dsar.clients import theirs
from dsar.errors import OperatorError, UnsupportedError
from dsar.evidence import Entry
from dsar.hands import deed
from dsar.holdings import Card, Holding
from dsar.instructions import WAY_GONE, way_gone
from dsar.person import Identity
from dsar.ports import Connector
from dsar.vocabulary import Verb


def check_readable(card: Card) -> None:
    """Let a system pass whose records a machine can look at, to see what stands there.

    Raises:
        UnsupportedError: `cannot_export`, `cannot_find`; or in whose hands correcting is.
    """
    for verb in (Verb.EXPORT, Verb.FIND):
        if verb not in card.can:
            raise UnsupportedError(card.name, deed(card.hands, Verb.RECTIFY if card.hands else verb))


async def held_for(
    client: str, connector: Connector, identity: Identity, entries: Sequence[Entry]
) -> tuple[Holding, ...]:
    """Search one system for what a client instructs about.

    Raises:
        OperatorError: `several_people` fit.
        UnsupportedError: `way_erased`: what led there is gone, so that nothing found is no proof.
    """
    findings, scope = await connector.find(identity), theirs(connector.card, client)
    if findings.people > 1:
        raise OperatorError(connector.card.name, "several_people")
    held = tuple(h for h in findings.holdings if h.count and h.collection in scope)
    if way_gone(entries, connector.card.name, client, scope - {h.collection for h in held}):
        raise UnsupportedError(connector.card.name, WAY_GONE)
    return held
