"""House equipment for erasing: a plan with counts, exactly that plan carried out, and a second look."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from connectors._http import Api, Reply
from connectors._marks import seen_as
from connectors._paging import Batches
from connectors._reader import People
from dsar.batches import Prepared
from dsar.deeds import Method, Receipt, Result, Seen, Step, Verdict
from dsar.errors import ContractError, OperatorError
from dsar.holdings import Card, Row
from dsar.person import Identity
from dsar.vocabulary import Verb

MOST_REQUESTS = 20  # that one receipt keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What the vendor said to one step: which requests, and, of an order not yet carried out, its job."""

    requests: tuple[str, ...] = ()
    job: str = ""
    ready_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one collection is erased. What it `takes` along are collections that it cannot spare. An act that
    serves several collections is done once.
    """

    method: Method
    act: Callable[[People], Awaitable[Done]]
    takes: tuple[str, ...] = ()


class Counting(Protocol):
    """What an eraser asks of a connector's reader: who is meant, and how much is held of them."""

    @property
    def card(self) -> Card: ...

    def known(self, identity: Identity, /) -> Awaitable[People]: ...

    def people(self, identity: Identity, /) -> Awaitable[People]: ...

    def count(self, collection: str, people: People, /) -> Awaitable[int]: ...


class Looks(Protocol):
    """What can say whether a mark that was set still holds."""

    async def seen(self, identity: Identity, receipt: Receipt, /) -> Seen: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Eraser:
    """Erases collection by collection, in the order of `ways`: children first.

    `markers` read whether a restriction or suppression holds, so that one `verify` serves every deed.
    """

    reader: Counting
    ways: Mapping[str, Way]
    markers: Mapping[Verb, Looks] = field(default_factory=dict)

    async def plan(self, identity: Identity) -> Sequence[Step]:
        """Return what erasing would touch. Changes nothing.

        Raises:
            OperatorError: `several_people`.
        """
        people = await self.reader.known(identity)
        counts = {name: await self.reader.count(name, people) for name in self.ways}
        card = self.reader.card
        return tuple(
            Step(
                system=card.name,
                collection=name,
                category=card.collection(name).category,
                count=count,
                method=self.ways[name].method,
            )
            for name, count in counts.items()
            if count
        )

    async def erase(self, identity: Identity, steps: Sequence[Step]) -> Sequence[Receipt]:
        """Carry out these steps, each once.

        Raises:
            OperatorError: before anything is touched: `plan_outgrown`, or `plan_partial` where one step takes
                along what was not approved.
            ContractError: `step_unknown`.
        """
        now, people = await self._now(identity, steps)
        in_order = sorted(steps, key=lambda step: [*self.ways].index(step.collection))
        done: dict[object, Done] = {}
        receipts = []
        for step in in_order:
            act, count = self.ways[step.collection].act, now.get(step.collection, 0)
            if count and act not in done:
                done[act] = await act(people)
            receipts.append(_receipt(step, count, done[act] if count else None))
        return receipts

    async def prepare(self, identity: Identity, steps: Sequence[Step]) -> Prepared:
        """Return whom these steps would erase, by the vendor's ids, and how much. Raises as `erase`."""
        now, people = await self._now(identity, steps)
        keys = tuple(key for key, row in people.items() if row)
        counts = {step.collection: now.get(step.collection, 0) for step in steps}
        return Prepared(keys=keys if any(counts.values()) else (), counts=counts)

    async def verify(self, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        """Look again, deed by deed. What was corrected was read back when it was written."""
        return [await self._seen(identity, receipt) for receipt in receipts]

    async def _seen(self, identity: Identity, receipt: Receipt) -> Seen:
        if receipt.verb in self.markers:
            return await self.markers[receipt.verb].seen(identity, receipt)
        if receipt.verb is not Verb.ERASE:
            return seen_as(receipt, Verdict.UNVERIFIABLE)
        left = await self.reader.count(receipt.collection, await self.reader.people(identity))
        return seen_as(receipt, Verdict.STILL_PRESENT if left else Verdict.VERIFIED, left)

    async def _now(self, identity: Identity, steps: Sequence[Step]) -> tuple[Mapping[str, int], People]:
        """Return what is held now, and of whom; no more of it than was approved."""
        now = {step.collection: step.count for step in await self.plan(identity)}
        self._approved(steps, now)
        return now, await self.reader.known(identity)

    def _approved(self, steps: Sequence[Step], now: Mapping[str, int]) -> None:
        system, approved = self.reader.card.name, {step.collection: step.count for step in steps}
        if not {*approved} <= {*self.ways}:
            raise ContractError(system, "step_unknown")
        if any(now.get(name, 0) > count for name, count in approved.items()):
            raise OperatorError(system, "plan_outgrown")
        along = {name for step in approved for name in self.ways[step].takes if now.get(name)}
        if along - {*approved}:
            raise OperatorError(system, "plan_partial")


async def keys_of(
    api: Api, read: Callable[[str, Row, str], Batches], people: People, *, field: str = "id"
) -> list[str]:
    """Return the ids of all rows of a collection, before the first of them goes."""
    return [
        api.text(row, field)
        for key, person in people.items()
        async for rows, _ in read(key, person, "")
        for row in rows
    ]


def done_by(replies: Sequence[Reply], *, job: str = "", ready_after: timedelta | None = None) -> Done:
    """Return what the vendor did, or will do, with its request ids: the last ones, of a long row."""
    requests = [reply.request for reply in replies if reply.request]
    return Done(requests=tuple(requests[-MOST_REQUESTS:]), job=job, ready_after=ready_after)


def _receipt(step: Step, count: int, done: Done | None) -> Receipt:
    return Receipt(
        system=step.system,
        collection=step.collection,
        verb=Verb.ERASE,
        result=_result(done),
        count=count,
        method=step.method,
        job=done.job if done else "",
        ready_after=done.ready_after if done else None,
        requests=done.requests if done else (),
    )


def _result(done: Done | None) -> Result:
    if done is None:
        return Result.ALREADY
    return Result.ACCEPTED if done.job or done.ready_after else Result.DONE
