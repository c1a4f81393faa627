"""Marks in the evidence: what waits, since when, and what ends it. What was seen counts, not what is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.deeds import Verdict
from dsar.evidence import EvidenceKind, Fact
from dsar.marks import (
    begun_by_machine,
    lifted_by_hand_key,
    marked_key,
    placed_by_hand,
    placed_by_hand_key,
    still_marked,
    times,
    unmarked,
    unmarked_key,
    was_told,
)
from dsar.vocabulary import LetterKind, Verb
from tests.chains import chain, fact


def _checked(verb: Verb, verdict: Verdict) -> Fact:
    return fact(EvidenceKind.CHECKED, system="crm", verb=verb.value, verdict=verdict.value)


def test_a_lifting_that_only_was_ordered_or_is_still_present_ends_no_task() -> None:
    marked = fact(EvidenceKind.WAITING, marked_key("crm"), system="crm", reason="lifting_not_held")
    ordered = fact(EvidenceKind.RECEIPT, system="crm", verb=Verb.LIFT.value, ready_at="2026-11-28")
    false = _checked(Verb.LIFT, Verdict.STILL_PRESENT)

    assert {"crm"} == {*still_marked(chain(marked, ordered, false))}
    for verdict in (Verdict.VERIFIED, Verdict.UNVERIFIABLE):
        assert {} == still_marked(chain(marked, ordered, _checked(Verb.LIFT, verdict)))


def test_the_last_reason_is_shown_and_it_waits_since_the_first() -> None:
    first = fact(EvidenceKind.WAITING, marked_key("crm"), system="crm", reason="unreachable")
    then = fact(EvidenceKind.WAITING, marked_key("crm", 2), system="crm", reason="cannot_lift")
    entries = chain(first, then)

    assert ("cannot_lift", entries[0].at) == (
        still_marked(entries)["crm"].reason,
        still_marked(entries)["crm"].since_at,
    )


@given(st.lists(st.sampled_from(["vanished", "held", "by hand", "lifted", "other"]), max_size=6))
def test_a_mark_that_does_not_hold_waits_until_it_does_or_all_is_over(happened: list[str]) -> None:
    facts = {
        "vanished": fact(EvidenceKind.WAITING, unmarked_key("crm"), system="crm", reason="not_registered"),
        "held": _checked(Verb.RESTRICT, Verdict.VERIFIED),
        "by hand": fact(EvidenceKind.DECIDED, placed_by_hand_key("crm"), system="crm"),
        "lifted": fact(EvidenceKind.CHECKED, "lifted", verb=""),
        "other": _checked(Verb.LIFT, Verdict.STILL_PRESENT),
    }
    waits = False
    for one in happened:
        waits = one == "vanished" or (waits and one == "other")

    assert (["crm"] if waits else []) == [*unmarked(chain(*(facts[one] for one in happened)))]


def test_what_a_machine_began_may_be_marked_and_what_a_person_set_is_theirs() -> None:
    began = fact(EvidenceKind.BEGUN, system="crm", verb=Verb.RESTRICT.value)
    erased = fact(EvidenceKind.BEGUN, system="shop")
    receipt = fact(EvidenceKind.RECEIPT, system="desk", verb=Verb.RESTRICT.value)
    by_hand = fact(EvidenceKind.DECIDED, placed_by_hand_key("attic"), system="attic")
    entries = chain(began, erased, receipt, by_hand)

    assert {"crm", "desk"} == begun_by_machine(entries)
    assert {"attic"} == placed_by_hand(entries)


@pytest.mark.parametrize("number", [1, 2, 12])
def test_a_word_that_is_given_again_is_counted(number: int) -> None:
    said = [fact(EvidenceKind.DECIDED, lifted_by_hand_key("crm", n + 1)) for n in range(number)]
    other = fact(EvidenceKind.DECIDED, lifted_by_hand_key("crm2"))

    assert number == times(chain(*said, other), lifted_by_hand_key("crm"))


def test_only_a_letter_that_left_has_told_anybody() -> None:
    kinds = {kind: kind.value for kind in (LetterKind.RESTRICTION_ENDING, LetterKind.WITHDRAWN)}
    for letter in kinds.values():
        assert was_told(chain(fact(EvidenceKind.LETTER_SENT, letter=letter)))
        assert was_told(chain(fact(EvidenceKind.LETTER_POSTED, letter=letter)))
        assert not was_told(chain(fact(EvidenceKind.LETTER_FAILED, letter=letter)))
    assert not was_told(chain(fact(EvidenceKind.LETTER_SENT, letter=LetterKind.REFUSAL.value)))
