"""What a person may decide: nothing incomplete is released, and no refusal goes without its reasons."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.asking import Beside
from dsar.case import Decision
from dsar.decision_facts import wanted
from dsar.decision_kinds import ABOUT_A_GAP, ACCEPT_GAP, FOUND, KINDS, MANUAL_DONE, REFUSE, RELEASE, RETRY
from dsar.decisions import LONGEST_REASON, SHORTEST_REASON, Standing, check_decision, check_reason
from dsar.errors import InputError
from dsar.grounds import GROUNDS, codes_for
from dsar.holdings import Holding
from dsar.law_sets import LawSet
from dsar.vocabulary import Category, Right, Role, Status

REASON = "the same request was answered three days ago"
REFUSAL_GROUNDS = codes_for(REFUSE, Right.ACCESS, LawSet.UK)
OPEN = (Status.BY_HAND, Status.DECIDING)
names = st.sampled_from(["crm", "analytics", "billing"])
texts = st.text(st.characters(), max_size=60)
codes = st.sampled_from(["harassment", "clarify", "clarify,extend", "2026-12-01"])
decisions = st.builds(
    Decision,
    kind=st.sampled_from([*KINDS]) | texts,
    by=st.just("dpo_robin"),
    role=st.sampled_from(Role),
    system=st.just("") | names | texts,
    ground=st.just("") | st.sampled_from(REFUSAL_GROUNDS) | texts,
    words=st.just("") | st.just("decisions/0123456789abcdef"),
    words_length=st.integers(0, 60),
    facts=st.dictionaries(st.just("indicator") | st.just("tried") | texts, codes | texts, max_size=2),
)
situations = (decisions, st.sampled_from(Status), st.frozensets(names))


TODAY = date(2026, 5, 5)


def standing(status: Status, gaps: Collection[str], right: Right = Right.ACCESS) -> Standing:
    return Standing(right=right, regime="UK-ENG", status=status, gaps=gaps, beside=Beside(today=TODAY))


def passes(decision: Decision, status: Status, gaps: frozenset[str]) -> bool:
    try:
        check_decision(decision, standing(status, gaps))
    except InputError:
        return False
    return True


def refusal(decision: Decision, *gaps: str, status: Status = Status.DECIDING) -> str:
    with pytest.raises(InputError) as error:
        check_decision(decision, standing(status, gaps))
    return error.value.reason


def a(kind: str, *, reason: str = "", system: str = "", ground: str = "", **facts: str) -> Decision:
    """A decision as the desk sends it: the reason is sealed, only its name and length travel."""
    return Decision(
        kind=kind,
        by="dpo_robin",
        role=Role.DPO,
        system=system,
        ground=ground,
        words="decisions/0123456789abcdef" if reason.strip() else "",
        words_length=len(reason.strip()),
        facts=facts,
    )


GOOD = (
    a(RELEASE),
    a(REFUSE, ground="12_5_unfounded", reason=REASON, indicator="harassment"),
    a(RETRY, system="crm"),
    a(ACCEPT_GAP, system="crm", reason=REASON),
    a(MANUAL_DONE, system="crm", reason=REASON),
)


@given(*situations)
def test_nothing_is_released_while_a_system_is_a_gap(
    decision: Decision, status: Status, gaps: frozenset[str]
) -> None:
    if decision.kind == RELEASE and passes(decision, status, gaps):
        assert not gaps


@given(*situations)
def test_only_the_dpo_answers_refuses_or_accepts_a_gap(
    decision: Decision, status: Status, gaps: frozenset[str]
) -> None:
    if passes(replace(decision, role=Role.SUPPORT), status, gaps):
        assert decision.kind in {RETRY, MANUAL_DONE}


@given(*situations)
def test_whatever_passes_is_timely_about_something_real_and_reasoned(
    decision: Decision, status: Status, gaps: frozenset[str]
) -> None:
    if not passes(decision, status, gaps):
        return
    assert status in KINDS[decision.kind].statuses
    assert (decision.system in gaps) if decision.kind in ABOUT_A_GAP else decision.system == ""
    assert (decision.ground in REFUSAL_GROUNDS) if decision.kind == REFUSE else decision.ground == ""
    assert set(decision.facts) == {f.name for f in wanted(decision.kind, decision.ground) if not f.optional}
    assert decision.kind in {RELEASE, RETRY} or decision.words_length >= SHORTEST_REASON


@given(*situations)
def test_no_refusal_repeats_what_was_typed(decision: Decision, status: Status, gaps: frozenset[str]) -> None:
    marked = replace(decision, words="Quartermaine", ground="Quartermaine", system="Quartermaine")
    with pytest.raises(InputError) as error:
        check_decision(marked, standing(status, gaps))

    assert error.value.hint
    assert "Quartermaine" not in f"{error.value} {error.value.hint}"


@pytest.mark.parametrize("decision", GOOD, ids=lambda d: d.kind)
@pytest.mark.parametrize("status", Status)
def test_a_sound_decision_passes_while_the_case_waits_for_one(decision: Decision, status: Status) -> None:
    gaps = frozenset({"crm"} if decision.kind in ABOUT_A_GAP else ())

    assert (status in OPEN) == passes(decision, status, gaps)


@pytest.mark.parametrize(
    ("decision", "gaps", "reason"),
    [
        (a("delete-all"), (), "decision_unknown"),
        (a(RELEASE), ("crm",), "incomplete"),
        (a(RELEASE, system="crm"), (), "system_not_asked"),
        (a(RELEASE, ground="Ada said so"), (), "ground_not_asked"),
        (a(REFUSE, reason=REASON), (), "ground_unknown"),
        (a(REFUSE, ground=REFUSAL_GROUNDS[0], reason="legal reasons"), (), "reason_missing"),
        (a(REFUSE, ground="12_5_unfounded", reason=REASON), (), "fact_missing"),
        (a(REFUSE, ground="12_5_unfounded", reason=REASON, indicator="rude"), (), "fact_malformed"),
        (a(REFUSE, ground="12_5_repetitive", reason=REASON, earlier="2026-W10-1"), (), "fact_malformed"),
        (a(REFUSE, ground="12_5_repetitive", reason=REASON, earlier="2026-13-01"), (), "fact_malformed"),
        (a(REFUSE, ground="12_5_excessive", reason=REASON, tried="clarify,clarify"), (), "fact_malformed"),
        (a(REFUSE, ground="12_5_excessive", reason=REASON, tried="clarify", by="Ada"), (), "fact_not_asked"),
        (a(RELEASE, tried="clarify"), (), "fact_not_asked"),
        (a(REFUSE, ground=REFUSAL_GROUNDS[0], reason=REASON, system="crm"), (), "system_not_asked"),
        (a(RETRY, system="crm"), (), "no_such_gap"),
        (a(RETRY), ("crm",), "no_such_gap"),
        (a(MANUAL_DONE, system="crm", reason=" " * 30), ("crm",), "reason_missing"),
        (a(ACCEPT_GAP, system="crm"), ("crm",), "reason_missing"),
    ],
)
def test_a_refused_decision_says_which_rule_it_breaks(
    decision: Decision, gaps: tuple[str, ...], reason: str
) -> None:
    assert reason == refusal(decision, *gaps)


def test_the_longest_reason_is_still_a_reason() -> None:
    check_reason("x" * LONGEST_REASON)


@pytest.mark.parametrize("words", ["x" * (LONGEST_REASON + 1), REASON + "\udcff"], ids=["long", "half"])
def test_words_that_cannot_be_sealed_or_printed_are_refused(words: str) -> None:
    with pytest.raises(InputError) as error:
        check_reason(words)

    assert "reason_malformed" == error.value.reason


@pytest.mark.parametrize("right", [Right.MARKETING_OBJECTION, Right.WITHDRAW_CONSENT, Right.OPT_OUT])
def test_what_is_absolute_cannot_be_refused(right: Right) -> None:
    """Art. 21(3), 7(3); 11 CCR 7026: no ground can be given, and no decision is taken (LAW OBJ-03)."""
    with pytest.raises(InputError) as error:
        check_decision(
            a(REFUSE, ground="12_5_unfounded", reason=REASON), standing(Status.DECIDING, (), right)
        )

    assert "absolute" == error.value.reason
    assert not [g for g in GROUNDS if right in g.rights]


@given(st.sampled_from(Right), st.sampled_from(LawSet))
def test_a_ground_is_given_only_where_its_law_has_it(right: Right, laws: LawSet) -> None:
    for code in codes_for(REFUSE, right, laws):
        assert code.startswith("CAL-") <= (laws is LawSet.CALIFORNIA)
        assert code[0].isdigit() <= (laws in {LawSet.UK, LawSet.EU})


def test_only_what_the_story_waits_for_is_taken() -> None:
    waiting = replace(standing(Status.DECIDING, ()), offered=(REFUSE,))
    with pytest.raises(InputError) as error:
        check_decision(a(RELEASE), waiting)

    assert "not_offered" == error.value.reason


@pytest.mark.parametrize("ground", sorted({g.code for g in GROUNDS if REFUSE in g.kinds}))
def test_every_ground_of_a_refusal_asks_for_a_fact_that_can_be_checked(ground: str) -> None:
    assert [fact for fact in wanted(REFUSE, ground) if not fact.optional]
    assert all(fact.hint for fact in wanted(REFUSE, ground))


@pytest.mark.parametrize(
    ("ago", "reason"),
    [(0, "fact_malformed"), (-1, "fact_malformed"), (1, ""), (364, ""), (365, "interval_reasonable")],
)
def test_a_request_repeats_one_of_the_last_year(ago: int, reason: str) -> None:
    """After a year nobody asks too often (LAW FEE-08)."""
    earlier = (TODAY - timedelta(days=ago)).isoformat()
    decision = a(REFUSE, ground="12_5_repetitive", reason=REASON, earlier=earlier)

    assert reason == (refusal(decision) if reason else "")
    assert passes(decision, Status.DECIDING, frozenset()) == (not reason)


def test_what_may_be_another_persons_is_not_found_by_anybodys_word() -> None:
    held = Holding(system="crm", collection="visits", category=Category.IDENTITY, count=1)
    decision = replace(a(FOUND, system="crm", reason=REASON), role=Role.SUPPORT, holdings=(held,))
    waiting = standing(Status.BY_HAND, {"crm"})

    check_decision(decision, waiting)
    with pytest.raises(InputError) as error:
        check_decision(decision, replace(waiting, ambiguous=("crm",)))
    assert "in_doubt" == error.value.reason
