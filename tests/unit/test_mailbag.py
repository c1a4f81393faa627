"""Letters that did not arrive are seen until somebody settles them."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.evidence import Entry, EvidenceKind, Fact, link
from dsar.mailbag import carried_by_hand, undelivered, was_sent
from dsar.vocabulary import LetterKind

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
LOST = (EvidenceKind.LETTER_FAILED, EvidenceKind.LETTER_BOUNCED)
HERE = (EvidenceKind.LETTER_SENT, EvidenceKind.LETTER_POSTED)
happenings = st.lists(st.tuples(st.sampled_from([*LOST, *HERE]), st.sampled_from(LetterKind)), max_size=20)


@given(happenings)
def test_a_letter_waits_exactly_while_its_last_word_is_that_it_was_lost(
    told: list[tuple[EvidenceKind, LetterKind]],
) -> None:
    last = {kind: what for what, kind in told}

    assert {kind for kind, what in last.items() if what in LOST} == {
        letter.kind for letter in undelivered(chain(told))
    }


@pytest.mark.parametrize("kind", [LetterKind.IDENTITY_CODE, LetterKind.AGENT_AUTHORITY])
def test_nobody_waits_for_a_question_that_was_answered_otherwise(kind: LetterKind) -> None:
    told = [(EvidenceKind.LETTER_FAILED, kind), (EvidenceKind.LETTER_FAILED, LetterKind.ACKNOWLEDGEMENT)]
    proved = [*told, (EvidenceKind.IDENTITY_PROVED, kind)]

    assert [LetterKind.ACKNOWLEDGEMENT] == [letter.kind for letter in undelivered(chain(proved))]


def test_only_what_left_can_come_back() -> None:
    left = chain([(EvidenceKind.LETTER_SENT, LetterKind.REFUSAL)])

    assert was_sent(left, LetterKind.REFUSAL)
    assert not was_sent(left, LetterKind.FEE)


def chain(told: Sequence[tuple[EvidenceKind, LetterKind]]) -> list[Entry]:
    entries: list[Entry] = []
    for number, (what, kind) in enumerate(told):
        facts = {"letter": kind.value, "reason": "recipient_refused"}
        fact = Fact(key=f"fact:{number}", kind=what, at=AT, facts=facts)
        entries.append(link("case_0123456789abcdef0123", entries[-1] if entries else None, fact))
    return entries


@given(happenings)
def test_a_letter_was_handed_over_exactly_if_that_is_its_last_word(
    told: list[tuple[EvidenceKind, LetterKind]],
) -> None:
    last = {kind: what for what, kind in told}

    assert {kind for kind, what in last.items() if what is EvidenceKind.LETTER_POSTED} == {
        kind for kind in LetterKind if carried_by_hand(chain(told), kind)
    }
