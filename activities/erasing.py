"""Erasing what an approved plan names, and asking again whether it is gone (Art. 17; DESIGN §6)."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.able import batcher, connector_of, eraser, poller, verifier
from activities.batching import Batching
from activities.frozen import frozen
from dsar.decision_kinds import APPROVE_PLAN
from dsar.deeds import Method, Receipt, Result, Seen, Verdict
from dsar.dossier import open_retained
from dsar.erasure import Line, Plan, plans_of
from dsar.errors import ContractError, OperatorError, TemporaryError, UnsupportedError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.instructions import was_instructed
from dsar.orders import Deed, DeedOrder, Look
from dsar.person import Identity
from dsar.ports import Change, Connector, Register, Vault
from dsar.receipts import check_fact, receipt_fact, receipt_key, receipt_of, receipts_of
from dsar.vocabulary import Found, Status, Verb

POLL_EVERY = timedelta(hours=1)
_GONE = frozenset({Method.REMOVE, Method.TRASH})  # what a search must not find any more


@dataclass(frozen=True, slots=True)
class Erasing:
    """Tools for the deed itself."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]

    @activity.defn(name="erase-holdings")
    @translated
    async def erase_holdings(self, order: DeedOrder) -> Deed:
        """Carry out one system's part of an approved plan, and write one receipt for each line of it.

        Cut short between the deed and its receipt it is done again: the system then says "already", and what
        was begun before tells whose deed that was.
        """
        entries = await asyncio.to_thread(self.register.evidence, order.request.case_id)
        lines = _approved_lines(entries, order)
        given = receipts_of(entries, Verb.ERASE, order.system, order.name)
        if order.retained and not lines:
            raise UnsupportedError(order.system, "cannot_erase")
        left = [(key, line) for key, line in lines if key not in given]
        batching = self._batching(order)
        if left:
            await self._erase(order, left, batching)
        if batching:  # also where all is written: whoever wrote it may have been killed before it left
            await batching.leave()
        return await asyncio.to_thread(self._done, order)

    async def _erase(
        self, order: DeedOrder, left: Sequence[tuple[str, Line]], batching: Batching | None
    ) -> None:
        case_id = order.request.case_id
        await asyncio.to_thread(self._begin, order, len(left))
        identity = await asyncio.to_thread(self._identity, order)
        steps = [line.step for _, line in left]
        async with beating(lambda: order.number):
            system = batching or eraser(self.connectors, order.system)
            receipts = await system.erase(identity, steps)
        _check_word(order.system, [line for _, line in left], receipts)
        for (key, _), receipt in zip(left, receipts, strict=True):
            fact = receipt_fact(receipt, key, order.at, **_plan(order))
            await asyncio.to_thread(self.register.record, case_id, fact)

    def _batching(self, order: DeedOrder) -> Batching | None:
        """Return the line of a system that erases in batches. What a duty kept goes alone: its case may have
        no key any more that ids could be sealed with.
        """
        system = None if order.retained else batcher(self.connectors, order.system)
        return Batching(self.register, self.vault, system, order) if system else None

    def _identity(self, order: DeedOrder) -> Identity:
        case_id = order.request.case_id
        return (
            open_retained(self.vault, case_id)
            if order.retained
            else frozen(self.vault, case_id, order.number, order.client)
        )

    def _begin(self, order: DeedOrder, count: int) -> None:
        key = f"begun:{Verb.ERASE}:{order.name}:{order.system}"
        facts: dict[str, Scalar] = {"system": order.system, **_plan(order), "lines": count}
        fact = Fact(key=key, kind=EvidenceKind.BEGUN, at=order.at, facts=facts)
        case_id, beside = order.request.case_id, order.retained or order.client
        called = any(answer.found is Found.UNKNOWN for answer in self.register.answers(case_id))
        # Another system of the case may wait for a hand by now, which is what it shows then.
        change = Change() if beside or called else Change(status=Status.ANSWERING)
        self.register.record(case_id, fact, change)

    def _done(self, order: DeedOrder) -> Deed:
        receipts = self._receipts(order).values()
        running = [receipt for receipt in receipts if receipt.result is Result.ACCEPTED]
        waits = [receipt.ready_after for receipt in running if receipt.ready_after]
        return Deed(
            receipts=len(receipts),
            jobs=sum(bool(receipt.job) for receipt in running),
            ready_after=max(waits, default=None),
        )

    def _receipts(self, order: DeedOrder) -> Mapping[str, Receipt]:
        """Return the receipts as they stand: a job that ended is done."""
        entries = self.register.evidence(order.request.case_id)
        ended = {entry.key for entry in entries if entry.kind is EvidenceKind.JOB_ENDED}
        given = receipts_of(entries, Verb.ERASE, order.system, order.name)
        found = {key: receipt_of(entry) for key, entry in given.items()}
        return {
            key: replace(receipt, result=Result.DONE) if f"ended:{key}" in ended else receipt
            for key, receipt in found.items()
        }

    @activity.defn(name="poll-jobs")
    @translated
    async def poll_jobs(self, order: DeedOrder) -> None:
        """Look whether the vendor's jobs have ended.

        Raises:
            TemporaryError: `job_running`: asked again when the vendor says, which costs neither a worker nor
                a line of history.
        """
        receipts = await asyncio.to_thread(self._receipts, order)
        waits = []
        for key, receipt in receipts.items():
            if receipt.result is Result.ACCEPTED and receipt.job:
                async with beating(lambda: order.number):
                    now = await poller(self.connectors, order.system).poll(receipt)
                if now.result is Result.ACCEPTED:
                    waits.append(now.ready_after or POLL_EVERY)
                else:
                    await asyncio.to_thread(self._end_job, order, key, now)
        if waits:
            raise TemporaryError(order.system, "job_running", after=max(waits))

    def _end_job(self, order: DeedOrder, key: str, now: Receipt) -> None:
        facts: dict[str, Scalar] = {
            "system": now.system,
            "collection": now.collection,
            "job": now.job,
            "count": now.count,
        }
        # Days may have gone by since it was ordered.
        at = activity.info().current_attempt_scheduled_time
        fact = Fact(key=f"ended:{key}", kind=EvidenceKind.JOB_ENDED, at=at, facts=facts)
        self.register.record(order.request.case_id, fact)

    @activity.defn(name="verify-erasure")
    @translated
    async def verify_erasure(self, order: DeedOrder) -> Look:
        """Ask the system again, and search it again with the frozen identifiers: a receipt is no proof."""
        return await self.look(order)

    async def look(self, order: DeedOrder) -> Look:
        """Look for what the receipts say is gone, and write down what is seen."""
        receipts = await asyncio.to_thread(self._receipts, order)
        identity = await asyncio.to_thread(self._identity, order)
        async with beating(lambda: order.look):
            seen = await self._seen(order.system, identity, tuple(receipts.values()))
        for key, one in zip(receipts, seen, strict=True):
            # What a duty kept is looked at daily, for as long as it takes: the first of each verdict is told.
            which = one.verdict if order.retained else order.look
            name = f"checked:{key.removeprefix('receipt:')}:{which}"
            fact = check_fact(one, name, order.at, **_plan(order), look=order.look)
            await asyncio.to_thread(self.register.record, order.request.case_id, fact)
        found = [one.verdict for one in seen]
        return Look(
            verified=found.count(Verdict.VERIFIED),
            still_present=found.count(Verdict.STILL_PRESENT),
            unverifiable=found.count(Verdict.UNVERIFIABLE),
        )

    async def _seen(self, system: str, identity: Identity, receipts: Sequence[Receipt]) -> list[Seen]:
        asked = verifier(self.connectors, system)
        told = await asked.verify(identity, receipts) if asked else [Seen.unasked(r) for r in receipts]
        if [one.collection for one in told] != [receipt.collection for receipt in receipts]:
            raise ContractError(system, "verdicts_do_not_fit")
        found = connector_of(self.connectors, system)
        searched = Verb.FIND in found.card.can
        holdings = (await found.find(identity)).holdings if searched else ()
        counts = {holding.collection: holding.count for holding in holdings}
        return [
            _judged(one, receipt, counts.get(one.collection, 0), only_searched=searched and not asked)
            for one, receipt in zip(told, receipts, strict=True)
        ]


