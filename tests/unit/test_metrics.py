"""A year's figures: each request is counted once, and only answers have days."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk.metrics import of_year
from dsar.case import RightsRequest
from dsar.ports import CaseRecord
from dsar.vocabulary import Channel, Outcome, Right, Status


def record(
    received: date, outcome: Outcome | None, days: int, regime: str = "US-CA", right: Right = Right.ACCESS
) -> CaseRecord:
    at = datetime.combine(received, datetime.min.time(), UTC)
    request = RightsRequest(
        case_id="case_0123456789abcdef0123",
        subject_id="sub_1",
        right=right,
        regime=regime,
        received_at=at,
        received_on=received,
        channel=Channel.EMAIL,
    )
    closed = at + timedelta(days=days) if outcome else None
    status = Status.CLOSED if outcome else Status.DECIDING
    return CaseRecord(request=request, status=status, opened_at=at, outcome=outcome, closed_at=closed)


cases = st.builds(
    record,
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    st.none() | st.sampled_from(Outcome),
    st.integers(0, 90),
)


@given(st.lists(cases, max_size=30))
def test_each_request_of_the_year_is_counted_exactly_once(found: list[CaseRecord]) -> None:
    figures = of_year(found, 2026)
    received = [case for case in found if case.request.received_on.year == 2026]

    assert len(received) == sum(f.received for f in figures)
    assert all(f.received == f.complied + f.denied + f.withdrawn + f.open for f in figures)


def test_days_run_from_receipt_to_the_answer_and_a_withdrawal_has_none() -> None:
    day = date(2026, 3, 2)
    found = [
        record(day, Outcome.FULFILLED, 10),
        record(day, Outcome.REFUSED, 20),
        record(day, Outcome.NOT_IDENTIFIED, 45),
        record(day, Outcome.WITHDRAWN, 1),
        record(day, None, 0),
    ]
    (figures,) = of_year(found, 2026)

    assert (1, 2, 1, 1) == (figures.complied, figures.denied, figures.withdrawn, figures.open)
    assert (20.0, 25.0) == (figures.median_days, figures.mean_days)


def test_a_regime_is_named_whole_or_by_its_beginning() -> None:
    found = [record(date(2026, 1, 1), None, 0), record(date(2026, 1, 1), None, 0, regime="UK-ENG")]

    assert [1] == [f.received for f in of_year(found, 2026, regime="US")]


def test_a_complaint_about_a_request_changes_nothing_in_the_figures_of_the_request() -> None:
    day = date(2026, 3, 2)
    asked = [record(day, Outcome.REFUSED, 20)]
    complained = [
        record(day, Outcome.FULFILLED, 80, right=Right.COMPLAINT),
        record(day, Outcome.DISMISSED, 90, right=Right.APPEAL),
    ]
    figures = {one.right: one for one in of_year([*asked, *complained], 2026)}

    assert of_year(asked, 2026) == (figures[Right.ACCESS],)
    assert (1, 0) == (figures[Right.COMPLAINT].complied, figures[Right.COMPLAINT].denied)
    assert (0, 1) == (figures[Right.APPEAL].complied, figures[Right.APPEAL].denied)
