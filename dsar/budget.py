"""What one account at a vendor may be asked by all workers together: leased in small pieces, for a moment.

A lease is leave to begin some calls before its end. It counts until a whole period after that end, so no
period ever sees more calls than the budget, whoever made them; and a worker that dies owes nothing for long.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_CALL = timedelta(minutes=2)  # after which a call that nobody reported is over
ASK_AGAIN = timedelta(seconds=0.2)  # where a place may become free at any moment
_SHORTEST, _LONGEST = timedelta(seconds=0.1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """`calls` in any `period`, and of these `abreast` at the same time (0: as many as there are)."""

    calls: int
    period: timedelta
    abreast: int = 0

    @property
    def lasts(self) -> timedelta:
        """How long a lease lasts: short, because what it leaves unused is lost."""
        return min(max(self.period / 10, _SHORTEST), _LONGEST)

    @property
    def counts(self) -> timedelta:
        """How long a lease counts after its end. Calls take different times to arrive."""
        return self.period + self.lasts

    @property
    def most(self) -> int:
        """How many calls one lease may hold, so that no worker takes all."""
        return max(1, self.calls // 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Leave to begin `calls` before `lasts` is over, `abreast` of them at the same time (0: no limit)."""

    number: str
    calls: int
    abreast: int
    lasts: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What still counts: calls, of which the oldest lease ended at `oldest_at`, and the places in use. If
    `behind`, somebody else asked before us and got no place.
    """

    calls: int = 0
    oldest_at: datetime | None = None
    abreast: int = 0
    held_until_at: datetime | None = None
    behind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What an account's budget of orders came to in the calendar month (UTC) of `at`."""

    per_month: int
    used: int
    at: datetime

    @property
    def left(self) -> int:
        """How many orders may still be given; never less than none, also where the budget was lowered."""
        return max(self.per_month - self.used, 0)

    @property
    def resets_at(self) -> datetime:
        """When the next month begins."""
        day = self.at.astimezone(UTC).date()
        first = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return datetime(first.year, first.month, first.day, tzinfo=UTC)

    @property
    def lasts(self) -> timedelta:
        """How long it is until then."""
        return self.resets_at - self.at


def month_of(at: datetime) -> str:
    """Return the calendar month of an instant, in UTC wherever we are: `2026-11`."""
    return f"{at.astimezone(UTC):%Y-%m}"


def leave(budget: Budget, spent: Spent, want: int, now: datetime) -> tuple[int, int] | timedelta:
    """Return how many calls may be leased, and how many of them abreast; or when to ask again."""
    if spent.held_until_at and spent.held_until_at > now:
        return spent.held_until_at - now
    free = budget.calls - spent.calls
    if free < 1:
        return max((spent.oldest_at or now) + budget.counts - now, ASK_AGAIN)
    places = budget.abreast - spent.abreast
    if budget.abreast and (places < 1 or spent.behind):
        return ASK_AGAIN
    calls = min(want, free, budget.most)
    return calls, min(calls, places) if budget.abreast else 0
