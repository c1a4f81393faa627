"""Whatever stands in a fact, the letter keeps its shape, and its page runs nothing."""

import re
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsar.errors import ContractError
from dsar.vocabulary import LetterKind
from letters import blocks
from letters.blocks import Shape
from letters.wording import wording
from letters.writer import LetterWriter, compose
from tests.letter_facts import facts

WRITER = LetterWriter()
HOSTILE = st.sampled_from(
    [
        "# heading",
        "\n\n# heading",
        "@ Click -> https://evil.example/",
        "> 1234-5678",
        "[all.remedy.authority]",
        "a\r\nBcc: b@evil.example",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "{% include 'en/words.toml' %}",
        "\x02\x02# x",
        "\u202egnp.exe",
        "a\u2028# b",
        "&lt;b&gt;",
        "\ud800",
        "x :: y",
    ]
) | st.text(min_size=1, max_size=200)


def shapes(reason: str) -> list[tuple[Shape, tuple[str, ...]]]:
    body = compose(LetterKind.REFUSAL, wording("en"), facts(reasons=[reason]))
    return [(block.shape, block.elements) for block in body]


def tags(html: str) -> list[str]:
    return re.findall(r"<[a-z/!][^>]*>", html)


@given(HOSTILE.filter(lambda text: bool(blocks.value(text).removeprefix(blocks.VALUE))))
@settings(max_examples=150, deadline=None)
def test_a_fact_never_changes_the_shape_of_a_letter(reason: str) -> None:
    assert shapes(reason) == shapes("plain")


@given(HOSTILE.filter(lambda text: bool(blocks.value(text).removeprefix(blocks.VALUE))))
@settings(max_examples=150, deadline=None)
def test_a_fact_never_adds_markup_to_the_page(reason: str) -> None:
    page = WRITER.render(LetterKind.REFUSAL, "en", facts(reasons=[reason])).html
    plain = WRITER.render(LetterKind.REFUSAL, "en", facts(reasons=["plain"])).html

    assert tags(page) == tags(plain)


@given(st.text(max_size=300))
def test_a_value_is_one_line_without_invisible_characters(text: str) -> None:
    line = blocks.value(text).removeprefix(blocks.VALUE)

    assert line.splitlines() in ([line], [])
    assert not set("\u202e\u200e\u200f\x00\x1b\x7f") & set(line)
    line.encode()


def test_a_reason_of_invisible_characters_is_no_reason() -> None:
    with pytest.raises(ContractError, match=r"element_missing.ntc-07.reasons"):
        WRITER.render(LetterKind.REFUSAL, "en", facts(reasons=["\u200b\u202e"]))


def test_a_fact_of_a_million_characters_is_refused() -> None:
    with pytest.raises(ContractError, match="fact_too_long"):
        WRITER.render(LetterKind.REFUSAL, "en", facts(reasons=["x" * 1_000_000]))


@pytest.mark.parametrize(
    ("kind", "name", "fact"),
    [
        (LetterKind.ACCESS_ANSWER, "link", "javascript:alert(1)"),
        (LetterKind.ACCESS_ANSWER, "link", "https://a.example/x y"),
        (LetterKind.ACCESS_ANSWER, "link", "https://a.example/\r\nBcc: b"),
        (LetterKind.ACCESS_ANSWER, "link", "https:///nowhere"),
        (LetterKind.ACCESS_ANSWER, "expires_at", datetime(2026, 1, 1)),  # noqa: DTZ001 - naive on purpose
        (LetterKind.ACCESS_ANSWER, "expires_at", "2026-01-01"),
        (LetterKind.ACCESS_ANSWER, "answers", ["crm"]),
        (LetterKind.ACKNOWLEDGEMENT, "due_on", "2026-01-01"),
        (LetterKind.ACKNOWLEDGEMENT, "channel", "pigeon"),
        (LetterKind.ACKNOWLEDGEMENT, "case_id", "Ada Osei"),
        (LetterKind.ACKNOWLEDGEMENT, "case_id", "case_0123456789abcdef0123\r\nBcc: x@evil.example"),
        (LetterKind.ACKNOWLEDGEMENT, "right", "everything"),
        (LetterKind.ACKNOWLEDGEMENT, "received_on", datetime(2026, 1, 1)),  # noqa: DTZ001 - naive on purpose
        (LetterKind.IDENTITY_CODE, "code", "12 34"),
        (LetterKind.REFUSAL, "reasons", ["  "]),
        (LetterKind.REFUSAL, "reasons", [date(2026, 1, 1)]),
        (LetterKind.NOT_IDENTIFIED, "tried", ["horoscope"]),
        (LetterKind.RESTRICTION_PLACED, "case", "e"),
        (LetterKind.ACKNOWLEDGEMENT, "zone", "Mars/Olympus"),
        (LetterKind.ACKNOWLEDGEMENT, "zone", "../../etc/passwd"),
        (LetterKind.ERASURE_OUTCOME, "suppressed", "yes"),
    ],
)
def test_a_fact_that_is_not_what_its_name_says_is_refused(kind: LetterKind, name: str, fact: Any) -> None:
    with pytest.raises(ContractError) as refused:
        WRITER.render(kind, "en", {**facts(), name: fact})

    assert refused.value.reason == f"fact_malformed.{name}"


@pytest.mark.parametrize("missing", ["name", "address"])
def test_a_part_of_a_fact_that_is_missing_is_named(missing: str) -> None:
    controller = {key: text for key, text in facts()["controller"].items() if key != missing}

    with pytest.raises(ContractError) as refused:
        WRITER.render(LetterKind.WITHDRAWN, "en", facts(controller=controller))

    assert refused.value.reason == f"fact_missing.{missing}"


def test_the_page_fetches_nothing_from_anywhere() -> None:
    page = WRITER.render(LetterKind.ACCESS_ANSWER, "en", facts()).html

    assert not re.search(r"(?i)<(img|link|script|iframe|object|form)|url\(|@import|\ssrc=", page)
