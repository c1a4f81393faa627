"""Erasing once more what a back-up brought back, and no record more than was named then (LAW ERA-05)."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from activities.able import eraser
from dsar.deeds import Receipt, Seen, Step, Verdict
from dsar.errors import ContractError
from dsar.evidence import EvidenceKind, Fact, Scalar, instant
from dsar.orders import Replayed, SweepOrder
from dsar.person import Identity
from dsar.ports import Connector, Register
from dsar.receipts import check_fact, receipt_fact
from dsar.replays import Lines
from dsar.vocabulary import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The erasures of one case, repeated. `client`: on whose instruction they were made, if on one."""

    register: Register
    connectors: Mapping[str, Connector]
    order: SweepOrder
    client: str = ""

    async def done(self, identity: Identity, lines: Lines) -> Replayed:
        """Erase these lines again wherever something of them is back, and search for it once more."""
        back = erased = 0
        for system in dict.fromkeys(system for system, _ in lines):
            here = await self._repeated(system, identity, lines)
            back, erased = back + here.back, erased + here.erased
        left = (self.order.case_id,) if erased < back else ()
        return Replayed(cases=1, back=back, erased=erased, left=left)

    async def _repeated(self, system: str, identity: Identity, lines: Lines) -> Replayed:
        """Do what one system needs. Cut short it is done again, with the steps that were begun before: the
        system then says "already", and there is one receipt for each of them.
        """
        connector = eraser(self.connectors, system)
        held = [step for step in await connector.plan_erasure(identity) if step.count]
        found = {step.collection for step in held if (system, step.collection) in lines}
        again = await asyncio.to_thread(self._begun, system, held, lines)
        if again:
            receipts = await connector.erase(identity, again)
            if [receipt.collection for receipt in receipts] != [step.collection for step in again]:
                raise ContractError(system, "receipts_do_not_fit")
            left = {s.collection: s.count for s in await connector.plan_erasure(identity) if s.count}
            await asyncio.to_thread(self._record, system, receipts, left)
            gone = [step.collection for step in again if step.collection not in left]
            return Replayed(back=len(found | {step.collection for step in again}), erased=len(gone))
        return Replayed(back=len(found))

    def _begun(self, system: str, held: Iterable[Step], lines: Lines) -> list[Step]:
        """Return what is to be erased again. It is written down before anything goes."""
        key = f"begun:{self._name(system)}"
        counts = {step.collection: step.count for step in held if _named(lines, step)}
        if counts:
            facts: dict[str, Scalar] = {"system": system, "counts": json.dumps(counts), **self._whose}
            fact = Fact(key=key, kind=EvidenceKind.BEGUN, at=self.order.at, facts=facts)
            self.register.record(self.order.case_id, fact)
        known = {entry.key: entry.facts for entry in self.register.evidence(self.order.case_id)}
        begun = json.loads(str(known[key]["counts"])) if key in known else {}
        return [replace(lines[system, name], count=count).step for name, count in begun.items()]

    def _record(self, system: str, receipts: Iterable[Receipt], left: Mapping[str, int]) -> None:
        for place, receipt in enumerate(receipts):
            key, at = f"{self._name(system)}:{place}", self.order.at
            count = left.get(receipt.collection, 0)
            seen = Seen(
                system=system,
                collection=receipt.collection,
                verb=Verb.ERASE,
                verdict=Verdict.STILL_PRESENT if count else Verdict.VERIFIED,
                count=count,
            )
            for fact in (
                receipt_fact(receipt, f"receipt:{key}", at, **self._whose),
                check_fact(seen, f"checked:{key}", at, **self._whose),
            ):
                self.register.record(self.order.case_id, fact)

    @property
    def _whose(self) -> dict[str, Scalar]:
        told = {"replay": self.order.since.isoformat(), "by": self.order.by}
        return {**told, **({"client": self.client} if self.client else {})}

    def _name(self, system: str) -> str:
        whose = f"{self.client}." if self.client else ""
        return f"replay:{instant(self.order.at)}:{whose}{system}"


def _named(lines: Lines, step: Step) -> bool:
    """Whether this was named before, with as many records: what came later is new, and nobody approved it."""
    line = lines.get((step.system, step.collection))
    return line is not None and step.method is line.method and step.count <= line.count