def _plan(order: DeedOrder) -> dict[str, Scalar]:
    """Say by which plan it is done, and on whose instruction."""
    return {"plan": order.number, **({"client": order.client} if order.client else {})}


def _approved_lines(entries: Sequence[Entry], order: DeedOrder) -> list[tuple[str, Line]]:
    """Return what this system may erase, with the keys of the receipts. No side door: whatever the workflow
    believes, the register must hold the plan and its approval, or the instruction of the client.

    Raises:
        OperatorError: `plan_not_approved`.
    """
    plans = {plan.number: plan for plan in plans_of(entries, order.client)}
    plan = plans.get(order.number)
    if plan is None or not _may_go(entries, order, plan, plans.values()):
        raise OperatorError(order.system, "plan_not_approved")
    return [
        (receipt_key(Verb.ERASE, order.name, order.system, place), line)
        for place, line in plan.of(order.system)
        if not line.stays and not line.by_hand
    ]


def _may_go(entries: Sequence[Entry], order: DeedOrder, plan: Plan, plans: Iterable[Plan]) -> bool:
    if order.client:
        return was_instructed(entries, order.client, order.number)
    return any(plan.within(other, retained=order.retained) for other in _approved(entries, plans))


def _approved(entries: Iterable[Entry], plans: Iterable[Plan]) -> list[Plan]:
    decided = [entry.facts for entry in entries if entry.kind is EvidenceKind.DECIDED]
    digests = {facts.get("plan") for facts in decided if facts["decision"] == APPROVE_PLAN}
    return [plan for plan in plans if plan.digest in digests]


def _check_word(system: str, lines: Sequence[Line], receipts: Sequence[Receipt]) -> None:
    """Hold the system to its word: one receipt per line, of that line."""
    asked = [(line.system, line.collection, Verb.ERASE) for line in lines]
    if [(receipt.system, receipt.collection, receipt.verb) for receipt in receipts] != asked:
        raise ContractError(system, "receipts_do_not_fit")


def _judged(seen: Seen, receipt: Receipt, count: int, *, only_searched: bool) -> Seen:
    """Weigh what the system says of itself against what a search finds: what is found is not gone."""
    if receipt.method in _GONE and count:
        return replace(seen, verdict=Verdict.STILL_PRESENT, count=count)
    if receipt.method is Method.REMOVE and only_searched:
        return replace(seen, verdict=Verdict.VERIFIED)
    return seen
