"""What staff are told about a deadline. Nothing in it concerns a person."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from dsar.clock_milestones import MilestoneKind
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


class Notices(Protocol):
    """The words in which staff are reminded."""

    def write(self, reminder: Reminder) -> Notice: ...
