"""What a system holds of a client's data about the person: in that client's collections, and in no other."""

from collections.abc import Sequence

from activities.versions import Stood
from dsar.clients import theirs
from dsar.corrections import Wish
from dsar.errors import OperatorError, UnsupportedError
from dsar.evidence import Entry
from dsar.hands import deed
from dsar.holdings import Card, Holding
from dsar.instructions import WAY_GONE, way_gone
from dsar.person import Identity
from dsar.ports import Connector
from dsar.reaching import found_by
from dsar.rectified import ATTRIBUTE_BY_HAND, FOUND_BY_IT, SEVERAL_VALUES
from dsar.vocabulary import Verb


def check_readable(card: Card) -> None:
    """Let a system pass whose records a machine can look at, to see what stands there.

    Raises:
        UnsupportedError: `cannot_export`, `cannot_find`; or in whose hands correcting is.
    """
    for verb in (Verb.EXPORT, Verb.FIND):
        if verb not in card.can:
            raise UnsupportedError(card.name, deed(card.hands, Verb.RECTIFY if card.hands else verb))


def obstacle(card: Card, identity: Identity, wish: Wish, stood: Stood) -> str:
    """Return why no machine writes what a client says is right over what stands there; empty if one does."""
    if Verb.RECTIFY not in card.can:
        return deed(card.hands, Verb.RECTIFY)
    corrects = card.collection(stood.collection).corrects
    if corrects is not None and stood.attribute not in corrects:
        return ATTRIBUTE_BY_HAND
    correction = stood.correction(wish)
    if correction is None:
        return SEVERAL_VALUES
    return FOUND_BY_IT if found_by(identity, card.finds_by, correction.old or "") else ""


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
