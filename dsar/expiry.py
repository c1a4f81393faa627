"""What the calendar asks about our own records, and what it is answered. Ids, instants and counts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryOrder:
    """At what moment times are looked at; from after which case on, or of which one."""

    at: datetime
    after: str = ""
    case_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """Of which cases records go, which go as a whole, and which chains go after them.

    `last` is where the page ends; empty: there is no more.
    """

    records: tuple[str, ...]
    cases: tuple[str, ...]
    chains: tuple[str, ...]
    last: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What a run of the calendar removed, as counts."""

    objects: int = 0
    cases: int = 0
    chains: int = 0

    def plus(self, *, objects: int = 0, cases: int = 0, chains: int = 0) -> "Gone":
        """Return it with more."""
        return Gone(objects=self.objects + objects, cases=self.cases + cases, chains=self.chains + chains)
