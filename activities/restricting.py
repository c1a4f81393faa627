"""Restricting and lifting (Art. 18): marked in the system, proved by a receipt, lifted after a letter."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.able import restrictor, verifier
from activities.doubting import check_searched
from activities.frozen import freeze, frozen
from activities.proven import proved_identity
from dsar.deeds import Receipt, Result, Seen, Verdict
from dsar.errors import ContractError, DsarError, OperatorError, UnsupportedError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.hands import deed, was_by_hand
from dsar.holdings import Card
from dsar.marks import (
    BY_HAND,
    NOT_HELD,
    NOT_TOLD,
    STILL_HELD,
    begun_by_machine,
    lifted_by_hand_key,
    placed_by_hand,
    times,
    was_told,
)
from dsar.orders import Deed, DeedOrder, Look, Order
from dsar.person import Identity
from dsar.ports import Connector, Register, Vault
from dsar.receipts import check_fact, receipt_fact, receipt_key, receipt_of, receipts_of
from dsar.systems import searched
from dsar.vocabulary import Found, Right, Verb

ORDER_TAKES = timedelta(
    days=1
)  # POLICY: before an order that a vendor only took is looked at, if nobody says
_FALSE = {Verb.RESTRICT: NOT_HELD, Verb.LIFT: STILL_HELD}
_MARKING = frozenset({Right.RESTRICTION, Right.OBJECTION})  # what "done by hand" means there: it is marked


@dataclass(frozen=True, slots=True)
class Restricting:
    """Tools for a restriction."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]

    @activity.defn(name="freeze-identity")
    @translated
    def freeze_identity(self, order: Order) -> None:
        """Freeze who a restriction is about, for as long as it stands."""
        identity = proved_identity(self.register, self.vault, order.request)
        freeze(self.vault, order.request.case_id, order.number, identity)

    @activity.defn(name="list-holdings")
    @translated
    def list_holdings(self, order: Order) -> dict[str, tuple[str, ...]]:
        """Return what was found, as collections of each system."""
        held = [h for h in self.register.holdings(order.request.case_id) if h.count]
        systems = dict.fromkeys(holding.system for holding in held)
        return {s: tuple(h.collection for h in held if h.system == s) for s in systems}

    @activity.defn(name="list-marks")
    @translated
    def list_marks(self, order: Order) -> dict[str, tuple[str, ...]]:
        """Return every system in which a mark may stand, whoever set it, as collections of each."""
        held = self.list_holdings(order)
        entries = self.register.evidence(order.request.case_id)
        marks = {*begun_by_machine(entries), *self._by_hand(order, entries)}
        return {system: held.get(system, ()) for system in sorted(marks)}

    @activity.defn(name="restrict-holdings")
    @translated
    async def restrict_holdings(self, order: DeedOrder) -> Deed:
        """Mark what one system holds as restricted, look whether it is, and keep its receipts. Repeatable.

        Raises:
            OperatorError: as `check_searched`: nobody else's data is restricted.
            ContractError: `restriction_not_held`: it said "done", and nothing is marked.
        """
        return await self._carry_out(order, Verb.RESTRICT)

    @activity.defn(name="lift-restriction")
    @translated
    async def lift_restriction(self, order: DeedOrder) -> Deed:
        """Take the mark off again where a machine set it, and look whether it is off.

        Raises:
            OperatorError: `notice_not_sent`: nobody lifts before the person was told (Art. 18(3); RES-04).
            UnsupportedError: in whose hands it is, or `marked_by_hand`: who set it takes it off.
            ContractError: `lifting_not_held`: it is still marked, whoever said that it is off.
        """
        entries = await asyncio.to_thread(self.register.evidence, order.request.case_id)
        if not was_told(entries):
            raise OperatorError(order.system, NOT_TOLD)
        said = times(entries, lifted_by_hand_key(order.system))
        begun = order.system in begun_by_machine(entries)
        if said:
            if begun and said == 1:  # who was shown that it still stands, and says it again, is believed
                await self._check_said(order)
            return Deed()
        by_hand = await asyncio.to_thread(self._by_hand, order, entries)
        machine = begun or (order.system not in by_hand and self._lifts(order.system))
        done = await self._carry_out(order, Verb.LIFT) if machine else Deed()
        if order.system in by_hand:
            reason = by_hand[order.system]
            raise UnsupportedError(order.system, deed(reason, Verb.LIFT) if was_by_hand(reason) else BY_HAND)
        return done

    def _lifts(self, system: str) -> bool:
        """Whether it takes marks off. Where it cannot, and none was set, there is nothing to lift."""
        return system in self.connectors and Verb.LIFT in self.connectors[system].card.can

    def _by_hand(self, order: Order | DeedOrder, entries: Sequence[Entry]) -> Mapping[str, str]:
        """Return where a person set the mark, or a processor on our letter, and why a person had to."""
        request = order.request
        answers = searched(self.register.answers(request.case_id)) if request.right in _MARKING else ()
        done = {a.system: a.reason for a in answers if a.found is Found.MANUAL_DONE}
        return dict.fromkeys(placed_by_hand(entries), "") | done

    @activity.defn(name="verify-restriction")
    @translated
    async def verify_restriction(self, order: DeedOrder) -> Look:
        """Look whether what was restricted is: once its system had the time it needs, and while it stands."""
        return await self._looked(order, Verb.RESTRICT)

    @activity.defn(name="verify-lifting")
    @translated
    async def verify_lifting(self, order: DeedOrder) -> Look:
        """Look whether what was lifted is free, once its system had the time it needs."""
        return await self._looked(order, Verb.LIFT)

    async def _carry_out(self, order: DeedOrder, verb: Verb) -> Deed:
        case_id = order.request.case_id
        entries = await asyncio.to_thread(self.register.evidence, case_id)
        given = receipts_of(entries, verb, order.system, order.name)
        keys = [receipt_key(verb, order.name, order.system, n) for n in range(len(order.collections))]
        if not set(keys) - set(given):
            return _deed([receipt_of(entry) for entry in given.values()])
        system = restrictor(self.connectors, order.system, verb)
        identity = await asyncio.to_thread(frozen, self.vault, case_id, order.number)
        async with beating(lambda: order.number):
            if verb is Verb.RESTRICT:
                await check_searched(self.register, case_id, self.connectors[order.system], identity)
                await asyncio.to_thread(self._begin, order)
            act = system.restrict if verb is Verb.RESTRICT else system.lift
            receipts = await act(identity, order.collections)
            _check_word(order, verb, receipts)
            receipts = [
                replace(r, ready_after=_needs(self.connectors[order.system].card, r)) for r in receipts
            ]
            seen = await self._seen(order.system, identity, [r for r in receipts if not r.ready_after])
        if any(one.verdict is Verdict.STILL_PRESENT for one in seen):
            raise ContractError(order.system, _FALSE[verb])
        for key, receipt in zip(keys, receipts, strict=True):
            fact = receipt_fact(receipt, key, order.at, order=order.number)
            await asyncio.to_thread(self.register.record, case_id, fact)
        await asyncio.to_thread(self._note, order, seen)
        return _deed(receipts)

    def _begin(self, order: DeedOrder) -> None:
        """Write down that a mark is being set: cut short, nobody would know that it may stand."""
        facts: dict[str, Scalar] = {
            "system": order.system,
            "verb": Verb.RESTRICT.value,
            "order": order.number,
        }
        key = f"begun:{Verb.RESTRICT}:{order.name}:{order.system}"
        fact = Fact(key=key, kind=EvidenceKind.BEGUN, at=order.at, facts=facts)
        self.register.record(order.request.case_id, fact)

    async def _looked(self, order: DeedOrder, verb: Verb) -> Look:
        case_id = order.request.case_id
        entries = await asyncio.to_thread(self.register.evidence, case_id)
        if order.system in placed_by_hand(entries):
            return Look()  # a person set it anew: no machine knows of it
        given = [receipt_of(e) for e in entries if e.kind is EvidenceKind.RECEIPT]
        about = {r.collection: r for r in given if (r.system, r.verb) == (order.system, verb)}
        seen = await self._asked(order, [about[name] for name in order.collections if name in about])
        await asyncio.to_thread(self._note, order, seen)
        verified, still, unknown = (sum(one.verdict is kind for one in seen) for kind in Verdict)
        return Look(verified=verified, still_present=still, unverifiable=unknown)

    async def _check_said(self, order: DeedOrder) -> None:
        """Look whether what a person lifted is free, if its system can be asked; else their word counts."""
        free = [
            Receipt(system=order.system, collection=name, verb=Verb.LIFT, result=Result.DONE)
            for name in order.collections
        ]
        try:
            seen = await self._asked(order, free)
        except ContractError:
            raise
        except DsarError:
            return
        if any(one.verdict is Verdict.STILL_PRESENT for one in seen):
            raise ContractError(order.system, STILL_HELD)

    async def _asked(self, order: DeedOrder, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        identity = await asyncio.to_thread(frozen, self.vault, order.request.case_id, order.number)
        async with beating(lambda: order.look):
            return await self._seen(order.system, identity, receipts)

    async def _seen(self, system: str, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        """Ask the system again: a receipt is no proof. One that cannot be asked leaves it unverifiable."""
        asked = verifier(self.connectors, system)
        if asked is None or not receipts:
            return [Seen.unasked(receipt) for receipt in receipts]
        seen = await asked.verify(identity, receipts)
        if [(s.collection, s.verb) for s in seen] != [(r.collection, r.verb) for r in receipts]:
            raise ContractError(system, "verdicts_do_not_fit")
        return seen

    def _note(self, order: DeedOrder, seen: Sequence[Seen]) -> None:
        for place, one in enumerate(seen):
            key = f"checked:{one.verb}:{order.name}:{order.system}:{place}:{order.look}"
            self.register.record(order.request.case_id, check_fact(one, key, order.at))


def _check_word(order: DeedOrder, verb: Verb, receipts: Sequence[Receipt]) -> None:
    given = [(receipt.collection, receipt.verb) for receipt in receipts]
    if given != [(collection, verb) for collection in order.collections]:
        raise ContractError(order.system, "receipts_do_not_fit")


def _needs(card: Card, receipt: Receipt) -> timedelta | None:
    """Return how long it takes until the deed shows: by its receipt, else by the card; None: at once."""
    declared = card.abilities.get(receipt.verb)
    taken = ORDER_TAKES if receipt.result is Result.ACCEPTED else None
    return receipt.ready_after or (declared.finishes_in if declared else None) or taken


def _deed(receipts: Sequence[Receipt]) -> Deed:
    waits = [receipt.ready_after for receipt in receipts if receipt.ready_after]
    return Deed(receipts=len(receipts), ready_after=max(waits, default=None))
