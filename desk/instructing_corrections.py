"""What a client says is right, at the desk: read as it was typed, and looked ahead at (LAW PRC-03)."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from activities.proven import proved_identity
from activities.theirs import check_readable, held_for, obstacle
from activities.versions import Stood, open_wishes, stood_in
from desk.desk import Desk
from desk.instructing import Foreseen, Given, foresee, sealed_before
from dsar.corrections import Wish, read_wishes
from dsar.errors import DsarError
from dsar.evidence import Entry
from dsar.holdings import Card, Holding
from dsar.instruction_checks import check_theirs
from dsar.person import Identity
from dsar.ports import Connector
from dsar.reaching import own
from dsar.vocabulary import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a correction would change in one collection: `rows` say something else, and as many `right`.

    `reason`: why no machine would do it.
    """

    correction: int
    system: str
    collection: str
    category: Category
    rows: int
    right: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an instruction to correct would do, without any value. `unplaced`: the numbers of corrections that
    stand nowhere, wrong or right; `unread`: why a system cannot be looked at.
    """

    seen: Foreseen
    changes: tuple[Change, ...]
    unplaced: tuple[int, ...]
    unread: Mapping[str, str]


def corrections_in(text: str, cards: Iterable[Card], client: str) -> tuple[Wish, ...]:
    """Read what a client says is right, one correction a line.

    Raises:
        InputError: as `read_wishes`; `correction_not_theirs`. It repeats no value.
    """
    wishes = read_wishes(text)
    check_theirs(wishes, cards, client)
    return wishes


async def foresee_corrections(
    desk: Desk, connectors: Mapping[str, Connector], case_id: str, client: str, given: Given, *, by: str
) -> Changes:
    """Say what an instruction would change, and change none of it. Systems are read, nothing is noted.

    Raises:
        InputError: as `instruct`.
    """
    seen = foresee(desk, (one.card for one in connectors.values()), case_id, client, given, by=by)
    request, entries = desk.case(case_id).request, desk.register.evidence(case_id)
    wishes = dict(enumerate(given.corrections, start=1))
    wishes = wishes or open_wishes(desk.vault, case_id, sealed_before(entries, client))
    look = _Look(client, own(proved_identity(desk.register, desk.vault, request)), wishes, entries)
    made = await asyncio.gather(*(look.at(connectors[system]) for system in seen.places))
    changes = [change for found in made if not isinstance(found, str) for change in found]
    unread = {s: found for s, found in zip(seen.places, made, strict=True) if isinstance(found, str)}
    placed = {change.correction for change in changes}
    unplaced = tuple(number for number in wishes if number not in placed)
    return Changes(seen=seen, changes=tuple(changes), unplaced=unplaced, unread=unread)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at what systems hold for a client, with the eyes of the deed itself."""

    client: str
    identity: Identity
    wishes: Mapping[int, Wish]
    entries: Sequence[Entry]

    async def at(self, connector: Connector) -> list[Change] | str:
        """Return what would change there; or why nobody can tell."""
        card = connector.card
        try:
            check_readable(card)
            held = await held_for(self.client, connector, self.identity, self.entries)
            found = await stood_in(connector, self.identity, self.wishes, held)
        except DsarError as error:
            return error.reason
        return [self._change(card, holding, stood) for holding, stood in found if stood.rows or stood.right]

    def _change(self, card: Card, holding: Holding, stood: Stood) -> Change:
        return Change(
            correction=stood.number,
            system=card.name,
            collection=stood.collection,
            category=holding.category,
            rows=stood.rows,
            right=stood.right,
            reason=obstacle(card, self.identity, self.wishes[stood.number], stood) if stood.rows else "",
        )
