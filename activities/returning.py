"""Looking for people who were erased, and erasing them again after a restore (LAW ERA-05, RET-05)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.able import eraser
from dsar.deeds import Method, Receipt, Step
from dsar.dossier import open_suppressed
from dsar.erasure import ERASES, Line, plans_of
from dsar.evidence import EvidenceKind, Fact, Scalar, instant
from dsar.orders import Replayed, SweepOrder
from dsar.ports import CaseRecord, Connector, Register, Vault
from dsar.receipts import receipt_fact
from dsar.suppression import entry_of
from dsar.vocabulary import Outcome

PAGE = 100  # cases of one history
_ERASED = frozenset({Outcome.FULFILLED, Outcome.PARTLY_FULFILLED})
_GONE = frozenset({Method.REMOVE, Method.TRASH})


@dataclass(frozen=True, slots=True)
class Returning:
    """Tools that know the erased by what the suppression list keeps of them."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]

    @activity.defn(name="list-erased")
    @translated
    def list_erased(self, order: SweepOrder) -> tuple[str, ...]:
        """Return the next page of cases that ended with an erasure on or after a day."""
        cases = (case.request.case_id for case in self.register.cases() if _was_erased(case, order))
        return tuple(sorted(cases))[:PAGE]

    @activity.defn(name="search-returned")
    @translated
    async def search_returned(self, order: SweepOrder) -> Replayed:
        """Search the systems for one erased person, and write down where they are found again."""
        lines = await asyncio.to_thread(self._gone, order.case_id)
        identity = await asyncio.to_thread(open_suppressed, self.vault, entry_of(order.case_id))
        back = 0
        async with beating(lambda: back):
            for system in dict.fromkeys(system for system, _ in lines):
                findings = await self.connectors[system].find(identity)
                held = [h for h in findings.holdings if h.count and _is_gone(lines, system, h.collection)]
                back += len(held)
                if held:
                    await asyncio.to_thread(self._note, order, system, sum(h.count for h in held))
        return Replayed(cases=1, back=back)

    def _note(self, order: SweepOrder, system: str, count: int) -> None:
        key = f"returned:{system}:{order.at.date()}"
        facts: dict[str, Scalar] = {"system": system, "count": count}
        fact = Fact(key=key, kind=EvidenceKind.RETURNED, at=order.at, facts=facts)
        self.register.record(order.case_id, fact)

    @activity.defn(name="replay-erasure")
    @translated
    async def replay_erasure(self, order: SweepOrder) -> Replayed:
        """Erase again what the approved plan had named, no record more, and look whether it is gone."""
        lines = await asyncio.to_thread(self._gone, order.case_id)
        identity = await asyncio.to_thread(open_suppressed, self.vault, entry_of(order.case_id))
        back = erased = 0
        async with beating(lambda: back):
            for system in dict.fromkeys(system for system, _ in lines):
                connector = eraser(self.connectors, system)
                steps = [s for s in await connector.plan_erasure(identity) if s.count]
                again = [step for step in steps if _approved(lines, step)]
                back += len([step for step in steps if (system, step.collection) in lines])
                if again:
                    receipts = await connector.erase(identity, again)
                    await asyncio.to_thread(self._record, order, receipts)
                    left = {s.collection for s in await connector.plan_erasure(identity) if s.count}
                    erased += len([step for step in again if step.collection not in left])
        return Replayed(cases=1, back=back, erased=erased, left=(order.case_id,) if erased < back else ())

    def _record(self, order: SweepOrder, receipts: Sequence[Receipt]) -> None:
        for place, receipt in enumerate(receipts):
            key = f"receipt:replay:{instant(order.at)}:{receipt.system}:{place}"
            fact = receipt_fact(receipt, key, order.at, replay=order.since.isoformat(), by=order.by)
            self.register.record(order.case_id, fact)

    def _gone(self, case_id: str) -> Mapping[tuple[str, str], Line]:
        """Return what went, by machine, from systems that are still registered."""
        plans = plans_of(self.register.evidence(case_id))
        lines = {(line.system, line.collection): line for plan in plans for line in plan.lines}
        return {
            held: line
            for held, line in lines.items()
            if not line.stays and not line.by_hand and line.system in self.connectors
        }


def _was_erased(case: CaseRecord, order: SweepOrder) -> bool:
    closed = case.closed_at is not None and case.closed_at.date() >= order.since
    erasing = case.request.right in ERASES and case.outcome in _ERASED
    return closed and erasing and case.request.case_id > order.after


def _is_gone(lines: Mapping[tuple[str, str], Line], system: str, collection: str) -> bool:
    line = lines.get((system, collection))
    return line is not None and line.method in _GONE


def _approved(lines: Mapping[tuple[str, str], Line], step: Step) -> bool:
    """Whether this was named before, with as many records: what came later is new, and nobody approved it."""
    line = lines.get((step.system, step.collection))
    return line is not None and step.method is line.method and step.count <= line.count
