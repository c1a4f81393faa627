"""A ledger that leases what is wanted, and counts the orders of one month that never ends."""

import threading
from datetime import UTC, datetime, timedelta

from dsar.budget import Budget, Lease, Month, month_of
from dsar.errors import TemporaryError

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class PretendLedger:
    """Leases what is wanted, or says what it was set to say. Remembers what it was asked."""

    def __init__(self) -> None:
        self.wanted: list[int] = []
        self.held: list[timedelta] = []
        self.freed: list[str] = []
        self.waits: list[timedelta] = []
        self.orders: dict[str, int] = {}
        self.away = False
        self.asked, self.door = threading.Event(), threading.Event()
        self.door.set()

    def lease_calls(self, _account: str, budget: Budget, _holder: str, want: int) -> Lease | timedelta:
        self._there()
        self.asked.set()
        self.door.wait()
        if self.waits:
            return self.waits.pop(0)
        self.wanted.append(want)
        number = str(len(self.wanted))
        return Lease(number=number, calls=want, abreast=min(budget.abreast, 1), lasts=budget.lasts)

    def give_back_calls(self, lease: Lease) -> None:
        self._there()
        self.freed.append(lease.number)

    def hold_calls(self, _account: str, wait: timedelta) -> None:
        self._there()
        self.held.append(wait)

    def take_order(self, account: str, per_month: int) -> str:
        self._there()
        now = self.month(account, per_month)
        if not now.left:
            return ""
        self.orders[account] = now.used + 1
        return month_of(now.at)

    def give_back_order(self, account: str, month: str) -> None:
        self._there()
        assert month_of(NOW) == month
        self.orders[account] -= 1

    def month(self, account: str, per_month: int) -> Month:
        self._there()
        return Month(per_month=per_month, used=self.orders.get(account, 0), at=NOW)

    def _there(self) -> None:
        if self.away:
            raise TemporaryError("register", "unreachable")
