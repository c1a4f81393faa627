"""What is due: open cases from the register, most urgent first."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from desk.desk import Desk
from dsar.ports import CaseRecord
from dsar.regimes.catalogue import versions
from dsar.reminders import days_left
from dsar.vocabulary import Right, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDue:
    """An open case and its due date. `days_left` is counted from today's local date where the regime holds;
    below zero it is overdue. Both are None while the clock stands still or the law names no number of days.
    """

    case_id: str
    right: Right
    regime: str
    status: Status
    owner: str
    due_on: date | None
    days_left: int | None


def deadlines(desk: Desk) -> tuple[CaseDue, ...]:
    """Return every open case, the most urgent first; those without a date come last."""
    now = desk.now()
    found = [_due(record, now) for record in desk.register.cases(open_only=True)]
    return tuple(sorted(found, key=lambda case: (case.due_on or date.max, case.case_id)))


def _due(record: CaseRecord, now: datetime) -> CaseDue:
    request = record.request
    today = now.astimezone(ZoneInfo(versions(request.regime)[0].zone)).date()
    return CaseDue(
        case_id=request.case_id,
        right=request.right,
        regime=request.regime,
        status=record.status,
        owner=request.owner,
        due_on=record.due_on,
        days_left=days_left(record.due_on, today) if record.due_on else None,
    )
