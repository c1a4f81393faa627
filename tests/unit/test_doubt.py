"""What several people share proves nothing: whoever asks may be any of them, everywhere (Art. 15(4))."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.case import Decision, SystemAnswer
from dsar.decision_kinds import CONFIRM
from dsar.decisions import SHORTEST_REASON, Standing, check_decision
from dsar.errors import InputError
from dsar.systems import DOUBTS, SEVERAL, SHARED, Completeness, found_for_a_machine, gap
from dsar.vocabulary import Found, Right, Role, Status

NAMES = ("analytics", "billing", "crm", "support")
answers = st.builds(
    SystemAnswer,
    system=st.sampled_from(NAMES),
    found=st.sampled_from(Found),
    reason=st.sampled_from(["", "unreachable", SEVERAL, "by_mail:mill_desk", "by_hand"]),
)
heard = st.lists(answers, max_size=6).map(Completeness().heard)


@given(heard)
def test_one_system_that_knows_several_people_puts_every_finding_in_doubt(known: Completeness) -> None:
    several = any(a.found is Found.AMBIGUOUS and a.reason == SEVERAL for a in known.answers.values())
    doubting = known.doubting()

    assert (known.holding if several else ()) == doubting.doubted
    assert (() if several else known.holding) == doubting.holding
    assert set(known.gaps) | set(doubting.doubted) == set(doubting.gaps)
    for name in set(known.answers) - set(known.holding):
        assert known.answers[name] == doubting.answers[name]


@given(heard)
def test_doubting_twice_is_doubting_once(known: Completeness) -> None:
    assert known.doubting() == known.doubting().doubting()


@given(heard, st.sampled_from([Found.FOUND, Found.MANUAL_DONE, Found.FAILED_ACCEPTED]))
def test_a_doubt_ends_where_a_person_ends_it_and_nowhere_else(known: Completeness, by_hand: Found) -> None:
    doubting = known.doubting()
    for name in doubting.doubted:
        assert set(doubting.doubted) - {name} == set(doubting.settled(name, by_hand).doubted)


@given(heard)
def test_what_is_theirs_after_all_is_in_the_hands_that_it_was_in(known: Completeness) -> None:
    confirmed = known.doubting()
    for name in confirmed.doubted:
        confirmed = confirmed.settled(name, Found.FOUND)

    assert known.held_by_hand == confirmed.held_by_hand
    for name in known.held_by_hand:
        assert known.answers[name].reason == confirmed.answers[name].reason


@pytest.mark.parametrize(
    ("gaps", "doubted", "role", "reason"),
    [
        (("crm",), ("crm",), Role.DPO, None),
        (("crm",), ("crm",), Role.SUPPORT, "role_refused"),
        (("crm",), (), Role.DPO, "not_in_doubt"),
        (("crm", "billing"), ("billing",), Role.DPO, "not_in_doubt"),
        ((), ("crm",), Role.DPO, "no_such_gap"),
    ],
)
def test_only_the_dpo_confirms_and_only_what_is_in_doubt(
    gaps: tuple[str, ...], doubted: tuple[str, ...], role: Role, reason: str | None
) -> None:
    decision = Decision(
        kind=CONFIRM,
        by="dpo_robin",
        role=role,
        system="crm",
        words="decisions/0123456789abcdef",
        words_length=SHORTEST_REASON,
    )
    standing = Standing(
        right=Right.ACCESS, regime="UK-ENG", status=Status.BY_HAND, gaps=gaps, doubted=doubted
    )
    with pytest.raises(InputError) if reason else nullcontext() as refusal:
        check_decision(decision, standing)

    assert reason == (refusal and refusal.value.reason)


@pytest.mark.parametrize(
    ("reason", "unasked"),
    [("credentials_refused", True), ("", False), (SHARED, False), ("by_hand:attic_desk", False)],
)
def test_what_a_person_found_in_a_machines_place_says_not_whom_the_machine_means(
    reason: str, *, unasked: bool
) -> None:
    answer = SystemAnswer(system="crm", found=Found.FOUND, reason=reason)

    assert unasked is found_for_a_machine(answer)
    assert not found_for_a_machine(replace(answer, found=Found.NOTHING_HELD))


@given(st.sampled_from(sorted(DOUBTS)) | st.sampled_from(["unreachable", "export_short"]))
def test_a_gap_is_ambiguous_where_it_may_mean_somebody_else(reason: str) -> None:
    ambiguous = bool(Completeness().heard([gap("crm", reason)]).ambiguous)

    assert ambiguous is (reason in DOUBTS)
