"""What a person may decide: nothing incomplete is released, and no refusal goes without its reasons."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.case import Decision
from dsar.decisions import (
    ABOUT_A_GAP,
    ACCEPT_GAP,
    KINDS,
    LONGEST_REASON,
    MANUAL_DONE,
    REFUSAL_GROUNDS,
    REFUSE,
    RELEASE,
    RETRY,
    SHORTEST_REASON,
    check_decision,
    check_reason,
)
from dsar.errors import InputError
from dsar.vocabulary import Role, Status

REASON = "the same request was answered three days ago"
OPEN = (Status.BY_HAND, Status.DECIDING)
names = st.sampled_from(["crm", "analytics", "billing"])
texts = st.text(st.characters(), max_size=60)
decisions = st.builds(
    Decision,
    kind=st.sampled_from(KINDS) | texts,
    by=st.just("dpo_robin"),
    role=st.sampled_from(Role),
    system=st.just("") | names | texts,
    ground=st.just("") | st.sampled_from(REFUSAL_GROUNDS) | texts,
    words=st.just("") | st.just("decisions/0123456789abcdef"),
    words_length=st.integers(0, 60),
)
situations = (decisions, st.sampled_from(Status), st.frozensets(names))


def passes(decision: Decision, status: Status, gaps: frozenset[str]) -> bool:
    try:
        check_decision(decision, status=status, gaps=gaps)
    except InputError:
        return False
    return True


def refusal(decision: Decision, *gaps: str, status: Status = Status.DECIDING) -> str:
    with pytest.raises(InputError) as error:
        check_decision(decision, status=status, gaps=gaps)
    return error.value.reason


def a(kind: str, *, reason: str = "", system: str = "", ground: str = "") -> Decision:
    """A decision as the desk sends it: the reason is sealed, only its name and length travel."""
    return Decision(
        kind=kind,
        by="dpo_robin",
        role=Role.DPO,
        system=system,
        ground=ground,
        words="decisions/0123456789abcdef" if reason.strip() else "",
        words_length=len(reason.strip()),
    )


GOOD = (
    a(RELEASE),
    a(REFUSE, ground=REFUSAL_GROUNDS[0], reason=REASON),
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
    assert status in OPEN
    assert decision.kind in KINDS
    assert (decision.system in gaps) if decision.kind in ABOUT_A_GAP else decision.system == ""
    assert (decision.ground in REFUSAL_GROUNDS) if decision.kind == REFUSE else decision.ground == ""
    assert decision.kind in {RELEASE, RETRY} or decision.words_length >= SHORTEST_REASON


@given(*situations)
def test_no_refusal_repeats_what_was_typed(decision: Decision, status: Status, gaps: frozenset[str]) -> None:
    marked = replace(decision, words="Quartermaine", ground="Quartermaine", system="Quartermaine")
    with pytest.raises(InputError) as error:
        check_decision(marked, status=status, gaps=gaps)

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
