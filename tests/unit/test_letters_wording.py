"""A language is a folder: complete, or absent. Dates read as people write them."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.vocabulary import Channel, LetterKind, Proof, Right
from letters.wording import FOLDER, fitting, locales, wording


@pytest.mark.parametrize("locale", locales())
def test_a_language_has_every_letter_and_a_word_for_everything(locale: str) -> None:
    words = wording(locale).words

    assert {path.stem for path in (FOLDER / locale).glob("[a-z]*.j2")} == set(LetterKind)
    assert len(words["months"]) == 12
    assert set(words["titles"]) == set(LetterKind)
    assert set(words["rights"]) == set(Right)
    assert set(words["channels"]) == set(Channel)
    assert set(words["proofs"]) == set(Proof)
    assert set(words["restriction_cases"]) == set("abcd")


def test_all_languages_know_the_same_legal_grounds() -> None:
    assert len({frozenset(wording(locale).words["grounds"]) for locale in locales()}) == 1


def test_english_and_german_are_spoken() -> None:
    assert {"en", "de"} <= set(locales())


@pytest.mark.parametrize("locale", locales())
def test_no_line_of_text_runs_into_the_next(locale: str) -> None:
    """A tag at the end of a line eats the line's end (`trim_blocks`), unless it is written `+%}`."""
    swallowed = re.compile(r"^[^{\s].*(?<!\+)%\}$", re.MULTILINE)

    assert not [
        path.stem for path in (FOLDER / locale).glob("*.j2") if swallowed.search(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize(
    ("asked", "given_locale"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("de_CH", "de"),
        ("EN-gb", "en"),
        ("tlh", "en"),
        ("", "en"),
        ("../de", "en"),
        ("de/../../..", "en"),
        ("de\x00", "en"),
    ],
)
def test_a_language_we_do_not_speak_becomes_english(asked: str, given_locale: str) -> None:
    assert fitting(asked) == given_locale


@given(st.text())
def test_whatever_is_asked_for_some_language_is_found(asked: str) -> None:
    assert fitting(asked) in locales()


@given(st.dates())
def test_a_day_is_written_with_its_own_figures(on: date) -> None:
    for locale in locales():
        written = wording(locale).day(on)
        assert str(on.day) in written
        assert str(on.year) in written
        assert wording(locale).words["months"][on.month - 1] in written


def test_days_are_written_as_each_language_does() -> None:
    assert wording("en").day(date(2026, 3, 5)) == "5 March 2026"
    assert wording("de").day(date(2026, 3, 5)) == "5. März 2026"


def test_an_instant_is_told_in_local_time_and_says_whose() -> None:
    at = datetime(2026, 7, 31, 23, 30, tzinfo=UTC)

    assert wording("en").moment(at, "Europe/London") == "1 August 2026 at 00:30 (BST)"
    assert wording("de").moment(at, "Europe/Berlin") == "1. August 2026, 01:30 Uhr (CEST)"
