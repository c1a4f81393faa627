"""A year's figures from the register, as California asks for them (11 CCR 7102(a); LAW CAL-74)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from dsar.ports import CaseRecord
from dsar.vocabulary import Outcome, Right

_COMPLIED = frozenset({Outcome.FULFILLED, Outcome.PARTLY_FULFILLED, Outcome.NOTHING_HELD})
_DENIED = frozenset(Outcome) - _COMPLIED - {Outcome.WITHDRAWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One right in one year. Days run from receipt to the answer, both local dates; None without answers."""

    right: Right
    received: int
    complied: int
    denied: int
    withdrawn: int
    open: int
    median_days: float | None
    mean_days: float | None


def of_year(cases: Iterable[CaseRecord], year: int, *, regime: str = "") -> tuple[Figures, ...]:
    """Count the requests received in `year`, right by right; `regime` is a code or its beginning (`US`)."""
    found = [c for c in cases if c.request.received_on.year == year and c.request.regime.startswith(regime)]
    rights = sorted({case.request.right for case in found})
    return tuple(_figures(right, [c for c in found if c.request.right is right]) for right in rights)


def _figures(right: Right, cases: Sequence[CaseRecord]) -> Figures:
    days = [d for case in cases if (d := _days(case)) is not None]
    return Figures(
        right=right,
        received=len(cases),
        complied=sum(case.outcome in _COMPLIED for case in cases),
        denied=sum(case.outcome in _DENIED for case in cases),
        withdrawn=sum(case.outcome is Outcome.WITHDRAWN for case in cases),
        open=sum(case.outcome is None for case in cases),
        median_days=float(median(days)) if days else None,
        mean_days=round(float(mean(days)), 1) if days else None,
    )


def _days(case: CaseRecord) -> int | None:
    """Days to a substantive answer: a withdrawal is none."""
    if case.closed_at is None or case.outcome is Outcome.WITHDRAWN:
        return None
    zone = case.request.received_at.tzinfo
    return (case.closed_at.astimezone(zone).date() - case.request.received_on).days
