"""Correcting: what is wrong looked for, what is right written and read again (Art. 16; LAW REC-01)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.able import able, connector_of
from activities.proven import proved_identity
from activities.versions import Held, Stood, open_before, open_wishes, seal_before
from dsar.corrections import Wish
from dsar.deeds import Correction, Receipt, Seen, Verdict
from dsar.errors import ContractError, OperatorError, UnsupportedError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.orders import DeedOrder, Order
from dsar.person import Identity
from dsar.ports import Change, Connector, Rectifies, Register, Vault
from dsar.receipts import check_fact, receipt_fact, receipt_key, receipts_of
from dsar.rectified import (
    FIELD_UNKNOWN,
    SEVERAL_VALUES,
    STILL_WRONG,
    UNVERIFIABLE,
    Corrected,
    Corrections,
    Place,
    before_name,
    corrections_of,
    wish_name,
)
from dsar.vocabulary import Status, Verb


@dataclass(frozen=True, slots=True)
class Correcting:
    """Tools for corrections."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]

    @activity.defn(name="read-corrections")
    @translated
    def read_corrections(self, order: Order) -> Corrections:
        """Return how far the corrections of a case have come, as the evidence tells it."""
        return self._known(order.request.case_id)

    def _known(self, case_id: str) -> Corrections:
        count = len(open_wishes(self.vault, case_id))
        return corrections_of(self.register.evidence(case_id), count)

    @activity.defn(name="locate-values")
    @translated
    async def locate_values(self, order: DeedOrder) -> int:
        """Read where one system holds what is to be corrected, and seal what stands there now.

        Returns in how many places.
        """
        request = order.request
        identity = await asyncio.to_thread(proved_identity, self.register, self.vault, request)
        wishes = await asyncio.to_thread(open_wishes, self.vault, request.case_id)
        holdings = await asyncio.to_thread(self.register.holdings, request.case_id)
        found: list[tuple[str, Stood]] = []
        for holding in holdings:
            name = holding.collection
            asked = {n: w for n, w in wishes.items() if w.looks_at(order.system, name)}
            if holding.system == order.system and holding.count and asked:
                tally = await self._read(order, identity, name, asked)
                found += [(holding.category.value, stood) for stood in tally.stood(name)]
        await asyncio.to_thread(self._tell_places, order, found)
        return len(found)

    async def _read(
        self, order: DeedOrder, identity: Identity, collection: str, wishes: Mapping[int, Wish]
    ) -> Held:
        connector, tally = connector_of(self.connectors, order.system), Held(wishes)
        async with beating(lambda: order.number):
            async for page in connector.export(identity, collection):
                tally.look_at(page.rows)
        return tally

    def _tell_places(self, order: DeedOrder, found: Sequence[tuple[str, Stood]]) -> None:
        case_id, system, number = order.request.case_id, order.system, order.number
        seal_before(self.vault, case_id, system, number, [stood for _, stood in found])
        for place, (category, stood) in enumerate(found):
            facts: dict[str, Scalar] = {
                "system": system,
                "correction": stood.number,
                "collection": stood.collection,
                "category": category,
                "rows": stood.rows,
                "values": len(stood.olds),
                "right": stood.right,
                "order": number,
                "place": place,
            }
            self._record(order, f"located:{system}:{number}:{place}", EvidenceKind.LOCATED, facts)
        head: dict[str, Scalar] = {"system": system, "order": number, "places": len(found)}
        self._record(order, f"located:{system}:{number}", EvidenceKind.LOCATED, head)

    @activity.defn(name="correct-holdings")
    @translated
    async def correct_holdings(self, order: DeedOrder) -> Corrected:
        """Write what was accepted in one system, and read it again. What no machine can do there is named."""
        known = await asyncio.to_thread(self._known, order.request.case_id)
        places = known.of(order.system)
        left = await self._unplaced(order, known)
        identity = await asyncio.to_thread(proved_identity, self.register, self.vault, order.request)
        waits = []
        for place in places:
            done = await self._written(order, identity, place)
            left = left or done.reason
            waits += [done.check_after] if done.check_after else []
        if waits:
            return Corrected(reason=left, check_after=max(waits))
        return Corrected(reason=await self._looked_at(order, identity, places) or left)

    async def _unplaced(self, order: DeedOrder, known: Corrections) -> str:
        wishes = await asyncio.to_thread(open_wishes, self.vault, order.request.case_id)
        return FIELD_UNKNOWN if any(wishes[n].looks_at(order.system) for n in known.unplaced) else ""

    async def _written(self, order: DeedOrder, identity: Identity, place: Place) -> Corrected:
        """Write one value, once: a receipt that is there already says so."""
        case_id, system = order.request.case_id, order.system
        key = receipt_key(Verb.RECTIFY, order.number, system, place.place)
        entries = await asyncio.to_thread(self.register.evidence, case_id)
        if key in receipts_of(entries, Verb.RECTIFY, system, order.number):
            return Corrected()
        correction = await asyncio.to_thread(self._correction, case_id, place)
        if correction is None:
            return Corrected(reason=SEVERAL_VALUES)
        await asyncio.to_thread(self._begin, order, place)
        try:
            connector = cast("Rectifies", able(self.connectors, system, Verb.RECTIFY))
            async with beating(lambda: order.number):
                receipts = await connector.rectify(identity, [correction])
        except UnsupportedError as cannot:
            return Corrected(reason=cannot.reason)
        except OperatorError as refusal:
            if refusal.reason != "value_unfit":
                raise
            return Corrected(reason=refusal.reason)
        _check_word(system, correction, receipts)
        fact = receipt_fact(receipts[0], key, order.at, correction=place.number)
        await asyncio.to_thread(self.register.record, case_id, fact)
        return Corrected(check_after=receipts[0].ready_after)

    def _correction(self, case_id: str, place: Place) -> Correction | None:
        """Return what is to be written; None where nobody said which of several values is wrong."""
        wish = open_wishes(self.vault, case_id)[place.number]
        stood = open_before(self.vault, case_id, place.system, place.order)[place.place]
        old = wish.wrong if wish.wrong is not None else stood.olds[0] if len(stood.olds) == 1 else None
        if old is None:
            return None
        name = stood.attribute
        return Correction(collection=place.collection, attribute=name, value=wish.value, old=old)

    def _begin(self, order: DeedOrder, place: Place) -> None:
        key = f"begun:{Verb.RECTIFY}:{order.number}:{order.system}:{place.place}"
        facts: dict[str, Scalar] = {"system": order.system, "correction": place.number}
        fact = Fact(key=key, kind=EvidenceKind.BEGUN, at=order.at, facts=facts)
        self.register.record(order.request.case_id, fact, Change(status=Status.ANSWERING))

    @activity.defn(name="check-correction")
    @translated
    async def check_correction(self, order: DeedOrder) -> Corrected:
        """Read again what a vendor needed time to write."""
        known = await asyncio.to_thread(self._known, order.request.case_id)
        identity = await asyncio.to_thread(proved_identity, self.register, self.vault, order.request)
        return Corrected(reason=await self._looked_at(order, identity, known.of(order.system)))

    async def _looked_at(self, order: DeedOrder, identity: Identity, places: Sequence[Place]) -> str:
        """Read every place that was written: nothing is corrected before it reads as it should."""
        case_id, system = order.request.case_id, order.system
        entries = await asyncio.to_thread(self.register.evidence, case_id)
        given = receipts_of(entries, Verb.RECTIFY, system, order.number)
        wishes = await asyncio.to_thread(open_wishes, self.vault, case_id)
        written = [p for p in places if receipt_key(Verb.RECTIFY, order.number, system, p.place) in given]
        reason, tallies = "", dict[str, Held]()
        for place in written:
            if place.collection not in tallies:
                tallies[place.collection] = await self._read(order, identity, place.collection, wishes)
            stood = await asyncio.to_thread(open_before, self.vault, case_id, system, place.order)
            verdict = tallies[place.collection].verdict(wishes[place.number], stood[place.place])
            await asyncio.to_thread(self._tell_check, order, place, verdict)
            reason = _worst(reason, verdict)
        return reason

    def _tell_check(self, order: DeedOrder, place: Place, verdict: Verdict) -> None:
        case_id, system = order.request.case_id, order.system
        seen = Seen(system=system, collection=place.collection, verb=Verb.RECTIFY, verdict=verdict)
        key = f"{Verb.RECTIFY}:{order.number}:{system}:{place.place}:{order.look}"
        more = {"correction": place.number, "look": order.look}
        self.register.record(case_id, check_fact(seen, f"checked:{key}", order.at, **more))
        if verdict is Verdict.VERIFIED:
            facts: dict[str, Scalar] = {
                "system": system,
                "collection": place.collection,
                "category": place.category.value,
                "correction": place.number,
                "rows": place.rows,
                "before": before_name(system, place.order),
                "place": place.place,
                "after": wish_name(place.number),
                "versions": self._fingerprint(case_id, place),
            }
            self._record(
                order, f"corrected:{system}:{place.order}:{place.place}", EvidenceKind.CORRECTED, facts
            )

    def _fingerprint(self, case_id: str, place: Place) -> str:
        """Return what proves both sealed versions without showing them."""
        names = (before_name(place.system, place.order), wish_name(place.number))
        return self.vault.fingerprint("versions", "".join(self.vault.get(case_id, n).decode() for n in names))

    def _record(self, order: DeedOrder, key: str, kind: EvidenceKind, facts: Mapping[str, Scalar]) -> None:
        self.register.record(order.request.case_id, Fact(key=key, kind=kind, at=order.at, facts=facts))


def _check_word(system: str, correction: Correction, receipts: Sequence[Receipt]) -> None:
    asked = [(correction.collection, Verb.RECTIFY)]
    if [(receipt.collection, receipt.verb) for receipt in receipts] != asked:
        raise ContractError(system, "receipts_do_not_fit")


def _worst(reason: str, verdict: Verdict) -> str:
    if verdict is Verdict.STILL_PRESENT:
        return STILL_WRONG
    return reason or (UNVERIFIABLE if verdict is Verdict.UNVERIFIABLE else "")
