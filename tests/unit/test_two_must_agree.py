"""Four eyes: a proposal is seconded by another person of the same role, while it is still lawful (ADM-03)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.asking import Beside
from dsar.case import Decision
from dsar.decision_kinds import FOR_TWO, KINDS, REFUSE, RELEASE, RETRY, SECOND, TAKE_BACK
from dsar.decisions import Standing, check_decision
from dsar.errors import InputError
from dsar.vocabulary import Right, Role, Status

PROPOSED = Decision(
    kind=REFUSE,
    by="dpo_robin",
    role=Role.DPO,
    ground="12_5_excessive",
    words="decisions/0123456789abcdef",
    words_length=60,
    facts={"tried": "clarify"},
)
handles = st.sampled_from(["dpo_robin", "dpo_deputy"])


def standing(**more: Any) -> Standing:
    known = Beside(today=date(2026, 5, 5))
    usual: dict[str, Any] = {"proposed": PROPOSED, "proposal": 3, "status": Status.DECIDING, "beside": known}
    return Standing(right=Right.ACCESS, regime="UK-ENG", **{**usual, **more})


def a(kind: str, **more: Any) -> Decision:
    usual: dict[str, Any] = {"by": "dpo_deputy", "role": Role.DPO, "facts": {"proposal": "3"}}
    return Decision(kind=kind, **{**usual, **more})


def refusal(decision: Decision, known: Standing) -> str:
    with pytest.raises(InputError) as error:
        check_decision(decision, known)
    return error.value.reason


@given(
    st.sampled_from([SECOND, TAKE_BACK]),
    handles,
    st.sampled_from(Role),
    st.sampled_from(["3", "4", "x", ""]),
    st.sampled_from(Status),
)
def test_only_another_person_of_the_role_seconds_what_was_read(
    kind: str, by: str, role: Role, number: str, status: Status
) -> None:
    facts = {"proposal": number} if number else {}
    try:
        check_decision(a(kind, by=by, role=role, facts=facts), standing(status=status))
    except InputError:
        return
    assert (role, number) == (Role.DPO, "3")
    assert kind == TAKE_BACK or by != PROPOSED.by
    assert kind == TAKE_BACK or status in KINDS[REFUSE].statuses


@pytest.mark.parametrize(
    ("decision", "known", "reason"),
    [
        (a(SECOND), standing(proposed=None), "nothing_proposed"),
        (a(TAKE_BACK), standing(proposed=None), "nothing_proposed"),
        (a(SECOND, facts={"proposal": "4"}), standing(), "proposal_changed"),
        (a(SECOND, facts={"proposal": "-1"}), standing(), "fact_malformed"),
        (a(SECOND, role=Role.SUPPORT), standing(), "role_refused"),
        (a(SECOND, by=PROPOSED.by), standing(), "same_person"),
        (a(SECOND), standing(offered=(RELEASE,)), "not_offered"),
        (a(SECOND), standing(proposed=replace(PROPOSED, ground="17_not_met")), "ground_unknown"),
        (a(RELEASE, facts={}), standing(), "second_waits"),
    ],
)
def test_what_stands_in_the_way_is_named(decision: Decision, known: Standing, reason: str) -> None:
    assert reason == refusal(decision, known)


def test_a_second_person_seconds_and_the_first_may_take_it_back() -> None:
    check_decision(a(SECOND), standing())
    check_decision(a(TAKE_BACK, by=PROPOSED.by), standing())


def test_what_merely_happens_is_noted_while_a_proposal_waits() -> None:
    check_decision(a(RETRY, role=Role.SUPPORT, system="crm", facts={}), standing(gaps=("crm",)))


def test_two_are_wanted_only_for_what_the_dpo_alone_decides() -> None:
    assert not FOR_TWO & {RETRY, SECOND, TAKE_BACK}
    assert FOR_TWO >= {REFUSE, RELEASE}
