"""What is remembered of events that brought requests, and what a queue of them promises."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of a queue. `receipt` is what it is taken off with."""

    receipt: str
    body: bytes = field(repr=False)


class Arrivals(Protocol):
    """Remembers each event by keyed digests: one event is one request, for ever the same."""

    def claim(self, event: str, content: str, at: datetime) -> bool:
        """Remember an event. False: it was here before and said something else."""

    def unclaim(self, event: str) -> None:
        """Forget an event that could not be taken, so that it may come again, put right."""

    def forget_arrivals(self, before: datetime) -> int:
        """Remove what came before a moment. Returns how many went."""


class Inbox(Protocol):
    """A queue of events. What is not taken off comes again."""

    @property
    def name(self) -> str:
        """Return the name to speak of it."""

    def take(self) -> Sequence[Message]:
        """Return what is there, after a short wait; none if nothing comes.

        Raises:
            TemporaryError, OperatorError: the queue cannot be asked.
        """

    def done(self, message: Message) -> None:
        """Take a message off."""
