"""Looking for what an erasure left elsewhere, with the frozen identifiers (Art. 17(1); LAW EVD-07)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.able import scanner
from activities.frozen import frozen
from activities.where import seal_keys
from dsar.case import SystemAnswer
from dsar.erasure import plans_of
from dsar.evidence import Entry
from dsar.orders import DeedOrder
from dsar.person import Identity
from dsar.ports import Connector, Register, Vault
from dsar.residue import Scan, Scanned, gap_of, residue_facts, summed, traces
from dsar.vocabulary import Found


@dataclass(frozen=True, slots=True)
class Scanning:
    """Tools for the residue scan."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]

    @activity.defn(name="scan-residue")
    @translated
    async def scan_residue(self, order: DeedOrder) -> Scanned:
        """Look at everything in one system, and write down where something of the person is left.

        What a duty keeps is named as known. Keys of objects are sealed, for they may be addresses. A clean
        scan settles what waited for a hand.
        """
        system = scanner(self.connectors, order.system)
        if system is None:
            return Scanned(able=False)
        entries = await asyncio.to_thread(self.register.evidence, order.request.case_id)
        identity = await asyncio.to_thread(self._frozen, order, entries)
        async with beating(lambda: order.look):
            scan = await system.scan(identity)
        return await asyncio.to_thread(self._note, order, scan, entries)

    def _frozen(self, order: DeedOrder, entries: Sequence[Entry]) -> Identity:
        """Return the identifiers of every plan of the case: what one froze, another may not know."""
        case_id = order.request.case_id
        parts = [frozen(self.vault, case_id, plan.number) for plan in plans_of(entries)]
        return Identity().merged(known for part in parts for known in part.identifiers)

    def _note(self, order: DeedOrder, scan: Scan, entries: Sequence[Entry]) -> Scanned:
        found = traces(order.system, scan, plans_of(entries))
        case_id, told = order.request.case_id, summed(found)
        *lines, head = residue_facts(order.system, scan, found, number=order.look, at=order.at)
        seal_keys(self.vault, case_id, order.system, scan)
        for fact in lines:
            self.register.record(case_id, fact)
        gap = gap_of(order.system)
        waited = {answer.system for answer in self.register.answers(case_id)}
        if gap in waited and not told.left:
            clean = SystemAnswer(system=gap, found=Found.DONE)
            self.register.put_answer(case_id, clean, (), head)
        else:
            self.register.record(case_id, head)
        return told
