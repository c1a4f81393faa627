"""The company's facts, and what they mean for one request."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from dsar.vocabulary import Category, Role


class Company:
    """What the company says about itself."""

    def information(
        self, regime: str, categories: Iterable[Category], received_on: date, locale: str
    ) -> dict[str, Any]:
        """Return the Art. 15(1)-(2) information about this person."""
        raise NotImplementedError

    def letter_facts(self, regime: str, received_on: date, locale: str) -> dict[str, Any]:
        """Return what every letter must state: controller, DPO, remedies, zone."""
        raise NotImplementedError

    def role_of(self, handle: str) -> frozenset[Role]:
        """Return the roles of a staff handle; none if it is unknown."""
        raise NotImplementedError


def load(path: Path) -> Company:
    """Read and validate `path`."""
    raise NotImplementedError
