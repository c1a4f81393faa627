"""Notices to staff about deadlines: short, plain, in English. They hold nothing about a person."""

from datetime import date

from dsar.clock_milestones import MilestoneKind
from dsar.notices import Reminder
from dsar.ports import Notice
from dsar.vocabulary import Status

_WAITS_FOR = {
    Status.RECEIVED: "the engine to begin",
    Status.IDENTIFYING: "proof of identity from the person",
    Status.DISCOVERING: "the connected systems",
    Status.BY_HAND: "somebody to settle what no machine could do",
    Status.DECIDING: "a decision of the DPO",
    Status.ANSWERING: "the answer to be written and sent",
    Status.CLOSED: "nothing",
}


class StaffNotices:
    """Fills the port `Notices`."""

    def write(self, reminder: Reminder) -> Notice:
        """Say what is due, when, and what the case waits for."""
        head = f"{_headline(reminder)}: {reminder.case_id}"
        facts = {
            "Case": reminder.case_id,
            "Right": reminder.right,
            "Regime": reminder.regime,
            "Status": reminder.status,
            "Due": str(reminder.due_on or "no date now"),
            "Days left": "-" if reminder.days_left is None else str(reminder.days_left),
            "Waits for": _waits_for(reminder),
        }
        lines = [f"{name + ':':<11}{value}" for name, value in facts.items()]
        hint = f"See it with: starter.py show {reminder.case_id}"
        return Notice(subject=head, text="\n".join((head, "", *lines, "", hint, "")))


def _headline(reminder: Reminder) -> str:
    if reminder.milestone is MilestoneKind.ACKNOWLEDGE:
        return "Acknowledgement due"
    return _left(reminder.due_on, reminder.days_left)


def _left(due_on: date | None, left: int | None) -> str:
    if due_on is None or left is None:
        return "No date now"
    if left < 0:
        return f"OVERDUE by {_days(-left)}"
    return f"Due in {_days(left)}" if left else "Due today"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _waits_for(reminder: Reminder) -> str:
    waits = _WAITS_FOR[reminder.status]
    return f"{waits} ({', '.join(reminder.gaps)})" if reminder.gaps else waits
