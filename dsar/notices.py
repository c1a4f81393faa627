"""What staff are told about a deadline. Nothing in it concerns a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from dsar.canaries import CanaryLook
from dsar.case import RightsRequest
from dsar.clients import Client
from dsar.clock_milestones import MilestoneKind
from dsar.erasure import Ending, Line
from dsar.ports import Notice
from dsar.vocabulary import Right, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """The facts of one notice.

    `days_left` is below zero once the due date has passed; `gaps` are the systems that wait for a hand.
    """

    case_id: str
    right: Right
    regime: str
    status: Status
    milestone: MilestoneKind
    due_on: date | None
    days_left: int | None
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a client's instruction, for them. `words`: who gave it, under which reference."""

    words: str
    on: date
    lines: tuple[tuple[Line, Ending], ...]
    by_hand: tuple[str, ...]  # systems in which a person carried it out


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkNotice:
    """That the mark of a restriction is not as it should be. `ended`: the restriction is over, and it stands;
    else the restriction stands, and it does not.
    """

    case_id: str
    system: str
    reason: str
    since_on: date
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """What was handed over to a client, as counts: (system, collection, records). `sha256`: of the file."""

    words: str
    on: date
    lines: tuple[tuple[str, str, int], ...]
    by_hand: tuple[str, ...]
    host: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Righted:
    """What was corrected of a client's data, for them: (system, collection, field, records), each read again;
    `already`: where it said so before. No value: they know what they said, and a letter is no safe place.
    """

    words: str
    on: date
    lines: tuple[tuple[str, str, str, int], ...]
    already: tuple[tuple[str, str, str, int], ...]
    by_hand: tuple[str, ...]


class Notices(Protocol):
    """The words in which staff are reminded."""

    def write(self, reminder: Reminder) -> Notice: ...

    def canaries(self, news: Sequence[CanaryLook]) -> Notice:
        """Say which systems no longer find their canary, and which find it again."""

    def marked(self, mark: MarkNotice) -> Notice:
        """Say of which case and system a mark is not as it should be, why, and what to do."""

    def instructed(self, request: RightsRequest, client: Client, done: "Done") -> Notice:
        """Tell a client what became of their instruction."""

    def handed_over(self, request: RightsRequest, client: Client, done: HandedOver) -> Notice:
        """Tell a client what was handed over to them, and how they check it."""

    def righted(self, request: RightsRequest, client: Client, done: Righted) -> Notice:
        """Tell a client where their data says what they say is right."""

    def forward(self, request: RightsRequest, client: Client, address: str) -> Notice:
        """Tell a client who asked what; `address` is where the person can be reached."""
