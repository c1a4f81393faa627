"""What a signer and a notary promise: evidence that not even whoever owns the database can rewrite."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from dsar.checkpoints import Audit, Checkpoint
from dsar.inclusion import Inclusion


class Signer(Protocol):
    """Signs statements of ours."""

    def sign(self, statement: bytes) -> tuple[str, str]:
        """Return (fingerprint of the key, signature), both in hex."""


class Judge(Protocol):
    """Knows which keys to believe."""

    def believes(self, key: str, statement: bytes, signature: str) -> bool:
        """Whether the key of that fingerprint is believed, and signed just this."""


class Notary(Protocol):
    """Fixes what stands in the chains, and examines them all."""

    def seal(self, at: datetime, signer: Signer) -> Checkpoint | None:
        """Write a checkpoint over each chain that grew since the last one; None if none did."""

    def end(self, case_id: str, at: datetime, signer: Signer) -> bool:
        """Remove a case and its chain because their time is over; a signed statement stays in their place.

        Returns False if the case is not there (any more).
        """

    def inclusions(self, case_id: str) -> tuple[Inclusion, ...]:
        """Return each checkpoint that covers a case, oldest first, with the proof that it does."""

    def audit(self, judge: Judge, anchored: Iterable[Checkpoint] = ()) -> Audit:
        """Recompute every chain and every checkpoint, and compare them with what is anchored elsewhere; name
        each place where something is not as it was.
        """
