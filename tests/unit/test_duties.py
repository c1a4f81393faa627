"""What must stay, stays, and says why and until when; nothing else does (Art. 17(3); LAW ERA-01, ERA-11)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.deeds import Method, Step
from dsar.duties import Duty, ErasurePolicy, Hold, decided
from dsar.erasure import Line, Plan, plan_facts, plans_of
from dsar.errors import InputError
from dsar.evidence import link
from dsar.law_sets import LawSet
from dsar.vocabulary import Category
from policy.erasure import load
from tests.letter_facts import CASE_ID

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
ON = NOW.date()
DUTY = Duty(
    code="accounts",
    ground="17_3_b",
    law_sets=frozenset({LawSet.UK}),
    categories=frozenset({Category.FINANCIAL}),
    months=72,
    from_year_end=True,
)
HOLD = Hold(
    code="hold-1",
    ground="17_3_e",
    system="crm",
    collections=frozenset({"notes"}),
    since=ON,
    review_on=date(2027, 5, 1),
)
POLICY = ErasurePolicy(duties=(DUTY,), holds=(HOLD,))

steps = st.builds(
    Step,
    system=st.sampled_from(["crm", "shop"]),
    collection=st.sampled_from(["notes", "orders", "people"]),
    category=st.sampled_from(Category),
    count=st.integers(0, 10**6),
    method=st.sampled_from(Method),
)
policies = st.builds(
    ErasurePolicy,
    duties=st.lists(
        st.builds(
            Duty,
            code=st.sampled_from("abc"),
            ground=st.just("17_3_b"),
            law_sets=st.frozensets(st.sampled_from(LawSet)),
            categories=st.frozensets(st.sampled_from(Category)),
            months=st.integers(1, 120),
            from_year_end=st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
)


def step(**changes: object) -> Step:
    given_step = Step(system="crm", collection="notes", category=Category.FINANCIAL, count=3)
    return replace(given_step, **changes)  # type: ignore[arg-type]  # fields of Step


@given(st.lists(steps), policies)
def test_each_step_is_decided_exactly_once_and_what_stays_says_why(
    asked: list[Step], policy: ErasurePolicy
) -> None:
    lines = decided(asked, policy, LawSet.UK, ON)

    assert asked == [line.step for line in lines]
    assert all(bool(line.ground) is bool(line.because) is line.stays for line in lines)
    assert all(line.until or line.review_on for line in lines if line.stays)


@given(st.lists(steps), policies)
def test_one_more_duty_never_erases_more(asked: list[Step], policy: ErasurePolicy) -> None:
    def going(of: ErasurePolicy) -> set[int]:
        return {n for n, line in enumerate(decided(asked, of, LawSet.UK, ON)) if not line.stays}

    assert going(replace(policy, duties=(*policy.duties, DUTY))) <= going(policy)


def test_six_years_of_accounts_are_counted_from_the_end_of_the_year() -> None:
    (line,) = decided([step(collection="orders")], POLICY, LawSet.UK, ON)

    assert ("17_3_b", "accounts", date(2032, 12, 31)) == (line.ground, line.because, line.until)


def test_a_duty_of_one_law_binds_under_no_other() -> None:
    (line,) = decided([step(collection="orders")], POLICY, LawSet.EU, ON)

    assert not line.stays


def test_a_hold_blocks_what_it_names_and_nothing_else() -> None:
    held, free, elsewhere = decided(
        [
            step(),
            step(collection="people", category=Category.CONTACT),
            step(system="shop", category=Category.CONTACT),
        ],
        POLICY,
        LawSet.UK,
        ON,
    )

    assert ("hold-1", None) == (held.because, held.until)
    assert not free.stays
    assert not elsewhere.stays


def test_a_hold_that_was_lifted_or_has_not_begun_blocks_nothing() -> None:
    for on, hold in ((ON - timedelta(days=1), HOLD), (ON, replace(HOLD, lifted_on=ON))):
        policy = ErasurePolicy(holds=(hold,))
        (line,) = decided([step()], policy, LawSet.UK, on)

        assert not line.stays


@given(st.lists(steps, max_size=5, unique_by=lambda s: (s.system, s.collection)), policies)
def test_a_plan_comes_back_from_the_evidence_as_it_was(asked: list[Step], policy: ErasurePolicy) -> None:
    plan = Plan(number=1, lines=decided(asked, policy, LawSet.UK, ON))
    chain = [link(CASE_ID, None, fact) for fact in plan_facts(plan, NOW)]

    assert (plan,) == plans_of(chain)
    assert plan.digest == plans_of(chain)[0].digest


@given(st.lists(steps, min_size=1, max_size=5, unique_by=lambda s: (s.system, s.collection)))
def test_more_than_was_approved_is_another_plan(asked: list[Step]) -> None:
    plan = Plan(number=1, lines=tuple(map(Line.of, asked)))
    more = Plan(number=2, lines=(replace(plan.lines[0], count=plan.lines[0].count + 1), *plan.lines[1:]))

    assert plan.within(plan)
    assert not more.within(plan)
    assert plan.within(more)
    assert plan.digest != more.digest


def test_the_file_of_this_company_is_read() -> None:
    policy = load(Path("policy/erasure.yaml"))

    assert policy.grace
    assert all(policy.words_of(duty.code, "de-AT") for duty in policy.duties)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("17_3_b", "legal_reasons"), ("months: 72", "months: 0"), ("grace_days: 7", "grace_days: 90")],
)
def test_a_duty_without_a_lawful_ground_is_refused(tmp_path: Path, wrong: str, right: str) -> None:
    path = tmp_path / "erasure.yaml"
    path.write_text(Path("policy/erasure.yaml").read_text().replace(wrong, right))

    with pytest.raises(InputError, match=r"erasure\.yaml, line"):
        load(path)
