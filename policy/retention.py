"""How long our own records are kept, read from `retention.yaml`."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from pydantic import Field

from dsar.codes import LINK_LIFETIME
from dsar.retention import Periods
from policy.lint_texts import Defect
from policy.parts import Strict
from policy.source import read

_CALIFORNIA_YEARS = 2  # 11 CCR 7101: records of requests and answers, 24 months at least
_LONG_YEARS = 6  # beyond that a case needs a reason of its own (LAW RET-01)


class RetentionFacts(Strict):
    """The whole file. A time of 0 would remove what is still needed to answer."""

    identity_days: int = Field(ge=1, le=400)
    parcels_weeks: int = Field(ge=1, le=520)
    case_years: int = Field(ge=1, le=30)
    evidence_years: int = Field(ge=1, le=100)
    events_days: int = Field(ge=1, le=4000)


def load(path: Path) -> Periods:
    """Read and check the file.

    Raises:
        InputError: `policy_unreadable`, `policy_malformed` or `policy_invalid`; it names the file, the line,
            the field and the next move.
    """
    facts = read(path, RetentionFacts)
    return Periods(
        identity=timedelta(days=facts.identity_days),
        parcels=timedelta(weeks=facts.parcels_weeks),
        case_years=facts.case_years,
        evidence_years=facts.evidence_years,
        events=timedelta(days=facts.events_days),
    )


def lint_periods(periods: Periods) -> tuple[Defect, ...]:
    """Return what does not fit together."""
    return tuple(_defects(periods))


def _defects(periods: Periods) -> Iterator[Defect]:
    if periods.parcels < LINK_LIFETIME:
        move = f"keep them {LINK_LIFETIME.days // 7} weeks at least: an answer's link lives that long"
        yield Defect(code="parcels_too_short", law="ACC-12", where="parcels_weeks", move=move)
    if periods.evidence_years < max(periods.case_years, _CALIFORNIA_YEARS):
        move = f"keep evidence as long as the case, and {_CALIFORNIA_YEARS} years at least (11 CCR 7101)"
        yield Defect(code="evidence_too_short", law="RET-02", where="evidence_years", move=move)
    if periods.case_years > _LONG_YEARS:
        move = f"give the reason for more than {_LONG_YEARS} years, or shorten it"
        yield Defect(code="case_too_long", law="RET-01", where="case_years", move=move)
