"""The queue of a register in memory. Its clock is moved by `later`."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from dsar.batches import BUSY, IN_HAND, WANTED, Answer, Batch, Waiting, chosen
from dsar.budget import Month
from register import doors

Place = tuple[str, str, str]


@dataclass
class _Hand:
    batch: Batch
    since_at: datetime
    until: datetime


class MemoryQueue:
    """Keeps the promises of `dsar.ports.queue.Queue` for as long as it lives."""

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._rows: dict[Place, Waiting] = {}
        self._wanted: dict[Place, datetime] = {}
        self._hands: dict[str, _Hand] = {}
        self._ahead = timedelta()

    def later(self, span: timedelta) -> None:
        self._ahead += span

    def queue_up(self, queue: str, case_id: str, deed: str, keys: int, due_on: date | None) -> None:
        place, now = (queue, case_id, deed), self._now()
        for name, value in zip(("queue", "case_id", "deed"), place, strict=True):
            doors.key(value, name)
        with self._turn:
            new = Waiting(case_id=case_id, deed=deed, keys=keys, due_on=due_on, since_at=now)
            self._rows[place] = replace(self._rows.get(place, new), due_on=due_on)
            self._wanted[place] = now + WANTED

    def in_line(self, queue: str, case_id: str, deed: str) -> Waiting | None:
        return self._rows.get((queue, case_id, deed))

    def claim_batch(self, queue: str, most: int, month: Month | None) -> Batch | timedelta:
        with self._turn:
            hand, now = self._hands.get(queue), self._now()
            if hand and hand.until > now:
                return min(hand.until - now, BUSY)
            held = [row for row in hand.batch.rows if (queue, *row.place) in self._rows] if hand else []
            if hand and held:
                return self._taken(queue, tuple(held), now, hand.since_at)
            found = chosen(self._free(queue, now), most, now, month)
            return found if isinstance(found, timedelta) else self._taken(queue, found, now)

    def settle_batch(self, queue: str, batch: Batch, answers: Mapping[tuple[str, str], Answer]) -> None:
        with self._turn:
            for row in self._put_down(queue, batch):
                if row.place in answers:
                    self._rows[(queue, *row.place)] = replace(row, answer=answers[row.place])

    def split_batch(self, queue: str, batch: Batch) -> None:
        with self._turn:
            there = {row.place for row in self._put_down(queue, batch)}
            for half in batch.halves:
                pack = uuid4().hex
                for row in (row for row in half if row.place in there):
                    self._rows[(queue, *row.place)] = replace(row, pack=pack)

    def leave_line(self, queue: str, case_id: str, deed: str) -> None:
        with self._turn:
            self._rows.pop((queue, case_id, deed), None)

    def _free(self, queue: str, now: datetime) -> list[Waiting]:
        wanted = (
            row for place, row in self._rows.items() if place[0] == queue and self._wanted[place] >= now
        )
        return [row for row in wanted if row.answer is None]

    def _taken(
        self, queue: str, rows: tuple[Waiting, ...], now: datetime, sent_since: datetime | None = None
    ) -> Batch:
        batch = Batch(number=uuid4().hex, rows=rows, sent_since=sent_since)
        self._hands[queue] = _Hand(batch, sent_since or now, now + IN_HAND)
        return batch

    def _put_down(self, queue: str, batch: Batch) -> list[Waiting]:
        hand = self._hands.get(queue)
        if hand is None or hand.batch.number != batch.number:
            return []
        del self._hands[queue]
        return [row for row in batch.rows if (queue, *row.place) in self._rows]

    def _now(self) -> datetime:
        return datetime.now(UTC) + self._ahead
