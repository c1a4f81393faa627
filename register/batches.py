"""Deeds that wait for a vendor. One lock per queue; the clock is the database's."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from dsar.batches import BUSY, IN_HAND, WANTED, Answer, Batch, Waiting, chosen
from dsar.budget import Month
from register import doors
from register.database import Database
from register.tables_of_batches import IN_HAND as HANDS
from register.tables_of_batches import WAITING

_TAKEN = "taken"  # the outcome of what the vendor took; any other is the reason why not
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_FORGOTTEN = 30 * WANTED  # after which a deed that nobody asked for is out of line
_HERE = WAITING.c.queue == bindparam("line")
_MINE = (_HERE, WAITING.c.case_id == bindparam("case"), WAITING.c.deed == bindparam("which"))
_HAND = HANDS.c.queue == bindparam("line")
_LOCKED = select(HANDS).where(_HAND).with_for_update()
_HELD = select(WAITING).where(_HERE, WAITING.c.batch == bindparam("number"))
_FREE = select(WAITING).where(_HERE, WAITING.c.batch == "", WAITING.c.outcome == "")


class BatchQueue:
    """The part of the register in which deeds wait. Keeps `dsar.ports.queue.Queue`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue_up(self, queue: str, case_id: str, deed: str, keys: int, due_on: date | None) -> None:
        for name, value in (("queue", queue), ("case_id", case_id), ("deed", deed)):
            doors.key(value, name)
        mine = {"line": queue, "case": case_id, "which": deed}

        def work(connection: Connection) -> None:
            now = self._database.clock_of(connection)
            wanted = {"due_on": due_on, "wanted_until": now + WANTED}
            if not connection.execute(update(WAITING).where(*_MINE).values(wanted), mine).rowcount:
                row = {"queue": queue, "case_id": case_id, "deed": deed, "keys": keys, "since_at": now}
                nothing = dict.fromkeys(("batch", "pack", "outcome", "job", "requests"), "")
                connection.execute(insert(WAITING), {**row, **nothing, **wanted})
            old = WAITING.c.wanted_until < now - _FORGOTTEN
            connection.execute(delete(WAITING).where(_HERE, old), {"line": queue})

        self._database.write(work)

    def in_line(self, queue: str, case_id: str, deed: str) -> Waiting | None:
        mine = {"line": queue, "case": case_id, "which": deed}
        rows = self._database.read(select(WAITING).where(*_MINE), mine)
        return _waiting(rows[0]) if rows else None

    def claim_batch(self, queue: str, most: int, month: Month | None) -> Batch | timedelta:
        def work(connection: Connection) -> Batch | timedelta:
            hand = _hand(connection, queue)
            # Not before the lock: others may have had it for a while.
            now = self._database.clock_of(connection)
            if hand.batch and hand.until > now:
                until: datetime = hand.until
                return min(until - now, BUSY)
            rows = _rows(connection, _HELD, {"line": queue, "number": hand.batch}) if hand.batch else []
            if rows:
                return _taken(connection, queue, rows, now, sent_since=hand.since_at)
            wanted = _FREE.where(WAITING.c.wanted_until >= now)
            found = chosen(_rows(connection, wanted, {"line": queue}), most, now, month)
            return found if isinstance(found, timedelta) else _taken(connection, queue, found, now)

        return self._database.write(work)

    def settle_batch(self, queue: str, batch: Batch, answers: Mapping[tuple[str, str], Answer]) -> None:
        def work(connection: Connection) -> None:
            if _put_down(connection, queue, batch):
                _written(connection, queue, batch.rows, answers)

        self._database.write(work)

    def split_batch(self, queue: str, batch: Batch) -> None:
        def work(connection: Connection) -> None:
            if _put_down(connection, queue, batch):
                for half in batch.halves:
                    together = {"batch": "", "pack": secrets.token_hex(8)}
                    _set(connection, queue, half, together)

        self._database.write(work)

    def leave_line(self, queue: str, case_id: str, deed: str) -> None:
        mine = {"line": queue, "case": case_id, "which": deed}
        self._database.write(lambda connection: connection.execute(delete(WAITING).where(*_MINE), mine))


def _hand(connection: Connection, queue: str) -> Row[Any]:
    """Let nobody else at this queue until we are done. Returns what is in somebody's hand."""
    row = connection.execute(_LOCKED, {"line": queue}).one_or_none()
    if row is None:  # of two at once the later one is refused by the key, and tries again
        empty = {"queue": queue, "batch": "", "since_at": _LONG_AGO, "until": _LONG_AGO}
        connection.execute(insert(HANDS), empty)
        row = connection.execute(_LOCKED, {"line": queue}).one()
    return row


def _taken(
    connection: Connection,
    queue: str,
    rows: Sequence[Waiting],
    now: datetime,
    sent_since: datetime | None = None,
) -> Batch:
    number = secrets.token_hex(8)
    held = {"batch": number, "since_at": sent_since or now, "until": now + IN_HAND}
    connection.execute(update(HANDS).where(_HAND).values(held), {"line": queue})
    _set(connection, queue, rows, {"batch": number})
    return Batch(number=number, rows=tuple(rows), sent_since=sent_since)


def _put_down(connection: Connection, queue: str, batch: Batch) -> bool:
    """Take a batch out of hand. Returns False if it is not ours any more."""
    ours = update(HANDS).where(_HAND, HANDS.c.batch == batch.number).values(batch="")
    return bool(connection.execute(ours, {"line": queue}).rowcount)


def _written(
    connection: Connection,
    queue: str,
    rows: Iterable[Waiting],
    answers: Mapping[tuple[str, str], Answer],
) -> None:
    for row in rows:
        told = answers.get(row.place)
        _set(connection, queue, [row], {"batch": "", **(_spelled(told) if told else {})})


def _set(connection: Connection, queue: str, rows: Iterable[Waiting], values: Mapping[str, Any]) -> None:
    places = [{"line": queue, "case": row.case_id, "which": row.deed} for row in rows]
    if places:
        connection.execute(update(WAITING).where(*_MINE).values(values), places)


def _rows(connection: Connection, statement: Any, values: Mapping[str, Any]) -> list[Waiting]:  # noqa: ANN401 - a select
    return [_waiting(row) for row in connection.execute(statement, values)]


def _spelled(answer: Answer) -> dict[str, object]:
    return {
        "outcome": answer.reason or _TAKEN,
        "job": answer.job,
        "ready_after": answer.ready_after.total_seconds() if answer.ready_after is not None else None,
        "requests": " ".join(answer.requests),
    }


def _waiting(row: Row[Any]) -> Waiting:
    answer = Answer(
        reason="" if row.outcome == _TAKEN else row.outcome,
        job=row.job,
        ready_after=None if row.ready_after is None else timedelta(seconds=row.ready_after),
        requests=tuple(row.requests.split()),
    )
    return Waiting(
        case_id=row.case_id,
        deed=row.deed,
        keys=row.keys,
        due_on=row.due_on,
        since_at=row.since_at,
        pack=row.pack,
        answer=answer if row.outcome else None,
    )
