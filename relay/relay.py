"""The relay: tells one destination what happened, at least once, in order within each case.

A destination that is away is waited for, without an end. An event that it does not take is parked, tried
again ever more rarely, and at last left to a person; meanwhile the later events of its case wait behind it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Lock

from dsar.errors import DsarError, TemporaryError
from dsar.ports import OutboxEvent
from dsar.ports.relay import Courier, Parked, RelayBook

LEASE = timedelta(seconds=60)  # after a kill another worker goes on in so long
TRIES = 16  # over a day and a half; then a person looks
IDLE = 1.0  # seconds between two looks
_PAGE = 50
_FIRST, _LONGEST = timedelta(seconds=30), timedelta(hours=6)
_AWAY, _AWAY_LONGEST = 2.0, 300.0  # seconds: how long a destination that is away is left alone


class _LostError(Exception):
    """Another worker took the lease over."""


@dataclass
class Relay:
    """One worker's relay to one destination. Several workers may have one each: a lease lets one send."""

    book: RelayBook
    courier: Courier
    now: Callable[[], datetime]  # one clock for all workers: the book's
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    _away: int = 0
    _closing: Event = field(default_factory=Event)
    _turning: Lock = field(default_factory=Lock)  # or a turn would take back the lease that was given up

    def turn(self) -> float:
        """Send what is due. Returns for how many seconds there is nothing to do here.

        Raises:
            DsarError: the register cannot be asked.
        """
        with self._turning:
            return IDLE if self._closing.is_set() else self._pause_after_turn()

    def _pause_after_turn(self) -> float:
        try:
            sent = self._turn()
        except _LostError:
            return IDLE
        except _DestinationError as trouble:
            self.book.release(self.courier.name, self.holder, trouble.error.reason)
            pause = self._patience(trouble.error)
            self._away += 1
            return pause
        self._away = 0
        return 0.0 if sent else IDLE

    def close(self) -> None:
        """Give the lease back, after the event that is being sent. No later turn takes it again."""
        self._closing.set()
        with self._turning:
            self.book.release(self.courier.name, self.holder)
            self.courier.close()

    def _turn(self) -> int:
        position = self._leased()
        if position is None:
            return 0
        waited = self.book.due(self.courier.name, self.now(), _PAGE)
        for parked in waited:
            self._again(parked)
        return len(waited) + self._onward(position)

    def _onward(self, position: int) -> int:
        events = self.book.fresh(position, _PAGE)
        blocked = set(self.book.blocked(self.courier.name)) if events else set()
        for event in events:
            reason = "behind" if event.case_id in blocked else self._send(event)
            parked = None
            if reason:
                blocked.add(event.case_id)
                parked = self._parked(event, reason)
            self._must(self.book.passed(self.courier.name, self.holder, event.position, parked))
        return len(events)

    def _again(self, parked: Parked) -> None:
        reason = self._send(parked.event)
        put_off = self._put_off(parked, reason) if reason else None
        self._must(self.book.settle(self.courier.name, self.holder, parked.event.position, put_off))

    def _send(self, event: OutboxEvent) -> str:
        self._must(not self._closing.is_set() and self._leased() is not None)
        try:
            return self.courier.send(event)
        except DsarError as error:
            raise _DestinationError(error) from None

    def _parked(self, event: OutboxEvent, reason: str) -> Parked:
        """Park an event: one that was tried waits, one that stands behind another is due when it is first."""
        now = self.now()
        fresh = Parked(event=event, attempts=0, next_at=now, reason=reason, since_at=now)
        return fresh if reason == "behind" else self._put_off(fresh, reason)

    def _put_off(self, parked: Parked, reason: str) -> Parked:
        attempts = parked.attempts + 1
        wait = min(_FIRST * 2 ** (attempts - 1), _LONGEST)
        return replace(
            parked, attempts=attempts, reason=reason, next_at=self.now() + wait, dead=attempts >= TRIES
        )

    def _leased(self) -> int | None:
        return self.book.lease(self.courier.name, self.holder, self.now(), self.now() + LEASE)

    def _must(self, still: bool) -> None:  # noqa: FBT001  # an answer of the book
        if not still:
            raise _LostError

    def _patience(self, error: DsarError) -> float:
        after = error.after if isinstance(error, TemporaryError) else None
        patience = after.total_seconds() if after else _AWAY * 2 ** min(self._away, 10)
        return min(max(patience, _AWAY), _AWAY_LONGEST)


class _DestinationError(Exception):
    """The destination takes nothing: the order of all events waits with it."""

    def __init__(self, error: DsarError) -> None:
        super().__init__(error.reason)
        self.error = error
