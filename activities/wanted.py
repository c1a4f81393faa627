"""What is to be right, of whom and where: as it was accepted in a case, or as a client instructs it.

A case's own corrections look at what was found for it; a client's at that client's collections alone, by what
the person told us and proved (LAW PRC-03). Beyond that the two are done alike.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from activities.able import connector_of
from activities.frozen import frozen
from activities.proven import proved_identity
from activities.theirs import check_readable, held_for
from activities.versions import open_wishes
from dsar.corrections import Wish
from dsar.errors import OperatorError
from dsar.evidence import Entry, Scalar
from dsar.holdings import Holding
from dsar.instructions import To, sealed_of, was_instructed
from dsar.orders import DeedOrder
from dsar.person import Identity
from dsar.ports import Change, Connector, Register, Vault
from dsar.rectified import OWN, Corrections, corrections_of, instructed_corrections
from dsar.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one order is about. Register and vault are asked afresh each time: a deed may be tried again."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    order: DeedOrder

    @property
    def whose(self) -> dict[str, Scalar]:
        """Say on whose instruction it is done, and by which; nothing of the case's own."""
        order = self.order
        return {"client": order.client, "plan": order.number} if order.client else {}

    @property
    def change(self) -> Change:
        """What beginning does to the case: it is being answered; an instruction stands beside it."""
        return Change() if self.order.client else Change(status=Status.ANSWERING)

    @property
    def folder(self) -> str:
        """Where the vault keeps what is right."""
        if not self.order.client:
            return OWN
        return sealed_of(self._entries(), self.order.client, self.order.number)

    def wishes(self) -> dict[int, Wish]:
        """Return what is to be right, by number from 1.

        Raises:
            OperatorError: `not_instructed`. No side door: whatever the workflow believes, the register must
                hold the client's word.
        """
        order = self.order
        if order.client and not was_instructed(self._entries(), order.client, order.number, To.CORRECT):
            raise OperatorError(order.system, "not_instructed")
        return open_wishes(self.vault, order.request.case_id, self.folder)

    def known(self) -> Corrections:
        """Return how far it has come, as the evidence tells it. Raises as `wishes`."""
        order, count = self.order, len(self.wishes())
        if not order.client:
            return corrections_of(self._entries(), count)
        return instructed_corrections(self._entries(), count, order.client, order.number)

    def identity(self) -> Identity:
        """Return by what the person is found. Raises `OperatorError`, `identity_unproved`."""
        order, case_id = self.order, self.order.request.case_id
        if order.client:
            return frozen(self.vault, case_id, order.number, order.client)
        return proved_identity(self.register, self.vault, order.request)

    async def held(self, identity: Identity) -> tuple[Holding, ...]:
        """Return in which collections it may stand. Raises as `check_readable` and `held_for`."""
        order = self.order
        if not order.client:
            holdings = await asyncio.to_thread(self.register.holdings, order.request.case_id)
            return tuple(h for h in holdings if h.system == order.system and h.count)
        connector = connector_of(self.connectors, order.system)
        check_readable(connector.card)
        entries = await asyncio.to_thread(self._entries)
        return await held_for(order.client, connector, identity, entries)

    def _entries(self) -> tuple[Entry, ...]:
        return self.register.evidence(self.order.request.case_id)
