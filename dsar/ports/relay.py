"""What a courier and a relay book promise: each event reaches each destination, in order within its case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dsar.ports.register import OutboxEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """An event that a destination did not take yet. While it waits, the later ones of its case wait behind.

    `dead`: it was tried often enough, and a person must look.
    """

    event: OutboxEvent
    attempts: int
    next_at: datetime
    reason: str
    since_at: datetime
    dead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How far one destination has been told: up to `position` of `newest`, but for what waits or is dead."""

    destination: str
    position: int
    newest: int
    waiting: int
    dead: int
    holder: str = ""
    until: datetime | None = None
    trouble: str = ""


class Courier(Protocol):
    """Carries events to one destination."""

    @property
    def name(self) -> str:
        """Return the name of the destination."""

    def send(self, event: OutboxEvent) -> str:
        """Send one event. Returns an empty text, or a code why this very event is not taken.

        Raises:
            TemporaryError: the destination cannot take any event now.
            OperatorError: it will take none until a person mends something.
        """

    def close(self) -> None: ...


class RelayBook(Protocol):
    """Remembers how far each destination was told. Only the holder of its lease may write there."""

    def clock(self) -> datetime:
        """Return the moment by the book's own clock: a worker whose clock is ahead leases no longer by it."""

    def lease(self, destination: str, holder: str, now: datetime, until: datetime) -> int | None:
        """Take or lengthen the lease; return the position reached. None: somebody else holds it."""

    def release(self, destination: str, holder: str, trouble: str = "") -> None:
        """Give the lease back, so that another worker need not wait for its end."""

    def fresh(self, after: int, limit: int) -> tuple[OutboxEvent, ...]:
        """Return what comes after a position, in order. Nobody who writes waits if there is none."""

    def blocked(self, destination: str) -> frozenset[str]:
        """Return the cases of which an event waits there."""

    def due(self, destination: str, now: datetime, limit: int) -> tuple[Parked, ...]:
        """Return the first waiting event of each case, if its time has come and it is not dead."""

    def passed(self, destination: str, holder: str, position: int, parked: Parked | None = None) -> bool:
        """Move on past an event that was sent, or park it. False: the lease was lost, nothing is written."""

    def settle(self, destination: str, holder: str, position: int, parked: Parked | None = None) -> bool:
        """Forget an event that waited, for it was sent, or put it off. False as in `passed`."""

    def courses(self) -> tuple[Course, ...]:
        """Return how far each destination was told."""

    def dead(self, destination: str = "") -> tuple[tuple[str, Parked], ...]:
        """Return (destination, event) of what a person must look at, oldest first."""

    def revive(self, destination: str, now: datetime) -> int:
        """Have the dead tried again. Returns how many."""

    def rewind(self, destination: str, position: int) -> None:
        """Have everything after a position sent again. The lease ends: its holder takes it anew."""

    def drop(self, destination: str) -> None:
        """Forget a destination, and what waits there."""

    def forget(self, before: datetime, limit: int) -> int:
        """Remove events from before a moment that every destination has got. Returns how many went."""
