"""Sending an answer straight to whom the person names, with a receipt (Art. 20(2); LAW POR-04, NTC-13)."""

import asyncio
from dataclasses import dataclass

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.cutting import Cutting
from activities.disclosure import BUNDLE
from activities.targets import target_of
from dsar.errors import ContractError, OperatorError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.orders import Order
from dsar.ports import Carrier, CompanyFacts, Register, Vault
from dsar.transfers import TRANSFER, Delivered, Destination, Target, transferred


@dataclass(frozen=True, slots=True)
class Transferring:
    """Tools for a transfer to a third party."""

    register: Register
    vault: Vault
    company: CompanyFacts
    carrier: Carrier
    cut: Cutting

    @activity.defn(name="count-portable")
    @translated
    def count_portable(self, order: Order) -> int:
        """Return in how many collections something is held that the person may take along (LAW POR-01)."""
        return len(self.cut.going(order.request))

    @activity.defn(name="send-bundle")
    @translated
    async def send_bundle(self, order: Order) -> bool:
        """Send the answer where the person wants it, once. Returns False if they named nobody.

        Raises:
            OperatorError: `host_not_allowed`: it was taken off the list meanwhile; or as `Carrier.put`.
        """
        case_id = order.request.case_id
        target = await asyncio.to_thread(target_of, self.vault, case_id)
        if target is None:
            return False
        entries = await asyncio.to_thread(self.register.evidence, case_id)
        if transferred(entries):
            return True
        destination = self.company.destination(target.host)
        if destination is None:
            raise OperatorError(TRANSFER, "host_not_allowed")
        async with beating(lambda: order.number):
            done = await self._put(case_id, target, destination, entries)
        await asyncio.to_thread(self._tell, order, target, done)
        return True

    async def _put(
        self, case_id: str, target: Target, destination: Destination, entries: tuple[Entry, ...]
    ) -> Delivered:
        written = [entry for entry in entries if entry.kind is EvidenceKind.BUNDLE_WRITTEN]
        if not written:
            raise ContractError(TRANSFER, "bundle_not_written")
        chunks = await asyncio.to_thread(self.vault.stream, case_id, BUNDLE)
        size = int(written[-1].facts["size"] or 0)
        return await self.carrier.put(target.url, chunks, size, inside=destination.inside)

    def _tell(self, order: Order, target: Target, done: Delivered) -> None:
        facts: dict[str, Scalar] = {
            "host": target.host,
            "status": done.status,
            "size": done.size,
            "sha256": done.sha256,
        }
        fact = Fact(key="transferred", kind=EvidenceKind.TRANSFERRED, at=order.at, facts=facts)
        self.register.record(order.request.case_id, fact)
