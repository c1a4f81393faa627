"""A wrong count is accepted by a person, for as many as are missing and no more; the person is told why."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.counted import check_accepted
from dsar.decision_kinds import ACCEPT_COUNT, RETRY
from dsar.errors import ContractError
from dsar.evidence import EvidenceKind, Fact
from dsar.orders import Order
from dsar.shortfalls import Shortfall, explained, shortfalls
from tests.answered import CASE, Answered

AT = datetime(2026, 11, 26, tzinfo=UTC)


def short(counted: int, given: int, collection: str = "events") -> Shortfall:
    return Shortfall(system="vendor", collection=collection, counted=counted, given=given)


def came(case: Answered, generation: int, *found: Shortfall) -> bool:
    """Whether an export that came short by this is taken."""
    order = Order(request=case.register.case(CASE).request, at=AT, system="vendor", number=generation)
    try:
        check_accepted(case.register, order, found)
    except ContractError as error:
        assert "export_short" == error.reason  # noqa: PT017  # the only way to be refused
        return False
    return True


def accept(case: Answered, number: int = 1) -> None:
    facts = {"decision": ACCEPT_COUNT, "system": "vendor", "words": "decisions/1"}
    case.register.record(CASE, Fact(key=f"decision:{number}", kind=EvidenceKind.DECIDED, at=AT, facts=facts))


@given(
    first=st.tuples(st.integers(1, 50), st.integers(0, 50)),
    then=st.tuples(st.integers(1, 50), st.integers(0, 50)),
)
def test_no_more_may_be_missing_than_was_accepted(first: tuple[int, int], then: tuple[int, int]) -> None:
    (missing, given_), (more, others) = first, then
    case = Answered()
    refused = came(case, 1, short(given_ + missing, given_))
    accept(case)

    assert not refused
    assert (more <= missing) is came(case, 2, short(others + more, others))


def test_what_comes_short_elsewhere_was_not_accepted() -> None:
    case = Answered()
    came(case, 1, short(5, 4))
    accept(case)

    assert not came(case, 2, short(5, 4), short(2, 1, "people"))
    tried = {"decision": RETRY, "system": "vendor", "words": "decisions/2"}
    case.register.record(CASE, Fact(key="decision:retry", kind=EvidenceKind.DECIDED, at=AT, facts=tried))
    assert not came(case, 2, short(5, 4), short(2, 1, "people"))
    accept(case, 2)
    assert came(case, 3, short(5, 4), short(2, 1, "people"))


def test_an_export_that_is_whole_needs_nobody_and_leaves_no_word() -> None:
    case = Answered()

    assert came(case, 1)
    assert () == shortfalls(case.register.evidence(CASE), "vendor", 1)


def test_each_export_keeps_its_own_figures() -> None:
    case = Answered()
    came(case, 1, short(5, 4))
    came(case, 2, short(9, 8))
    entries = case.register.evidence(CASE)

    assert (short(5, 4),) == shortfalls(entries, "vendor", 1)
    assert (short(9, 8),) == shortfalls(entries, "vendor", 2)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "counts 5 records and handed over 4. Why."),
        ("de-AT", "zählt 5 Datensätze und hat 4 herausgegeben. Why."),
        ("fr", "counts 5 records"),
    ],
)
def test_the_person_reads_both_figures_and_the_reason(locale: str, said: str) -> None:
    assert said in explained(short(5, 4), locale, "Why.")
