"""What the answers of all systems come to: who searched, what a person read, what is held although exempt."""

from hypothesis import given
from hypothesis import strategies as st

from dsar.case import SystemAnswer
from dsar.clients import PROCESSOR
from dsar.hands import by_hand
from dsar.systems import EXEMPTED, NO_SYSTEMS, POST, Completeness, searched
from dsar.vocabulary import Found

names = st.sampled_from(["crm", "shop", *sorted(NO_SYSTEMS)])
heard = st.lists(
    st.builds(
        SystemAnswer,
        system=names,
        found=st.sampled_from(Found),
        collections=st.integers(0, 5),
        reason=st.sampled_from(["", EXEMPTED]),
    ),
    unique_by=lambda answer: answer.system,
)


@given(heard)
def test_what_holds_no_data_is_no_system_that_was_searched(answers: list[SystemAnswer]) -> None:
    assert tuple(a for a in answers if a.system in {"crm", "shop"}) == searched(answers)


@given(heard)
def test_only_what_a_person_read_in_a_system_goes_into_the_answer_by_hand(
    answers: list[SystemAnswer],
) -> None:
    read = {a.system for a in answers if a.found is Found.MANUAL_DONE} & {"crm", "shop"}

    assert tuple(sorted(read)) == Completeness().heard(answers).done_by_hand


@given(heard)
def test_what_was_exempted_is_still_held(answers: list[SystemAnswer]) -> None:
    held = Completeness().heard(answers).held

    assert {
        a.system: a.collections for a in answers if Found.FOUND is a.found or EXEMPTED == a.reason
    } == held


def test_whatever_nobody_searched_is_unread_until_it_is_settled() -> None:
    reasons = {"crm": by_hand("support"), "shop": "unreachable", "desk": PROCESSOR, POST: "not_sent"}
    known = Completeness().heard(
        SystemAnswer(system=name, found=Found.UNKNOWN, reason=reason) for name, reason in reasons.items()
    )

    assert ("crm", "shop") == known.unread
    assert ("crm",) == known.settled("shop", Found.NOTHING_HELD).unread


@given(heard)
def test_whoever_fits_several_people_is_named_as_ambiguous(answers: list[SystemAnswer]) -> None:
    several = sorted(a.system for a in answers if a.found is Found.AMBIGUOUS)

    assert tuple(several) == Completeness().heard(answers).ambiguous
