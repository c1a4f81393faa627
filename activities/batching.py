"""Erasing in batches: a case waits in line, and whoever comes first when a list is ripe sends it for all
(decision 22). Each case fetches its own answer and writes its own receipts.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dsar.batches import LOOK_AGAIN, MISSING, REFUSED, Answer, Batch, Prepared, Waiting, joined, receipts
from dsar.budget import Month
from dsar.deeds import Receipt, Step
from dsar.errors import ContractError, OperatorError, TemporaryError
from dsar.orders import DeedOrder
from dsar.person import Identity
from dsar.ports import Register, Vault
from dsar.ports.connector import ErasesTogether
from dsar.vocabulary import Verb

WAITING, SPENT, THROTTLED = "batch_waiting", "budget_spent", "throttled"
_DOORS = 16  # objects of the vault that are opened at the same time
_GONE = frozenset({"object_missing", "seal_broken", "key_destroyed", "key_missing"})

Keys = Mapping[tuple[str, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Batching:
    """One system's line, as one case's activity sees it."""

    register: Register
    vault: Vault
    system: ErasesTogether
    order: DeedOrder

    @property
    def _line(self) -> str:
        return f"{self.order.system}:{Verb.ERASE}"

    @property
    def _mine(self) -> tuple[str, str, str]:
        return self._line, self.order.request.case_id, self.order.name

    async def erase(self, identity: Identity, steps: Sequence[Step]) -> Sequence[Receipt]:
        """Erase one case's part, in whichever batch it goes. Safe to repeat: it goes in one only.

        Raises:
            TemporaryError: `batch_waiting`, until it was sent; and as the system does.
            OperatorError: `budget_spent`, where the month's end is too late; the reason why it was refused.
        """
        prepared = await self._prepared(identity, steps)
        if not prepared.keys:
            return receipts(steps, prepared, Answer())
        due_on = (await asyncio.to_thread(self.register.case, self.order.request.case_id)).due_on
        await asyncio.to_thread(self.register.queue_up, *self._mine, len(prepared.keys), due_on)
        try:
            return receipts(steps, prepared, await self._answer())
        except (OperatorError, TemporaryError) as error:
            if isinstance(error, OperatorError) or error.reason == SPENT:
                await self.leave()  # nobody sends what its case may have given up meanwhile
            raise

    async def leave(self) -> None:
        """Go out of line, and take along what was sealed for it. Safe to repeat."""
        await asyncio.to_thread(self.register.leave_line, *self._mine)
        folder = self._name(self.order.name).rpartition("/")[0]
        await asyncio.to_thread(self.vault.remove, self.order.request.case_id, f"{folder}/")

    async def _prepared(self, identity: Identity, steps: Sequence[Step]) -> Prepared:
        """Return what is sealed for this deed, from the first try on: later the vendor may hold less."""
        _, case_id, deed = self._mine
        if await asyncio.to_thread(self.register.in_line, *self._mine):
            return await asyncio.to_thread(self._opened, case_id, deed)
        prepared = await self.system.prepare_erasure(identity, steps)
        if prepared.keys:
            await asyncio.to_thread(self.vault.put, case_id, self._name(deed), prepared.to_bytes())
        return prepared

    def _opened(self, case_id: str, deed: str) -> Prepared:
        return Prepared.from_bytes(self.vault.get(case_id, self._name(deed)))

    async def _answer(self) -> Answer:
        while (answer := await self._told()) is None:
            month = await self.system.month()
            if month and not month.left:
                raise await self._spent(month)
            at_once = self.system.at_once
            found = await asyncio.to_thread(self.register.claim_batch, self._line, at_once, month)
            if isinstance(found, timedelta):
                raise TemporaryError(self.order.system, WAITING, after=min(found, LOOK_AGAIN))
            await self._send(found)
        if answer.reason:
            raise OperatorError(self.order.system, answer.reason)
        return answer

    async def _told(self) -> Answer | None:
        row = await asyncio.to_thread(self.register.in_line, *self._mine)
        return row.answer if row else None

    async def _spent(self, month: Month) -> TemporaryError | OperatorError:
        """Return what it comes to that nothing is left: this case waits for the next month, unless it is due
        before. A wait that is too long for the story ends at once, and a person hears of it either way.
        """
        due_on = (await asyncio.to_thread(self.register.case, self._mine[1])).due_on
        if due_on and due_on <= month.resets_at.date():
            return OperatorError(self.order.system, SPENT)
        return TemporaryError(self.order.system, SPENT, after=month.lasts)

    async def _send(self, batch: Batch) -> None:
        """Send a batch. If it is not known how the call ended, the batch stays in our hand until it is taken
        for dead: then the next one asks the vendor first.
        """
        try:
            keys = await self._keys(batch)
            answers = await self._sent(batch, keys)
        except TemporaryError as error:
            if error.system != self.order.system or error.reason == THROTTLED:
                await self._settle(batch, {})
            raise
        except OperatorError as error:
            await self._settle(batch, {})
            if error.reason != SPENT:
                raise
        except ContractError as error:
            await self._refused(batch, error.reason)
        else:
            await self._settle(batch, answers)

    async def _sent(self, batch: Batch, keys: Keys) -> dict[tuple[str, str], Answer]:
        everybody = list(dict.fromkeys(key for ids in keys.values() for key in ids))
        lost = {row.place: Answer(reason=MISSING) for row in batch.rows if row.place not in keys}
        if not everybody:
            return lost
        if batch.sent_since:  # what is not known there waits again
            said = await self.system.erased_before(everybody, batch.sent_since)
        else:
            said = await self.system.erase_together(everybody)
        told = {place: joined(ids, said) for place, ids in keys.items()}
        return lost | {place: answer for place, answer in told.items() if answer}

    async def _refused(self, batch: Batch, reason: str) -> None:
        """Find who spoils a list by halves. Of a reply that cannot be read nobody knows what it did."""
        if reason == REFUSED and len(batch.rows) > 1 and not batch.sent_since:
            await asyncio.to_thread(self.register.split_batch, self._line, batch)
        else:
            await self._settle(batch, {row.place: Answer(reason=reason) for row in batch.rows})

    async def _settle(self, batch: Batch, answers: Mapping[tuple[str, str], Answer]) -> None:
        await asyncio.to_thread(self.register.settle_batch, self._line, batch, answers)

    async def _keys(self, batch: Batch) -> Keys:
        """Open what is sealed for each deed. One whose seal is gone is left out: the others go."""
        doors = asyncio.Semaphore(_DOORS)

        async def opened(row: Waiting) -> tuple[str, ...] | None:
            async with doors:
                return await asyncio.to_thread(self._keys_of, row)

        found = await asyncio.gather(*(opened(row) for row in batch.rows))
        return {row.place: ids for row, ids in zip(batch.rows, found, strict=True) if ids is not None}

    def _keys_of(self, row: Waiting) -> tuple[str, ...] | None:
        try:
            return self._opened(row.case_id, row.deed).keys
        except OperatorError as error:
            if error.reason in _GONE:
                return None
            raise

    def _name(self, deed: str) -> str:
        return f"batched/{self.order.system}/{deed}/ids"
