"""The pace of each connected system: one for each account, however many systems share it."""

from datetime import timedelta

from connectors._pace import Shared
from dsar.budget import Budget
from dsar.errors import InputError
from dsar.ports.ledger import Ledger
from settings import System


class Paces:
    """The paces of one process. They outlive a rotation of secrets: the account is the same."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, Shared] = {}

    def of(self, system: System) -> Shared | None:
        """Return how fast a system may be asked; None if `systems.yaml` does not say.

        Raises:
            InputError: `budget_differs`: two systems share an account and not its budget.
        """
        said = system.budget
        if said is None:
            return None
        account = said.account or system.name
        budget = Budget(calls=said.calls, period=timedelta(seconds=said.seconds), abreast=said.abreast)
        pace = self._known.setdefault(account, Shared(account, budget, self._ledger))
        if pace.budget != budget:
            hint = "systems of one account share one budget: write the same figures"
            raise InputError("budget_differs", hint, field=f"{system.name}.budget")
        return pace
