"""The pace of each connected system: one for each account, however many systems share it."""

from datetime import timedelta

from connectors._month import Monthly
from connectors._pace import Free, Pace, Shared
from dsar.budget import Budget
from dsar.errors import InputError
from dsar.ports.ledger import Ledger
from settings import RateBudget, System


class Paces:
    """The paces of one process. They outlive a rotation of secrets: the account is the same."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, tuple[RateBudget, Pace]] = {}

    def of(self, system: System) -> Pace | None:
        """Return how fast and how often a system may be asked; None if `systems.yaml` does not say.

        Raises:
            InputError: `budget_differs`: two systems share an account and not its budget.
        """
        if system.budget is None:
            return None
        said = system.budget.model_copy(update={"account": system.budget.account or system.name})
        known, pace = self._known.setdefault(said.account, (said, self._made(said)))
        if known != said:
            hint = "systems of one account share one budget: write the same figures"
            raise InputError("budget_differs", hint, field=f"{system.name}.budget")
        return pace

    def _made(self, said: RateBudget) -> Pace:
        pace: Pace = Free()
        if said.calls:
            budget = Budget(calls=said.calls, period=timedelta(seconds=said.seconds), abreast=said.abreast)
            pace = Shared(said.account, budget, self._ledger)
        return Monthly(said.account, said.per_month, self._ledger, pace) if said.per_month else pace
