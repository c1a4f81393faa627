"""The queue of deeds that wait for a vendor: one for all workers together (decision 22)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Protocol

from dsar.batches import Answer, Batch, Waiting
from dsar.budget import Month


class Queue(Protocol):
    """Keeps who waits, and hands each batch to one worker. Its clock is one for everybody who asks it.

    `queue` is a system and a verb, `crm:erase`. Nothing in it names a person.
    """

    def queue_up(self, queue: str, case_id: str, deed: str, keys: int, due_on: date | None) -> None:
        """Wait in line, or say that this is still wanted. Safe to repeat.

        Raises:
            InputError: `key_invalid`.
        """

    def in_line(self, queue: str, case_id: str, deed: str) -> Waiting | None:
        """Return how one deed stands; None if it is not in line."""

    def claim_batch(self, queue: str, most: int, month: Month | None) -> Batch | timedelta:
        """Take the next batch in hand, or say when to ask again. Only one batch of a queue is in anybody's
        hand; one whose worker was not heard of for `IN_HAND` goes to the next who asks.
        """

    def settle_batch(self, queue: str, batch: Batch, answers: Mapping[tuple[str, str], Answer]) -> None:
        """Put a batch out of hand, each deed with its answer; what has none waits again. Whoever is not the
        last to have taken it changes nothing.
        """

    def split_batch(self, queue: str, batch: Batch) -> None:
        """Put a batch out of hand as two that are sent each by itself. Otherwise as `settle_batch`."""

    def leave_line(self, queue: str, case_id: str, deed: str) -> None:
        """Go out of line. Safe to repeat."""
