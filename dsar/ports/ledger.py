"""The ledger of what each account at a vendor is asked: one for all workers together."""

from datetime import timedelta
from typing import Protocol

from dsar.budget import Budget, Lease, Month


class Ledger(Protocol):
    """Leases calls. Its clock is one for everybody who asks it."""

    def lease_calls(self, account: str, budget: Budget, holder: str, want: int) -> Lease | timedelta:
        """Lease up to `want` calls to a worker, or say how long to wait before asking again.

        Raises:
            TemporaryError, OperatorError: the ledger is away. Who has no lease makes no call.
        """

    def give_back_calls(self, lease: Lease) -> None:
        """Free the places of a lease whose calls have all ended. Safe to repeat."""

    def hold_calls(self, account: str, wait: timedelta) -> None:
        """Lease nothing of an account for a time: its vendor told one of us to wait."""

    def take_order(self, account: str, per_month: int) -> str:
        """Count one order against this month's budget. Returns the month that it counts in; empty, and
        nothing is counted, if none is left.
        """

    def give_back_order(self, account: str, month: str) -> None:
        """Count one order less: the vendor did not take it."""

    def month(self, account: str, per_month: int) -> Month:
        """Return what this month came to so far."""
