"""Systems that lie: each says of itself what is not so, in one way."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from dsar.deeds import Receipt, Result, Seen, Step, Verdict
from dsar.holdings import Findings, Holding, Page
from dsar.person import Identity
from dsar.residue import Residue, Scan
from dsar.vocabulary import Verb
from tests.pretend_eraser import EVERY, PretendScanner
from tests.pretend_tools import PretendSystem


class Lie(StrEnum):
    """What it says. The rights in which it can be said are in `test_lies_are_found_out.py`."""

    DONE = "erased, and holds it as before"
    JOB_ENDED = "the job has ended, and holds it as before"
    VOUCHED = "erased, and looked at: gone"
    HIDDEN = "erased, gone, and nothing is found any more"
    NO_RECEIPT = "no receipt for what it was asked"
    OTHERS_RECEIPT = "a receipt for what it was not asked"
    NO_VERDICT = "no word on whether it is gone"
    EMPTY_PLAN = "nothing of what was found would be erased"
    LOW_PLAN = "less would be erased than was found"
    SHORT_EXPORT = "this is all, and a record is missing"
    EMPTY_EXPORT = "this is all, and there is nothing"
    UNDECLARED = "found in a collection that it does not have"
    NEGATIVE = "fewer than no records"
    SILENT = "nothing held, of somebody it holds"
    RESTRICTED = "restricted, and is not"
    FADED = "restricted, and looked at: restricted; a day later it is not"
    ORDERED = "will be restricted in a day, and never is"
    LIFTED = "lifted, and is still restricted"
    LIFT_ORDERED = "will be lifted in a day, and never is"
    LIFT_UNSAID = "lifted, and no word on whether it is"
    STOPPED = "stopped, and goes on"
    CORRECTED = "corrected, and stands there as before"


A_DAY = timedelta(days=1)
IDLE = frozenset({Lie.DONE, Lie.JOB_ENDED, Lie.VOUCHED, Lie.HIDDEN})  # erases nothing


@dataclass
class Liar(PretendScanner):
    """Honest but for one lie. A look at all of it, with another's eyes, finds what it still holds."""

    verbs: frozenset[Verb] = EVERY | {Verb.SUPPRESS}
    lie: Lie | None = None

    async def find(self, identity: Identity) -> Findings:
        if self.lie is Lie.SILENT or (self.lie is Lie.HIDDEN and Verb.ERASE in self.deeds):
            return Findings()
        found = await super().find(identity)
        return replace(found, holdings=tuple(map(self._counted, found.holdings)))

    def _counted(self, held: Holding) -> Holding:
        if self.lie is Lie.UNDECLARED:
            return replace(held, collection="attic")
        return replace(held, count=-1) if self.lie is Lie.NEGATIVE else held

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        less = {Lie.SHORT_EXPORT: -1, Lie.EMPTY_EXPORT: 0}
        async for page in super().export(identity, collection, cursor):
            yield replace(page, rows=page.rows[: less[self.lie]]) if self.lie in less else page

    async def plan_erasure(self, identity: Identity) -> Sequence[Step]:
        less = {Lie.EMPTY_PLAN: 0, Lie.LOW_PLAN: 1}
        steps = await super().plan_erasure(identity)
        return [replace(step, count=less[self.lie]) for step in steps] if self.lie in less else steps

    async def erase(self, identity: Identity, steps: Sequence[Step]) -> Sequence[Receipt]:
        if self.lie is Lie.LOW_PLAN:
            return self._some(identity, steps)
        self.idle = 1 if self.lie in IDLE else 0
        self.jobs = 2 if self.lie is Lie.JOB_ENDED else 0
        given = await super().erase(identity, steps)
        if self.lie is Lie.OTHERS_RECEIPT:
            return [replace(receipt, collection="attic") for receipt in given]
        return [] if self.lie is Lie.NO_RECEIPT else given

    def _some(self, identity: Identity, steps: Sequence[Step]) -> Sequence[Receipt]:
        """Erase as many as were planned, which is not all."""
        self.deeds.append(Verb.ERASE)
        for value in self._values(identity):
            del self.rows.get(value, [])[:1]
        return [replace(self._given(s.collection, Verb.ERASE, Result.DONE), method=s.method) for s in steps]

    async def restrict(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        self.lies = self.lie in {Lie.RESTRICTED, Lie.ORDERED}
        self.shows_in = A_DAY if self.lie is Lie.ORDERED else None
        return await super().restrict(identity, collections)

    async def lift(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        self.stuck = 1 if self.lie in {Lie.LIFTED, Lie.LIFT_ORDERED} else 0
        self.shows_in = A_DAY if self.lie is Lie.LIFT_ORDERED else None
        return await super().lift(identity, collections)

    async def verify(self, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        if {receipt.verb for receipt in receipts} <= {Verb.RESTRICT, Verb.LIFT}:
            return await self._marks_seen(identity, receipts)
        if {Verb.SUPPRESS} == {receipt.verb for receipt in receipts}:
            return await PretendSystem.verify(self, identity, receipts)
        if self.lie in {Lie.VOUCHED, Lie.HIDDEN}:
            return [self._seen(receipt, Verdict.VERIFIED) for receipt in receipts]
        return [] if self.lie is Lie.NO_VERDICT else await super().verify(identity, receipts)

    async def _marks_seen(self, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        if self.lie is Lie.LIFT_UNSAID and Verb.LIFT in self.deeds:
            return []
        seen = await super().verify(identity, receipts)
        self.restricted -= set(self._values(identity)) if self.lie is Lie.FADED else set()
        return seen

    async def scan(self, identity: Identity) -> Scan:
        count = len(self._found(identity))
        found = (Residue(place="visits.page", count=count),) if count else ()
        return Scan(found=found, places=1, records=100)
