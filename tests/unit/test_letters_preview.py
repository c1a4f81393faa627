"""Looking at a letter before it goes: every kind, from what a case knows, with the rest named."""

import pytest

from dsar.vocabulary import LetterKind
from letters.facts import EVERY_LETTER, OF_KIND
from letters.wording import locales
from letters.writer import LetterWriter
from tests.letter_facts import facts

HEAD = {name: facts()[name] for name in (*EVERY_LETTER, "channel", "due_on")}


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_can_be_looked_at_before_its_facts_are_known(kind: LetterKind, locale: str) -> None:
    letter, missing = LetterWriter().preview(kind, locale, HEAD)

    assert letter.kind is kind
    assert set(missing) == set(OF_KIND[kind]) - {"channel", "due_on"}
    assert letter.text
    assert letter.html


def test_a_fact_of_the_case_is_never_replaced_by_a_stand_in() -> None:
    letter, missing = LetterWriter().preview(LetterKind.REFUSAL, "en", {**HEAD, "reasons": ("Because.",)})

    assert ("ground", "basis") == missing
    assert "Because." in letter.text
    assert "[ground]" in letter.text
