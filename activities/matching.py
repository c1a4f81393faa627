"""Comparing what a person names with what the systems hold; which value fitted is told to nobody."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from dsar.clients import ours
from dsar.dossier import open_points, open_request, spend_points
from dsar.errors import ContractError, OperatorError, UnsupportedError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.identity_policy import need
from dsar.matching import ATTEMPTS, Tally, looked_up_by
from dsar.orders import ProofOrder
from dsar.person import Identity
from dsar.ports import Connector, Register, Vault
from dsar.vocabulary import Proof

MOST_ROWS = 10_000  # of one collection; a person's own facts stand near the front


@dataclass(frozen=True, slots=True)
class Matching:
    """The connected systems, looked into by the contact point alone."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]

    @activity.defn(name="match-identity")
    @translated
    async def match_identity(self, order: ProofOrder) -> bool:
        """Compare the sealed data points with what is held. They are gone from the vault afterwards."""
        told = await asyncio.to_thread(self._told, order)
        if told is not None:
            return told
        points = await asyncio.to_thread(open_points, self.vault, order.request.case_id, order.number)
        request = await asyncio.to_thread(open_request, self.vault, order.request.case_id)
        tally = Tally(points)
        async with beating(lambda: order.number):
            for connector in self.connectors.values():
                await _look(connector, looked_up_by(request), tally)
        return await asyncio.to_thread(self._tell, order, tally, len(points))

    def _told(self, order: ProofOrder) -> bool | None:
        """Return what an earlier try of this very step came to."""
        known = {entry.key for entry in self.register.evidence(order.request.case_id)}
        if f"unmatched:{order.number}" in known or order.number > ATTEMPTS:
            return False
        return True if f"proved:match:{order.number}" in known else None

    def _tell(self, order: ProofOrder, tally: Tally, given: int) -> bool:
        request, wanted = order.request, order.wanted
        needed = max(need(request.right, request.regime, request.requester).points, 2)
        matched = tally.matched(needed)
        facts: dict[str, Scalar] = {"given": given, "needed": needed, "by": wanted.by}
        if matched:
            facts |= {"method": Proof.MATCH.value, "points": needed, "declared": wanted.declared}
        key = f"proved:match:{order.number}" if matched else f"unmatched:{order.number}"
        kind = EvidenceKind.IDENTITY_PROVED if matched else EvidenceKind.MATCH_REFUSED
        self.register.record(request.case_id, Fact(key=key, kind=kind, at=order.at, facts=facts))
        spend_points(self.vault, request.case_id, order.number)
        return matched


async def _look(connector: Connector, identity: Identity, tally: Tally) -> None:
    """Look into one system. One that is broken, or cannot tell two people apart, proves nothing."""
    card = connector.card
    if not card.controller or not identity.kinds() & card.finds_by:
        return
    try:
        findings = await connector.find(identity)
        for holding in ours(card, findings).holdings if findings.people <= 1 else ():
            await _read(connector, identity, holding.collection, tally)
    except (OperatorError, UnsupportedError, ContractError):
        return


async def _read(connector: Connector, identity: Identity, collection: str, tally: Tally) -> None:
    left = MOST_ROWS
    async for page in connector.export(identity, collection):
        tally.look_at(page.rows)
        left -= len(page.rows)
        if left <= 0:
            return
