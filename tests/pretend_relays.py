"""A relay book in memory, with the rules of the real one."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from dsar.ports import OutboxEvent
from dsar.ports.relay import Course, Parked


@dataclass
class _At:
    position: int = 0
    holder: str = ""
    until: datetime | None = None
    trouble: str = ""
    parked: dict[int, Parked] = field(default_factory=dict)


@dataclass
class PretendBook:
    events: list[OutboxEvent] = field(default_factory=list)
    at: dict[str, _At] = field(default_factory=dict)

    def clock(self) -> datetime:
        return datetime.now(UTC)

    def lease(self, destination: str, holder: str, now: datetime, until: datetime) -> int | None:
        here = self.at.setdefault(destination, _At())
        if here.holder not in {"", holder} and here.until and here.until > now:
            return None
        here.holder, here.until = holder, until
        return here.position

    def release(self, destination: str, holder: str, trouble: str = "") -> None:
        here = self.at[destination]
        if here.holder == holder:
            here.holder, here.trouble = "", trouble

    def fresh(self, after: int, limit: int) -> tuple[OutboxEvent, ...]:
        return tuple(event for event in self.events if event.position > after)[:limit]

    def blocked(self, destination: str) -> frozenset[str]:
        return frozenset(one.event.case_id for one in self.at[destination].parked.values())

    def due(self, destination: str, now: datetime, limit: int) -> tuple[Parked, ...]:
        first: dict[str, Parked] = {}
        for _, one in sorted(self.at[destination].parked.items()):
            first.setdefault(one.event.case_id, one)
        return tuple(one for one in first.values() if not one.dead and one.next_at <= now)[:limit]

    def passed(self, destination: str, holder: str, position: int, parked: Parked | None = None) -> bool:
        here = self.at[destination]
        if here.holder != holder:
            return False
        here.position, here.trouble = position, ""
        if parked:
            here.parked[position] = parked
        return True

    def settle(self, destination: str, holder: str, position: int, parked: Parked | None = None) -> bool:
        here = self.at[destination]
        if here.holder != holder:
            return False
        here.parked.pop(position)
        if parked:
            here.parked[position] = parked
        return True

    def courses(self) -> tuple[Course, ...]:
        return tuple(
            Course(
                destination=name,
                position=here.position,
                newest=self.events[-1].position if self.events else 0,
                waiting=sum(not one.dead for one in here.parked.values()),
                dead=sum(one.dead for one in here.parked.values()),
                holder=here.holder,
                until=here.until if here.holder else None,
                trouble=here.trouble,
            )
            for name, here in sorted(self.at.items())
        )

    def dead(self, destination: str = "") -> tuple[tuple[str, Parked], ...]:
        named = {destination} if destination else set(self.at)
        return tuple(
            (name, one)
            for name, here in sorted(self.at.items())
            for _, one in sorted(here.parked.items())
            if name in named and one.dead
        )

    def revive(self, destination: str, now: datetime) -> int:
        dead = self.dead(destination)
        for _, one in dead:
            again = replace(one, dead=False, attempts=0, next_at=now)
            self.at[destination].parked[one.event.position] = again
        return len(dead)

    def rewind(self, destination: str, position: int) -> None:
        here = self.at[destination]
        here.parked = {at: one for at, one in here.parked.items() if at <= position}
        if here.position > position:
            here.position, here.holder = position, ""

    def drop(self, destination: str) -> None:
        self.at.pop(destination, None)

    def forget(self, before: datetime, limit: int) -> int:
        told = min((here.position for here in self.at.values()), default=10**9)
        waits = {position for here in self.at.values() for position in here.parked}
        able = [e for e in self.events if e.position <= told and e.position not in waits][:limit]
        past = [e for e in able if datetime.fromisoformat(str(e.body["time"])) < before]
        self.events = [event for event in self.events if event not in past]
        return len(past)


@dataclass
class PretendArrivals:
    """What came, in memory."""

    came: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def claim(self, event: str, content: str, at: datetime) -> bool:
        return self.came.setdefault(event, (content, at))[0] == content

    def unclaim(self, event: str) -> None:
        self.came.pop(event, None)

    def forget_arrivals(self, before: datetime) -> int:
        past = [event for event, (_, at) in self.came.items() if at < before]
        for event in past:
            self.unclaim(event)
        return len(past)
