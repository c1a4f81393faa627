"""Correcting: what is wrong looked for, what is right written and read again (Art. 16; REC-01, PRC-03)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.able import able, connector_of
from activities.theirs import obstacle
from activities.versions import Held, Stood, open_before, open_wishes, read, seal_before, stood_at, stood_in
from activities.wanted import Wanted
from dsar.corrections import Wish
from dsar.deeds import Correction, Receipt, Seen, Verdict
from dsar.errors import ContractError, OperatorError, UnsupportedError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.holdings import Holding
from dsar.orders import DeedOrder, Order
from dsar.person import Identity
from dsar.ports import Connector, Rectifies, Register, Vault
from dsar.receipts import check_fact, receipt_fact, receipt_key, receipt_of, receipts_of
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
from dsar.vocabulary import Verb


@dataclass(frozen=True, slots=True)
class Correcting:
    """Tools for corrections: those accepted in a case, and those that a client instructs."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]

    def _wanted(self, order: DeedOrder) -> Wanted:
        return Wanted(self.register, self.vault, self.connectors, order)

    @activity.defn(name="read-corrections")
    @translated
    def read_corrections(self, order: Order) -> Corrections:
        """Return how far the corrections of a case have come, as the evidence tells it."""
        case_id = order.request.case_id
        return corrections_of(self.register.evidence(case_id), len(open_wishes(self.vault, case_id)))

    @activity.defn(name="locate-values")
    @translated
    async def locate_values(self, order: DeedOrder) -> int:
        """Read where one system holds what is to be corrected, and seal what stands there now.

        Returns in how many places.
        """
        wanted = self._wanted(order)
        wishes = await asyncio.to_thread(wanted.wishes)
        identity = await asyncio.to_thread(wanted.identity)
        connector = connector_of(self.connectors, order.system)
        async with beating(lambda: order.number):
            held = await wanted.held(identity)
            found = await stood_in(connector, identity, wishes, held)
        await asyncio.to_thread(self._tell_places, wanted, held, found)
        return len(found)

    def _tell_places(
        self, wanted: Wanted, held: Sequence[Holding], found: Sequence[tuple[Holding, Stood]]
    ) -> None:
        order, system = wanted.order, wanted.order.system
        name = before_name(system, order.number, order.client)
        seal_before(self.vault, order.request.case_id, name, [stood for _, stood in found])
        for place, (holding, stood) in enumerate(found):
            facts: dict[str, Scalar] = {
                "system": system,
                "correction": stood.number,
                "collection": stood.collection,
                "category": holding.category.value,
                "rows": stood.rows,
                "values": len(stood.olds),
                "right": stood.right,
                "order": order.number,
                "place": place,
            }
            self._record(wanted, f"located:{system}:{order.name}:{place}", EvidenceKind.LOCATED, facts)
        head: dict[str, Scalar] = {"system": system, "order": order.number, "places": len(found)}
        head |= {"held": sum(holding.count for holding in held)} if order.client else {}
        self._record(wanted, f"located:{system}:{order.name}", EvidenceKind.LOCATED, head)

    @activity.defn(name="correct-holdings")
    @translated
    async def correct_holdings(self, order: DeedOrder) -> Corrected:
        """Write what was accepted in one system, and read it again. What no machine can do there is named."""
        wanted = self._wanted(order)
        known = await asyncio.to_thread(wanted.known)
        places = known.of(order.system)
        identity = await asyncio.to_thread(wanted.identity)
        wishes = await asyncio.to_thread(wanted.wishes)
        left = "" if order.client else _unplaced(order.system, known, wishes)
        waits = []
        for place in places:
            done = await self._written(wanted, identity, place)
            left = left or done.reason
            waits += [done.check_after] if done.check_after else []
        if waits:
            return Corrected(reason=left, check_after=max(waits))
        return Corrected(reason=await self._looked_at(wanted, identity, places) or left)

    @activity.defn(name="list-unplaced")
    @translated
    def list_unplaced(self, order: DeedOrder) -> tuple[str, ...]:
        """Return the systems in which somebody must look for what a client says is wrong.

        They hold records of the person, and no system has such a field, or the value that should stand there.
        """
        wanted = self._wanted(order)
        known, wishes = wanted.known(), wanted.wishes()
        return tuple(system for system in known.holding if _unplaced(system, known, wishes))

    async def _written(self, wanted: Wanted, identity: Identity, place: Place) -> Corrected:
        """Write one value, once: a receipt that is there already says so."""
        order, case_id, system = wanted.order, wanted.order.request.case_id, wanted.order.system
        key = receipt_key(Verb.RECTIFY, order.name, system, place.place)
        entries = await asyncio.to_thread(self.register.evidence, case_id)
        given = receipts_of(entries, Verb.RECTIFY, system, order.name)
        if key in given:
            return Corrected(check_after=receipt_of(given[key]).ready_after)
        wishes = await asyncio.to_thread(wanted.wishes)
        stood = await asyncio.to_thread(self._stood, wanted, place)
        wish, card = wishes[place.number], connector_of(self.connectors, system).card
        if order.client and (reason := obstacle(card, identity, wish, stood)):
            return Corrected(reason=reason)
        correction = stood.correction(wish)
        if correction is None:
            return Corrected(reason=SEVERAL_VALUES)
        await asyncio.to_thread(self._begin, wanted, place)
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
        fact = receipt_fact(receipts[0], key, order.at, correction=place.number, **wanted.whose)
        await asyncio.to_thread(self.register.record, case_id, fact)
        return Corrected(check_after=receipts[0].ready_after)

    def _stood(self, wanted: Wanted, place: Place) -> Stood:
        order = wanted.order
        before = open_before(self.vault, order.request.case_id, place.system, place.order, order.client)
        return stood_at(before, place)

    def _begin(self, wanted: Wanted, place: Place) -> None:
        order = wanted.order
        key = f"begun:{Verb.RECTIFY}:{order.name}:{order.system}:{place.place}"
        facts: dict[str, Scalar] = {"system": order.system, "correction": place.number, **wanted.whose}
        fact = Fact(key=key, kind=EvidenceKind.BEGUN, at=order.at, facts=facts)
        self.register.record(order.request.case_id, fact, wanted.change)

    @activity.defn(name="check-correction")
    @translated
    async def check_correction(self, order: DeedOrder) -> Corrected:
        """Read again what a vendor needed time to write."""
        wanted = self._wanted(order)
        known = await asyncio.to_thread(wanted.known)
        identity = await asyncio.to_thread(wanted.identity)
        return Corrected(reason=await self._looked_at(wanted, identity, known.of(order.system)))

    async def _looked_at(self, wanted: Wanted, identity: Identity, places: Sequence[Place]) -> str:
        """Read every place that was written: nothing is corrected before it reads as it should."""
        order, system = wanted.order, wanted.order.system
        entries = await asyncio.to_thread(self.register.evidence, order.request.case_id)
        given = receipts_of(entries, Verb.RECTIFY, system, order.name)
        wishes = await asyncio.to_thread(wanted.wishes)
        written = [p for p in places if receipt_key(Verb.RECTIFY, order.name, system, p.place) in given]
        reason, tallies = "", dict[str, Held]()
        connector = connector_of(self.connectors, system)
        for place in written:
            if place.collection not in tallies:
                async with beating(lambda: order.number):
                    tallies[place.collection] = await read(connector, identity, place.collection, wishes)
            stood = await asyncio.to_thread(self._stood, wanted, place)
            verdict = tallies[place.collection].verdict(wishes[place.number], stood)
            await asyncio.to_thread(self._tell_check, wanted, place, verdict)
            reason = _worst(reason, verdict)
        return reason

    def _tell_check(self, wanted: Wanted, place: Place, verdict: Verdict) -> None:
        order, system = wanted.order, wanted.order.system
        seen = Seen(system=system, collection=place.collection, verb=Verb.RECTIFY, verdict=verdict)
        key = f"{Verb.RECTIFY}:{order.name}:{system}:{place.place}:{order.look}"
        more = {"correction": place.number, "look": order.look, **wanted.whose}
        fact = check_fact(seen, f"checked:{key}", order.at, **more)
        self.register.record(order.request.case_id, fact)
        if verdict is Verdict.VERIFIED:
            before = before_name(system, place.order, order.client)
            after = wish_name(place.number, wanted.folder)
            facts: dict[str, Scalar] = {
                "system": system,
                "collection": place.collection,
                "category": place.category.value,
                "correction": place.number,
                "rows": place.rows,
                "before": before,
                "place": place.place,
                "after": after,
                "versions": self._fingerprint(order.request.case_id, before, after),
            }
            whose = f"{order.client}." if order.client else ""
            key = f"corrected:{system}:{whose}{place.order}:{place.place}"
            self._record(wanted, key, EvidenceKind.CORRECTED, facts)

    def _fingerprint(self, case_id: str, *names: str) -> str:
        """Return what proves both sealed versions without showing them."""
        return self.vault.fingerprint("versions", "".join(self.vault.get(case_id, n).decode() for n in names))

    def _record(self, wanted: Wanted, key: str, kind: EvidenceKind, facts: Mapping[str, Scalar]) -> None:
        order = wanted.order
        fact = Fact(key=key, kind=kind, at=order.at, facts={**facts, **wanted.whose})
        self.register.record(order.request.case_id, fact)


def _unplaced(system: str, known: Corrections, wishes: Mapping[int, Wish]) -> str:
    return FIELD_UNKNOWN if any(wishes[n].looks_at(system) for n in known.unplaced) else ""


def _check_word(system: str, correction: Correction, receipts: Sequence[Receipt]) -> None:
    asked = [(correction.collection, Verb.RECTIFY)]
    if [(receipt.collection, receipt.verb) for receipt in receipts] != asked:
        raise ContractError(system, "receipts_do_not_fit")


def _worst(reason: str, verdict: Verdict) -> str:
    if verdict is Verdict.STILL_PRESENT:
        return STILL_WRONG
    return reason or (UNVERIFIABLE if verdict is Verdict.UNVERIFIABLE else "")
