"""Stopping what a person no longer wants: listed, stopped in each system, asked again, told (LAW OBJ-03)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.able import able, verifier
from activities.correspondence import Correspondence
from activities.proven import proved_identity
from dsar.case import SystemAnswer
from dsar.deeds import Receipt, Seen, Verdict
from dsar.dossier import fingerprints_of, seal_suppressed
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind, Fact
from dsar.hands import deed
from dsar.holdings import Card
from dsar.orders import Order, Posted
from dsar.person import Identity
from dsar.ports import Change, CompanyFacts, Connector, Register, Suppresses, Vault
from dsar.receipts import check_fact, receipt_fact, receipt_key, receipt_of, receipts_of
from dsar.regimes.catalogue import local_day
from dsar.stopping import BUSY, NOT_SERVED, STILL_ACTIVE, STOPS, UNVERIFIABLE, Stopped, StopPlan
from dsar.suppression import Suppressed
from dsar.vocabulary import Found, LetterKind, Status, Verb

LISTED = "suppressed"  # key of the fact that the person stands on the list


@dataclass(frozen=True, slots=True)
class Stopping:
    """Tools for what ends at once. No system is searched: whoever asks has proved nothing."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    company: CompanyFacts
    correspondence: Correspondence

    @activity.defn(name="plan-stop")
    @translated
    def plan_stop(self, order: Order) -> StopPlan:
        """Put the person on the suppression list, and list every registered system.

        Raises:
            OperatorError: no system is registered. An empty list would tell everybody that all is stopped.
        """
        if not self.connectors:
            raise OperatorError("systems", "none_registered")
        self._list(order)
        planned = [self._planned(order, c.card) for c in self.connectors.values()]
        for answer in planned:
            if answer.found is not Found.UNKNOWN or answer.reason:
                self._answer(order, answer)
        ask = tuple(a.system for a in planned if a.found is Found.UNKNOWN and not a.reason)
        return StopPlan(ask=ask, settled=tuple(a for a in planned if a.system not in ask))

    def _list(self, order: Order) -> None:
        case_id, purpose = order.request.case_id, STOPS[order.request.right]
        identity = proved_identity(self.register, self.vault, order.request)
        seal_suppressed(self.vault, case_id, identity)
        lines = [
            Suppressed(fingerprint=mark, kind=kind, purpose=purpose, case_id=case_id, since_at=order.at)
            for mark, kind in fingerprints_of(self.vault, identity).items()
        ]
        facts = {"purpose": purpose.value, "lines": len(lines)}
        fact = Fact(key=LISTED, kind=EvidenceKind.SUPPRESSED, at=order.at, facts=facts)
        self.register.suppress(case_id, lines, fact)
        begun = Fact(key="stopping", kind=EvidenceKind.WAITING, at=order.at)
        self.register.record(case_id, begun, Change(status=Status.ANSWERING))

    def _planned(self, order: Order, card: Card) -> SystemAnswer:
        """Return what is known before a system is asked; unknown without a reason means: ask it."""
        if not card.controller:
            return SystemAnswer(system=card.name, found=Found.EXEMPT, reason="processor")
        served = self.company.serving(STOPS[order.request.right])
        if served.isdisjoint(c.category for c in card.collections):
            return SystemAnswer(system=card.name, found=Found.EXEMPT, reason=NOT_SERVED)
        reason = "" if Verb.SUPPRESS in card.can else deed(card.hands, Verb.SUPPRESS)
        return SystemAnswer(system=card.name, found=Found.UNKNOWN, reason=reason)

    @activity.defn(name="stop-processing")
    @translated
    async def stop_processing(self, order: Order) -> Stopped:
        """Have one system stop, and ask it again at once unless it needs time."""
        connector = cast("Suppresses", able(self.connectors, order.system, Verb.SUPPRESS))
        identity = await asyncio.to_thread(proved_identity, self.register, self.vault, order.request)
        async with beating(lambda: order.number):
            purposes = frozenset({STOPS[order.request.right]})
            receipts = await connector.suppress(identity, purposes)
        await asyncio.to_thread(self._note_receipts, order, receipts)
        check_after = max((r.ready_after for r in receipts if r.ready_after), default=None)
        if not check_after:
            return Stopped(answer=await self._checked(order, identity, receipts))
        busy = SystemAnswer(system=order.system, found=Found.UNKNOWN, reason=BUSY)
        return Stopped(answer=busy, check_after=check_after)

    @activity.defn(name="check-stop")
    @translated
    async def check_stop(self, order: Order) -> SystemAnswer:
        """Ask a system again that needed time. What it still does, a person has to stop."""
        identity = await asyncio.to_thread(proved_identity, self.register, self.vault, order.request)
        entries = await asyncio.to_thread(self.register.evidence, order.request.case_id)
        given = receipts_of(entries, Verb.SUPPRESS, order.system, order.number)
        return await self._checked(order, identity, [receipt_of(entry) for entry in given.values()])

    async def _checked(self, order: Order, identity: Identity, receipts: Sequence[Receipt]) -> SystemAnswer:
        asked = verifier(self.connectors, order.system)
        seen: Sequence[Seen] = ()
        if asked:
            async with beating(lambda: order.number):
                seen = await asked.verify(identity, receipts)
        return await asyncio.to_thread(self._note_check, order, seen)

    def _note_receipts(self, order: Order, receipts: Sequence[Receipt]) -> None:
        for place, receipt in enumerate(receipts):
            key = receipt_key(Verb.SUPPRESS, order.number, order.system, place)
            self.register.record(order.request.case_id, receipt_fact(receipt, key, order.at))

    def _note_check(self, order: Order, seen: Sequence[Seen]) -> SystemAnswer:
        for place, one in enumerate(seen):
            key = f"checked:{Verb.SUPPRESS}:{order.number}:{order.system}:{place}"
            self.register.record(order.request.case_id, check_fact(one, key, order.at))
        answer = _answer_of(order.system, {one.verdict for one in seen})
        if answer.found is Found.DONE:
            self._answer(order, answer)
        return answer

    def _answer(self, order: Order, answer: SystemAnswer) -> None:
        facts = {"system": answer.system, "found": answer.found.value, "reason": answer.reason}
        key = f"stopped:{answer.system}:{order.number}"
        fact = Fact(key=key, kind=EvidenceKind.SEARCHED, at=order.at, facts=facts)
        self.register.put_answer(order.request.case_id, answer, (), fact)

    @activity.defn(name="tell-stopped")
    @translated
    def tell_stopped(self, order: Order) -> Posted:
        """Say what stopped, since when, and where a person still has to stop it (LAW NTC-14, CAL-52)."""
        request = order.request
        listed = next(e for e in self.register.evidence(request.case_id) if e.key == LISTED)
        told = {
            "stopped_on": local_day(request.regime, listed.at),
            "answers": order.answers,
            "suppressed": True,
            **self.company.stopping(STOPS[request.right], request.locale),
        }
        return self.correspondence.send(order, LetterKind.STOPPED, told, order.number)


def _answer_of(system: str, verdicts: set[Verdict]) -> SystemAnswer:
    if Verdict.STILL_PRESENT in verdicts:
        return SystemAnswer(system=system, found=Found.UNKNOWN, reason=STILL_ACTIVE)
    if verdicts == {Verdict.VERIFIED}:
        return SystemAnswer(system=system, found=Found.DONE)
    return SystemAnswer(system=system, found=Found.DONE, reason=UNVERIFIABLE)
