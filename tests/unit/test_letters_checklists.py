"""Every letter says all that the law asks it to say, in every language and under every law set."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.errors import ContractError
from dsar.identity import UNPROVED
from dsar.law_sets import CONTROLLER_COMPLAINTS_FROM
from dsar.vocabulary import LetterKind, Right
from letters.checklists import OF_KIND, TO_A_COMPANY, Situation, required
from letters.facts import EVERY_LETTER, MAY_BE_EMPTY
from letters.facts import OF_KIND as FACTS_OF_KIND
from letters.wording import FOLDER, locales, wording
from letters.writer import LetterWriter, compose
from tests.letter_facts import CASE_ID, REGIMES, facts

WRITER = LetterWriter()
KINDS = [pytest.param(kind, id=kind.value) for kind in LetterKind]
LOCALES = locales()


class _Words(HTMLParser):
    """Collects what a reader of the page sees."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in {"style", "title"}

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"style", "title"}

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(data)


def words_of_page(html: str) -> set[str]:
    page = _Words()
    page.feed(html)
    return set(" ".join(page.seen).split())


def words_of_text(text: str) -> set[str]:
    return {word.removesuffix(":") for word in text.split() if not re.fullmatch(r"-+", word)}


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_has_every_element_of_its_checklist(kind: LetterKind, locale: str, regime: str) -> None:
    for right in Right:
        given_facts = facts(regime, right)
        body = compose(kind, wording(locale), given_facts)
        said = {element for block in body for element in block.elements}
        situation = Situation(right=right, regime=regime, received_on=given_facts["received_on"])

        assert required(kind, situation) <= said


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_text_and_html_say_the_same(kind: LetterKind, locale: str) -> None:
    letter = WRITER.render(kind, locale, facts())
    title = set(wording(locale).words["titles"][kind].split())

    shown = {word.removesuffix(":") for word in words_of_page(letter.html)}

    assert words_of_text(letter.text) <= shown
    assert shown - title <= words_of_text(letter.text)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_subject_is_the_kind_and_the_case_and_nothing_else(kind: LetterKind, locale: str) -> None:
    letter = WRITER.render(kind, locale, facts())

    assert letter.subject == f"{wording(locale).words['titles'][kind]} ({CASE_ID})"


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_without_a_fact_it_must_state_is_never_written(kind: LetterKind) -> None:
    for name in (*EVERY_LETTER, *FACTS_OF_KIND[kind]):
        absent: tuple[object, ...] = (None, "", (), [])
        for nothing in absent:
            if nothing is not None and name in MAY_BE_EMPTY:
                continue
            with pytest.raises(ContractError) as refused:
                WRITER.render(kind, "en", {**facts(), name: nothing})
            assert refused.value.reason == f"fact_missing.{name}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_declared_facts_are_enough(kind: LetterKind) -> None:
    needed = {*EVERY_LETTER, *FACTS_OF_KIND[kind]}
    offered = {name: fact for name, fact in facts().items() if name in needed}

    assert WRITER.render(kind, "en", offered).text


@pytest.mark.parametrize("kind", sorted(set(LetterKind) - TO_A_COMPANY))
@pytest.mark.parametrize("regime", REGIMES)
def test_a_letter_without_the_way_to_the_authority_is_never_written(kind: LetterKind, regime: str) -> None:
    ways = [remedy for remedy in facts(regime)["remedies"] if remedy["code"] != "authority"]
    ways = ways or [{"code": "friend", "name": "", "text": "Ask a friend.", "url": ""}]

    with pytest.raises(ContractError, match=r"element_missing.all.remedy.authority"):
        WRITER.render(kind, "en", facts(regime, remedies=ways))


@given(st.integers(min_value=-400, max_value=400))
def test_a_uk_letter_names_the_complaint_to_the_controller_exactly_from_its_first_day(days: int) -> None:
    received_on = CONTROLLER_COMPLAINTS_FROM + timedelta(days=days)
    situation = Situation(right=Right.ACCESS, regime="UK-SCT", received_on=received_on)

    asked = "all.remedy.controller" in required(LetterKind.REFUSAL, situation)

    assert asked is (received_on >= date(2026, 6, 19))


def test_no_letter_of_the_european_union_must_name_section_164a() -> None:
    situation = Situation(right=Right.ACCESS, regime="EU-DE-BY", received_on=date(2026, 11, 2))

    assert "all.remedy.controller" not in required(LetterKind.REFUSAL, situation)


def test_templates_name_no_element_that_no_checklist_knows() -> None:
    known = {element for elements in OF_KIND.values() for element in elements}
    known |= {"ntc-01.exceptions", "ntc-01.california"}
    named = {
        element
        for path in FOLDER.glob("*/*.j2")
        for line in re.findall(r"(?m)^\[([a-z0-9. -]+)\]$", path.read_text(encoding="utf-8"))
        for element in line.split()
    }

    assert {element for element in named if not element.startswith("all.")} == known


@pytest.mark.parametrize(
    ("regime", "right", "promise"),
    [
        ("UK-ENG", Right.ACCESS, "two more months"),
        ("EU-FR", Right.ERASURE, "two more months"),
        ("US-CA", Right.KNOW, "45 more days"),
        ("BR", Right.ACCESS, "If the law allows us longer"),
    ],
)
def test_an_acknowledgement_promises_only_the_extension_that_its_law_allows(
    regime: str, right: Right, promise: str
) -> None:
    text = " ".join(WRITER.render(LetterKind.ACKNOWLEDGEMENT, "en", facts(regime, right)).text.split())

    every = {"two more months", "45 more days", "If the law allows us longer"}
    assert {phrase for phrase in every if phrase in text} == {promise}


@pytest.mark.parametrize("right", sorted(UNPROVED))
@pytest.mark.parametrize("regime", REGIMES)
def test_where_no_proof_may_be_asked_for_none_is_announced_and_no_extension(
    regime: str, right: Right
) -> None:
    text = " ".join(WRITER.render(LetterKind.ACKNOWLEDGEMENT, "en", facts(regime, right)).text.split())

    assert "really you" not in text
    assert "straight away" in text
    assert "two more months" not in text
    assert "45 more days" not in text


@pytest.mark.parametrize(
    ("regime", "received_on", "starts_with_proof"),
    [
        ("UK-ENG", date(2026, 2, 4), False),
        ("UK-ENG", date(2026, 2, 5), True),
        ("EU-DE-BY", date(2026, 11, 2), False),
        ("US-CA", date(2026, 11, 2), False),
    ],
)
def test_only_article_12a_lets_a_request_for_proof_move_the_clock(
    regime: str, received_on: date, *, starts_with_proof: bool
) -> None:
    letter = WRITER.render(LetterKind.IDENTITY_REQUEST, "en", facts(regime, received_on=received_on))

    assert ("The month for our answer starts" in letter.text) is starts_with_proof
    assert ("This does not change the date" in letter.text) is not starts_with_proof


@pytest.mark.parametrize("kind", [LetterKind.CLARIFICATION, LetterKind.FEE])
def test_a_letter_says_that_the_clock_waits_only_where_it_does(kind: LetterKind) -> None:
    """Whether it does is the regime's word: `dsar.asking.moves`."""

    def waits(stands: bool) -> bool:  # noqa: FBT001  # one word for one
        told = {**facts("UK-ENG", Right.ACCESS), "moves": stands}
        text = WRITER.render(kind, "en", told).text
        return "stands still" in text or "starts on the day" in text

    assert waits(True)
    assert not waits(False)
