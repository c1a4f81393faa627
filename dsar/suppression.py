"""The suppression list: who must not come back, known by keyed fingerprints (LAW ERA-04, OBJ-03, RET-06).

An entry outlives its case, and the key of that case: what it needs to search by is sealed under a key of its
own, and what stands in the register is of no use without the vault's.
"""

from dataclasses import dataclass
from datetime import datetime

from dsar.deeds import Purpose
from dsar.vocabulary import IdentifierKind

# What somebody can come back by. A name fits too many people; a record's key dies with its record.
RECOGNISED_BY = (
    IdentifierKind.EMAIL,
    IdentifierKind.PHONE,
    IdentifierKind.ACCOUNT_ID,
    IdentifierKind.DISTINCT_ID,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """One line of the list: a fingerprint, what is to stop for whoever has it, and since when."""

    fingerprint: str
    kind: IdentifierKind
    purpose: Purpose
    case_id: str  # whose wish it was
    since_at: datetime

    @property
    def entry(self) -> str:
        """Return the id under which this case's identifiers are sealed for the list."""
        return entry_of(self.case_id)


def entry_of(case_id: str) -> str:
    """Return the id of a case's entry: it has a key of its own, which no shredding of the case touches."""
    return case_id.replace("case_", "sup_", 1)
