"""The plan of an erasure: the deed does no more than was approved, and each ending is told as it was."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.deeds import Method, Verdict
from dsar.erasure import Ending, Line, Plan, ending_of, plan_facts, plans_of
from dsar.evidence import EvidenceKind
from dsar.vocabulary import Category, Found
from tests.chains import AT, chain, fact

codes = st.from_regex(r"[a-z0-9_-]{1,8}", fullmatch=True)
days = st.none() | st.dates(date(2026, 1, 1), date(2040, 1, 1))
lines = st.builds(
    Line,
    system=st.sampled_from(["crm", "shop", "billing"]),
    collection=codes,
    category=st.sampled_from(Category),
    count=st.integers(0, 10**6),
    method=st.sampled_from(Method),
    by_hand=st.booleans(),
    ground=st.just("") | st.just("17_3_b"),
    because=st.just("") | codes,
    until=days,
    review_on=days,
)
plans = st.builds(
    Plan,
    number=st.integers(1, 9),
    lines=st.lists(lines, max_size=5, unique_by=lambda line: (line.system, line.collection)).map(tuple),
)
GOES = Line(system="crm", collection="orders", category=Category.TRANSACTION, count=3)
STAYS = replace(GOES, ground="17_3_b", because="tax")


@given(plans)
def test_a_plan_is_read_back_as_it_was_put_to_the_dpo(plan: Plan) -> None:
    entries = chain(fact(EvidenceKind.OPENED), *plan_facts(plan, AT))

    assert (plan,) == plans_of(entries)
    assert () == plans_of(entries[:-1])
    assert plan.digest == entries[-1].facts["digest"]


@given(plans)
def test_each_line_goes_by_machine_or_by_hand_or_stays(plan: Plan) -> None:
    told = [pair for system in ("crm", "shop", "billing") for pair in plan.of(system)]
    goes = [(line.system, line.by_hand) for line in plan.lines if not line.stays]

    assert list(enumerate(plan.lines)) == sorted(told, key=lambda pair: pair[0])
    assert [*dict.fromkeys(system for system, by_hand in goes if not by_hand)] == list(plan.systems)
    assert [*dict.fromkeys(system for system, by_hand in goes if by_hand)] == list(plan.manual)


@given(lines, st.booleans())
def test_a_step_becomes_the_line_that_nothing_keeps(line: Line, by_hand: bool) -> None:  # noqa: FBT001 - drawn
    made = Line.of(line.step, by_hand=by_hand)

    assert (line.step, by_hand, False) == (made.step, made.by_hand, made.stays)


@given(plans)
def test_a_plan_is_within_itself_and_less_of_it_too(plan: Plan) -> None:
    less = replace(plan, lines=tuple(replace(li, count=li.count // 2) for li in plan.lines[1:]))

    assert plan.within(plan)
    assert less.within(plan)


@pytest.mark.parametrize(
    "more",
    [
        replace(GOES, collection="notes"),
        replace(GOES, count=4),
        replace(GOES, method=Method.TRASH),
        replace(GOES, because="tax"),
    ],
)
def test_nothing_more_than_was_approved_is_within_it(more: Line) -> None:
    assert not Plan(number=2, lines=(more,)).within(Plan(number=1, lines=(GOES,)), retained=True)


def test_what_stayed_goes_only_once_its_reason_is_over() -> None:
    approved, now = Plan(number=1, lines=(STAYS,)), Plan(number=2, lines=(GOES,))

    assert not now.within(approved)
    assert now.within(approved, retained=True)


@pytest.mark.parametrize(
    ("line", "answer", "verdict", "ending"),
    [
        (STAYS, Found.MANUAL_DONE, Verdict.VERIFIED, Ending.KEPT),
        (GOES, Found.MANUAL_DONE, Verdict.STILL_PRESENT, Ending.BY_HAND),
        (GOES, Found.FAILED_ACCEPTED, Verdict.VERIFIED, Ending.GAP_ACCEPTED),
        (GOES, Found.NOTHING_HELD, None, Ending.ERASED),
        (GOES, Found.FOUND, Verdict.VERIFIED, Ending.ERASED),
        (replace(GOES, method=Method.ANONYMISE), Found.FOUND, Verdict.VERIFIED, Ending.ANONYMISED),
        (GOES, Found.FOUND, Verdict.STILL_PRESENT, Ending.STILL_PRESENT),
        (GOES, Found.FOUND, Verdict.UNVERIFIABLE, Ending.UNVERIFIABLE),
        (GOES, Found.FOUND, None, Ending.UNVERIFIABLE),
    ],
)
def test_what_a_person_settled_counts_before_what_a_machine_said(
    line: Line, answer: Found, verdict: Verdict | None, ending: Ending
) -> None:
    assert ending is ending_of(line, answer, verdict)
