"""Handing a client's data over to the client, on their word alone (Art. 28(3)(e); LAW PRC-03).

Their collections of this person and no others go into one sealed file, to their own host and nowhere else.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.able import able
from activities.counted import short_of
from activities.cutting import Discreet
from activities.exporting import Export, whole
from activities.frozen import freeze, frozen
from activities.proven import proved_identity
from activities.theirs import held_for
from dsar.case import SystemAnswer
from dsar.deeds import Receipt, Result
from dsar.errors import ContractError, OperatorError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.holdings import Stored
from dsar.instructions import To, folder_of, target_of, was_instructed
from dsar.law_sets import law_set
from dsar.orders import DeedOrder, Order
from dsar.parcels import unpack
from dsar.ports import (
    BundleFacts,
    BundleReceipt,
    BundleWriter,
    Carrier,
    CompanyFacts,
    Connector,
    Register,
    Section,
    Vault,
)
from dsar.reaching import own
from dsar.receipts import receipt_fact, receipt_key
from dsar.systems import CAME_SHORT
from dsar.transfers import TRANSFER, Delivered, handed_key, read_target
from dsar.vocabulary import Found, Verb
from dsar.withholding import secrets_in


@dataclass(frozen=True, slots=True)
class HandingOver:
    """Tools for what a client has handed over to itself. What is ours is never in their reach."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    company: CompanyFacts
    bundles: BundleWriter
    carrier: Carrier

    @activity.defn(name="freeze-instruction")
    @translated
    def freeze_instruction(self, order: Order) -> None:
        """Freeze who an instruction is about: what they told us and proved. `order.system` is the client."""
        identity = own(proved_identity(self.register, self.vault, order.request))
        freeze(self.vault, order.request.case_id, order.number, identity, order.system)

    @activity.defn(name="export-instruction")
    @translated
    async def export_instruction(self, order: DeedOrder) -> int:
        """Seal what one system holds of this client's data about the person; one receipt for each collection.

        Returns how many records. Cut short it goes on with the parcels that lie in the vault.

        Raises:
            UnsupportedError: `cannot_export`, `cannot_find`: no machine can; `way_erased`: none can any more.
            OperatorError: `several_people` fit; `not_instructed`.
            ContractError: `export_short`.
        """
        case_id, system = order.request.case_id, order.system
        await asyncio.to_thread(self._check_word, case_id, system, order.client, order.number)
        for verb in (Verb.EXPORT, Verb.FIND):
            connector = able(self.connectors, system, verb)
        identity = await asyncio.to_thread(frozen, self.vault, case_id, order.number, order.client)
        async with beating(lambda: order.number):
            entries = await asyncio.to_thread(self.register.evidence, case_id)
            held = await held_for(order.client, connector, identity, entries)
            counted = {holding.collection: holding.count for holding in held}
            laws = law_set(order.request.regime)
            secrets = {n: secrets_in(connector.card.collection(n).secrets, laws) for n in counted}
            folder = _parcels(order.client, order.number, system)
            export = Export(vault=self.vault, case_id=case_id, folder=folder)
            chains = await export.filled(Discreet(connector, secrets), identity, counted, lambda: None)
            if await short_of(connector, identity, counted, chains):
                raise ContractError(system, CAME_SHORT)
        rows = {chain.collection: chain.rows for chain in chains}
        await asyncio.to_thread(self._receive, order, rows)
        return sum(rows.values())

    def _check_word(self, case_id: str, system: str, client: str, number: int) -> None:
        """No side door: whatever the workflow believes, the register must hold the client's word."""
        if not was_instructed(self.register.evidence(case_id), client, number, To.HAND_OVER):
            raise OperatorError(system, "not_instructed")

    def _receive(self, order: DeedOrder, rows: Mapping[str, int]) -> None:
        for place, (collection, count) in enumerate(rows.items()):
            receipt = Receipt(
                system=order.system,
                collection=collection,
                verb=Verb.EXPORT,
                result=Result.DONE,
                count=count,
            )
            key = receipt_key(Verb.EXPORT, order.name, order.system, place)
            fact = receipt_fact(receipt, key, order.at, client=order.client, plan=order.number)
            self.register.record(order.request.case_id, fact)

    @activity.defn(name="send-instruction")
    @translated
    async def send_instruction(self, order: Order) -> bool:
        """Send what was sealed for a client to their own host, once. `order.system` is the client.

        Returns False if nothing is held.

        Raises:
            OperatorError: `not_instructed`; `host_not_allowed`: the company's facts name another host of this
                client by now, or none; `target_missing`: nobody said where to; or as `Carrier.put`.
        """
        case_id, client, number = order.request.case_id, order.system, order.number
        await asyncio.to_thread(self._check_word, case_id, TRANSFER, client, number)
        entries = await asyncio.to_thread(self.register.evidence, case_id)
        if any(entry.key == handed_key(client, number) for entry in entries):
            return True
        held = exported(entries, client, number)
        if not held:
            return False
        async with beating(lambda: order.number):
            written = await asyncio.to_thread(self._written, order, held)
            done, host = await self._put(order, written)
        facts: dict[str, Scalar] = {
            "client": client,
            "number": number,
            "host": host,
            "status": done.status,
            "size": done.size,
            "sha256": done.sha256,
            "files": written.files,
            "rows": written.rows,
            "manifest": written.manifest_sha256,
        }
        fact = Fact(key=handed_key(client, number), kind=EvidenceKind.TRANSFERRED, at=order.at, facts=facts)
        await asyncio.to_thread(self.register.record, case_id, fact)
        return True

    async def _put(self, order: Order, written: BundleReceipt) -> tuple[Delivered, str]:
        case_id, client = order.request.case_id, self.company.client_of(order.system)
        place = target_of(order.system, order.number)
        if place not in await asyncio.to_thread(self.vault.names, case_id, place):
            raise OperatorError(TRANSFER, "target_missing")
        target = read_target((await asyncio.to_thread(self.vault.get, case_id, place)).decode())
        if client is None or client.host != target.host:
            raise OperatorError(TRANSFER, "host_not_allowed")
        chunks = await asyncio.to_thread(self.vault.stream, case_id, _bundle(order.system, order.number))
        return await self.carrier.put(target.url, chunks, written.size, inside=client.inside), target.host

    def _written(self, order: Order, held: Mapping[tuple[str, str], int]) -> BundleReceipt:
        """Write the file, once: what was written last says of itself that the file is whole."""
        case_id, place = order.request.case_id, _bundle(order.system, order.number)
        told = f"{place}.receipt"
        if told not in self.vault.names(case_id, told):
            with self.vault.sink(case_id, place) as sink:
                receipt = self.bundles.write(
                    self._facts(order, held), self._sections(order, held), sink, lambda _rows: None
                )
            self.vault.put(case_id, told, json.dumps(asdict(receipt)).encode())
        return BundleReceipt(**json.loads(self.vault.get(case_id, told)))

    def _sections(self, order: Order, held: Mapping[tuple[str, str], int]) -> Iterator[Section]:
        case_id = order.request.case_id
        for system in sorted({system for system, _ in held}):
            card = self.connectors[system].card
            folder = _parcels(order.system, order.number, system)
            for collection, rows in whole(system, unpack(self.vault, case_id, folder)):
                yield Section(
                    system=system,
                    vendor=card.vendor,
                    collection=card.collection(collection),
                    rows=whole(system, rows),
                    open_file=partial(self._file, case_id, system),
                )

    def _file(self, case_id: str, system: str, file: Stored) -> Iterator[bytes]:
        return whole(system, self.vault.stream(case_id, file.place))

    def _facts(self, order: Order, held: Mapping[tuple[str, str], int]) -> BundleFacts:
        request, counts = order.request, dict[str, list[int]]()
        for (system, _), count in held.items():
            counts.setdefault(system, []).append(count)
        return BundleFacts(
            case_id=request.case_id,
            right=request.right,
            regime=request.regime,
            locale="en",
            received_on=request.received_on,
            answered_at=order.at,
            answers=tuple(
                SystemAnswer(system=s, found=Found.FOUND, records=sum(n), collections=len(n))
                for s, n in sorted(counts.items())
            ),
            information={},
        )


def exported(entries: tuple[Entry, ...], client: str, number: int) -> Mapping[tuple[str, str], int]:
    """Return what was sealed for a client, by system and collection, each with its records."""
    return {
        (str(e.facts["system"]), str(e.facts["collection"])): int(e.facts["count"] or 0)
        for e in entries
        if e.kind is EvidenceKind.RECEIPT
        and (e.facts["verb"], e.facts.get("client"), e.facts.get("plan")) == (Verb.EXPORT, client, number)
    }


def _parcels(client: str, number: int, system: str) -> str:
    return f"{folder_of(client, number)}parcels/{system}/"


def _bundle(client: str, number: int) -> str:
    return f"{folder_of(client, number)}bundle.zip"
