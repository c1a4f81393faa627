"""Keeping our own records: fixing what stands in the evidence."""

from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from activities._translate import translated
from dsar.ports import Notary, Signer


@dataclass(frozen=True, slots=True)
class Keeping:
    """Tools for the records that the engine keeps of itself."""

    notary: Notary
    signer: Signer

    @activity.defn(name="seal-evidence")
    @translated
    def seal_evidence(self, at: datetime) -> int:
        """Write a signed checkpoint (LAW EVD-12); return its number, or 0 if no chain grew. Repeatable."""
        made = self.notary.seal(at, self.signer)
        return made.statement.number if made else 0
