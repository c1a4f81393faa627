"""Who was told what became of the data, and what they answered: staff may tell the person (LAW NOT-02)."""

from dataclasses import dataclass
from datetime import datetime

from desk.desk import Desk
from dsar.recipients import Answer, ledger
from dsar.vocabulary import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One recipient of one case, by name."""

    code: str
    name: str
    answer: Answer
    notices: int
    last_at: datetime | None
    by: str
    reason: str


def recipients(desk: Desk, case_id: str) -> tuple[Line, ...]:
    """Return the ledger of a case, by the recipients' codes.

    Raises:
        InputError: the id is malformed or unknown.
    """
    desk.case(case_id)
    names = {one.code: one.name for one in desk.company.recipients(Category)}
    told = ledger(desk.register.evidence(case_id))
    return tuple(
        Line(
            code=code,
            name=names.get(code, code),
            answer=one.answer,
            notices=one.notices,
            last_at=one.last_at,
            by=one.by,
            reason=one.reason,
        )
        for code, one in sorted(told.items())
    )
