"""A pretend system that erases by lists, with a budget for the month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from dsar.batches import Answer, Prepared
from dsar.budget import Month
from dsar.deeds import Receipt, Result, Step
from dsar.person import Identity
from tests.pretend_eraser import PretendEraser


@dataclass
class PretendBatcher(PretendEraser):
    """`lists` are those that it was sent. Whoever is on one is erased."""

    at_once: int = 100
    lists: list[tuple[str, ...]] = field(default_factory=list)
    budget: Month | None = None

    async def prepare_erasure(self, identity: Identity, steps: Sequence[Step]) -> Prepared:
        planned = {step.collection: step.count for step in await self.plan_erasure(identity)}
        keys = tuple(dict.fromkeys(value for value in self._values(identity) if value in self.rows))
        return Prepared(
            keys=keys, counts={step.collection: planned.get(step.collection, 0) for step in steps}
        )

    async def erase_together(self, keys: Sequence[str]) -> Mapping[str, Answer]:
        self._trip()
        self.lists.append(tuple(keys))
        for key in keys:
            self.rows.pop(key, None)
        return dict.fromkeys(keys, Answer(job="list-1", ready_after=timedelta(hours=1)))

    async def erased_before(self, keys: Sequence[str], since: datetime) -> Mapping[str, Answer]:
        assert since.tzinfo
        return {key: Answer(job="list-1") for sent in self.lists for key in sent if key in keys}

    async def poll(self, receipt: Receipt) -> Receipt:
        return replace(receipt, result=Result.DONE)

    async def month(self) -> Month | None:
        return self.budget
