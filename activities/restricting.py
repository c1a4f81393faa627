"""Restricting and lifting (Art. 18): marked in the system, proved by a receipt, lifted after a letter."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.able import restrictor, verifier
from activities.frozen import freeze, frozen
from activities.proven import proved_identity
from dsar.deeds import Receipt, Result, Verdict
from dsar.errors import ContractError, OperatorError
from dsar.evidence import Entry, EvidenceKind, Fact
from dsar.orders import Deed, DeedOrder, Order
from dsar.person import Identity
from dsar.ports import Connector, Register, Vault
from dsar.receipts import receipt_fact, receipt_key, receipts_of
from dsar.restrictions import lifted_by_hand_key, marked_key
from dsar.vocabulary import LetterKind, Verb

# What tells a person that a restriction ends: a notice of it, or that they took the request back themselves.
_NOTICES = frozenset({LetterKind.RESTRICTION_ENDING, LetterKind.WITHDRAWN})


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

    @activity.defn(name="restrict-holdings")
    @translated
    async def restrict_holdings(self, order: DeedOrder) -> Deed:
        """Mark what one system holds as restricted, look whether it is, and keep its receipts. Repeatable.

        Raises:
            ContractError: `restriction_not_held`: it said "done", and nothing is marked.
        """
        return await self._carry_out(order, Verb.RESTRICT)

    @activity.defn(name="lift-restriction")
    @translated
    async def lift_restriction(self, order: DeedOrder) -> Deed:
        """Take the mark off again, unless a person did where no machine can.

        Raises:
            OperatorError: `notice_not_sent`: nobody lifts before the person was told (Art. 18(3); RES-04).
        """
        entries = await asyncio.to_thread(self.register.evidence, order.request.case_id)
        if not any(_is_notice(entry) for entry in entries):
            raise OperatorError("register", "notice_not_sent")
        if any(entry.key == lifted_by_hand_key(order.system) for entry in entries):
            return Deed(receipts=0)
        return await self._carry_out(order, Verb.LIFT)

    @activity.defn(name="note-marked")
    @translated
    def note_marked(self, order: Order) -> None:
        """Write down that a system is still marked, and why no machine lifts it: a task says so."""
        (why,) = order.answers
        facts = {"system": why.system, "reason": why.reason}
        fact = Fact(key=marked_key(why.system), kind=EvidenceKind.WAITING, at=order.at, facts=facts)
        self.register.record(order.request.case_id, fact)

    async def _carry_out(self, order: DeedOrder, verb: Verb) -> Deed:
        case_id = order.request.case_id
        entries = await asyncio.to_thread(self.register.evidence, case_id)
        given = receipts_of(entries, verb, order.system, order.number)
        keys = [receipt_key(verb, order.number, order.system, n) for n in range(len(order.collections))]
        if set(keys) - set(given):
            system = restrictor(self.connectors, order.system, verb)
            identity = await asyncio.to_thread(frozen, self.vault, case_id, order.number)
            deed = system.restrict if verb is Verb.RESTRICT else system.lift
            async with beating(lambda: order.number):
                receipts = await deed(identity, order.collections)
                _check_word(order, verb, receipts)
                if verb is Verb.RESTRICT:
                    await self._check_held(order, identity, receipts)
            for key, receipt in zip(keys, receipts, strict=True):
                fact = receipt_fact(receipt, key, order.at, order=order.number)
                await asyncio.to_thread(self.register.record, case_id, fact)
        return Deed(receipts=len(keys))

    async def _check_held(self, order: DeedOrder, identity: Identity, receipts: Sequence[Receipt]) -> None:
        """Ask the system again, where it can be asked: a receipt is no proof."""
        asked = verifier(self.connectors, order.system)
        ended = [receipt for receipt in receipts if receipt.result is not Result.ACCEPTED]
        seen = await asked.verify(identity, ended) if asked and ended else ()
        if any(one.verdict is Verdict.STILL_PRESENT for one in seen):
            raise ContractError(order.system, "restriction_not_held")


def _is_notice(entry: Entry) -> bool:
    """Whether the person was told: by a letter of ours, or by a person who handed it over."""
    told = {EvidenceKind.LETTER_SENT, EvidenceKind.LETTER_POSTED}
    return entry.kind in told and entry.facts["letter"] in _NOTICES


def _check_word(order: DeedOrder, verb: Verb, receipts: Sequence[Receipt]) -> None:
    given = [(receipt.collection, receipt.verb) for receipt in receipts]
    if given != [(collection, verb) for collection in order.collections]:
        raise ContractError(order.system, "receipts_do_not_fit")
