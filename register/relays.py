"""How far each destination was told what stands in the outbox, and what waits or is dead there."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, delete, exists, func, insert, or_, select, update

from dsar.ports import OutboxEvent
from dsar.ports.relay import Course, Parked
from register import doors
from register.database import Database
from register.evidence import Outbox
from register.tables import OUTBOX, PARKED, RELAYS

_NEWEST = select(func.max(OUTBOX.c.position).label("newest"))
_MINE = and_(RELAYS.c.destination == bindparam("where"), RELAYS.c.holder == bindparam("who"))
_WAITING = select(PARKED, OUTBOX.c.body).join(OUTBOX, OUTBOX.c.position == PARKED.c.position)
_BLOCKED = select(PARKED.c.case_id).where(PARKED.c.destination == bindparam("where")).distinct()
_FIRST = (
    select(func.min(PARKED.c.position))
    .where(PARKED.c.destination == bindparam("where"))
    .group_by(PARKED.c.case_id)
)
_DUE = (
    _WAITING.where(PARKED.c.destination == bindparam("where"), PARKED.c.position.in_(_FIRST))
    .where(PARKED.c.dead.is_(False), PARKED.c.next_at <= bindparam("now"))
    .order_by(PARKED.c.position)
    .limit(bindparam("most"))
)
_COUNTS = select(
    PARKED.c.destination,
    func.count().label("all"),
    func.sum(case((PARKED.c.dead, 1), else_=0)).label("dead"),
).group_by(PARKED.c.destination)


class Relays:
    """The part of the register that knows what the world was told. Keeps `dsar.ports.RelayBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def clock(self) -> datetime:
        return self._database.clock()

    def lease(self, destination: str, holder: str, now: datetime, until: datetime) -> int | None:
        doors.key(destination, "destination")
        mine = or_(RELAYS.c.holder.in_(["", holder]), RELAYS.c.until <= now)
        free = update(RELAYS).where(RELAYS.c.destination == destination, mine)

        def work(connection: Connection) -> int | None:
            reached = select(RELAYS.c.position).where(RELAYS.c.destination == destination)
            if connection.execute(reached).first() is None:
                first = {"destination": destination, "position": 0, "holder": holder, "until": until}
                connection.execute(insert(RELAYS), {**first, "trouble": ""})
            elif not connection.execute(free.values(holder=holder, until=until)).rowcount:
                return None
            return int(connection.execute(reached).scalar_one())

        return self._database.write(work)

    def release(self, destination: str, holder: str, trouble: str = "") -> None:
        mine = and_(RELAYS.c.destination == destination, RELAYS.c.holder == holder)
        self._database.write(
            lambda connection: connection.execute(
                update(RELAYS).where(mine).values(holder="", trouble=trouble)
            )
        )

    def fresh(self, after: int, limit: int) -> tuple[OutboxEvent, ...]:
        newest = self._database.read(_NEWEST)[0].newest or 0
        return Outbox(self._database).events(after=after, limit=limit) if newest > after else ()

    def blocked(self, destination: str) -> frozenset[str]:
        return frozenset(row.case_id for row in self._database.read(_BLOCKED, {"where": destination}))

    def due(self, destination: str, now: datetime, limit: int) -> tuple[Parked, ...]:
        rows = self._database.read(_DUE, {"where": destination, "now": now, "most": limit})
        return tuple(_parked(row) for row in rows)

    def passed(self, destination: str, holder: str, position: int, parked: Parked | None = None) -> bool:
        def work(connection: Connection) -> None:
            reached = RELAYS.c.destination == destination
            connection.execute(update(RELAYS).where(reached).values(position=position, trouble=""))
            if parked:
                connection.execute(insert(PARKED), _values(destination, parked))

        return self._held(destination, holder, work)

    def settle(self, destination: str, holder: str, position: int, parked: Parked | None = None) -> bool:
        this = and_(PARKED.c.destination == destination, PARKED.c.position == position)

        def work(connection: Connection) -> None:
            if parked:
                connection.execute(update(PARKED).where(this).values(_values(destination, parked)))
            else:
                connection.execute(delete(PARKED).where(this))

        return self._held(destination, holder, work)

    def courses(self) -> tuple[Course, ...]:
        newest = self._database.read(_NEWEST)[0].newest or 0
        counts = {row.destination: row for row in self._database.read(_COUNTS)}
        return tuple(
            Course(
                destination=row.destination,
                position=row.position,
                newest=newest,
                waiting=counts[row.destination].all - counts[row.destination].dead
                if row.destination in counts
                else 0,
                dead=counts[row.destination].dead if row.destination in counts else 0,
                holder=row.holder,
                until=row.until if row.holder else None,
                trouble=row.trouble,
            )
            for row in self._database.read(select(RELAYS).order_by(RELAYS.c.destination))
        )

    def dead(self, destination: str = "") -> tuple[tuple[str, Parked], ...]:
        found = _WAITING.where(PARKED.c.dead.is_(True)).order_by(PARKED.c.destination, PARKED.c.position)
        rows = self._database.read(found.where(PARKED.c.destination == destination) if destination else found)
        return tuple((row.destination, _parked(row)) for row in rows)

    def revive(self, destination: str, now: datetime) -> int:
        dead = and_(PARKED.c.destination == destination, PARKED.c.dead.is_(True))
        again = update(PARKED).where(dead).values(dead=False, attempts=0, next_at=now)
        return self._database.write(lambda connection: connection.execute(again).rowcount)

    def rewind(self, destination: str, position: int) -> None:
        def work(connection: Connection) -> None:
            later = and_(PARKED.c.destination == destination, PARKED.c.position > position)
            connection.execute(delete(PARKED).where(later))
            back = update(RELAYS).where(RELAYS.c.destination == destination, RELAYS.c.position > position)
            connection.execute(back.values(position=position, holder=""))

        self._database.write(work)

    def drop(self, destination: str) -> None:
        def work(connection: Connection) -> None:
            for table in (PARKED, RELAYS):
                connection.execute(delete(table).where(table.c.destination == destination))

        self._database.write(work)

    def forget(self, before: datetime, limit: int) -> int:
        told = func.coalesce(select(func.min(RELAYS.c.position)).scalar_subquery(), _NEWEST.scalar_subquery())
        waits = exists().where(PARKED.c.position == OUTBOX.c.position)
        oldest = select(OUTBOX).where(OUTBOX.c.position <= told, ~waits).order_by(OUTBOX.c.position)

        def work(connection: Connection) -> int:
            rows = connection.execute(oldest.limit(limit)).all()
            past = [row.position for row in rows if _at(row.body) < before]
            connection.execute(delete(OUTBOX).where(OUTBOX.c.position.in_(past)))
            return len(past)

        return self._database.write(work)

    def _held(self, destination: str, holder: str, work: Callable[[Connection], None]) -> bool:
        """Write only while the lease is ours: whoever was paused for too long writes nothing."""
        mine = select(RELAYS.c.destination).where(_MINE).with_for_update()

        def guarded(connection: Connection) -> bool:
            held = connection.execute(mine, {"where": destination, "who": holder}).first() is not None
            if held:
                work(connection)
            return held

        return self._database.write(guarded)


def _at(body: str) -> datetime:
    return datetime.fromisoformat(json.loads(body)["time"])


def _parked(row: Any) -> Parked:  # noqa: ANN401 - a row of a database
    event = OutboxEvent(position=row.position, case_id=row.case_id, body=json.loads(row.body))
    return Parked(
        event=event,
        attempts=row.attempts,
        next_at=row.next_at,
        reason=row.reason,
        since_at=row.since_at,
        dead=row.dead,
    )


def _values(destination: str, parked: Parked) -> dict[str, Any]:
    return {
        "destination": destination,
        "position": parked.event.position,
        "case_id": parked.event.case_id,
        "attempts": parked.attempts,
        "next_at": parked.next_at,
        "reason": parked.reason,
        "since_at": parked.since_at,
        "dead": parked.dead,
    }
