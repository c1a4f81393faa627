"""What is typed at the door: nothing hostile passes, and no error repeats what was typed."""

import unicodedata
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dsar.corrections import CORRECTING
from dsar.errors import InputError
from dsar.intake import LONGEST, Checked, NewRequest, check_email, check_request, subject_key
from dsar.vocabulary import Channel, IdentifierKind, Requester, Right
from tests.people import ADA_EMAIL

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Europe/London"))
PLAIN = NewRequest(right="access", regime="UK-ENG", email=ADA_EMAIL)
TYPED = sorted(f.name for f in fields(NewRequest))
IDENTIFIERS = ("email", "phone", "name", "account_id")
BREAKS = ("\n", "\r", "\0", "\x1f", "\x7f", "\x85", "\u2028", "\u2029", "\ud800")
anything = st.text(st.characters(), max_size=300)  # half characters too


def checked(**typed: str) -> Checked:
    return check_request(replace(PLAIN, **typed), now=NOW)


def taken(check: Callable[[], object]) -> InputError | None:
    """Return None if it is taken, else why it is not."""
    try:
        check()
    except InputError as error:
        return error
    return None


def refusal(**typed: str) -> InputError:
    with pytest.raises(InputError) as found:
        checked(**typed)
    return found.value


@given(st.sampled_from(TYPED), anything)
@example("received", "9999-12-31T23:59:59-23:59")
@example("received", "0001-01-01T00:00:00+14:00")
def test_whatever_is_typed_is_taken_or_refused_in_words_that_do_not_repeat_it(name: str, value: str) -> None:
    marked = f"{value}Quartermaine\x07{value}"  # control characters, so that the identifiers refuse it too
    for text in (value, marked):
        error = taken(partial(checked, **{name: text}))
        assert "Quartermaine" not in f"{error}{error!r}{vars(error) if error else ''}"
        assert error is None or error.__suppress_context__ or error.__context__ is None


@given(st.sampled_from(TYPED), anything)
def test_what_was_typed_of_a_person_is_in_no_repr(name: str, value: str) -> None:
    marked = replace(PLAIN, **{name: f"Quartermaine{value}"})

    assert ("Quartermaine" in repr(marked)) == (
        name not in {*IDENTIFIERS, "agent_email", "intake_key", "corrections", "send_to"}
    )
    assert ADA_EMAIL not in repr(checked())


@given(st.sampled_from(IDENTIFIERS), st.sampled_from(BREAKS), st.integers(1, 5))
def test_no_identifier_holds_a_break_or_a_control_character(name: str, char: str, place: int) -> None:
    typed = {"email": ADA_EMAIL, "phone": "+442079460101", "name": "Ada Osei", "account_id": "A-4711"}[name]

    assert f"{name}_malformed" == refusal(**{name: typed[:place] + char + typed[place:]}).reason


@given(st.sampled_from(IDENTIFIERS))
def test_no_identifier_is_longer_than_an_address_may_be(name: str) -> None:
    assert f"{name}_malformed" == refusal(**{name: "7" * (LONGEST + 1)}).reason
    assert f"{name}_malformed" == refusal(**{name: "7" * 1_000_000}).reason


@given(anything)
@example("ada@subject.example,x")
@example("ada@subject.example\x00")
@example("ada@subject\x7f.example")
@example("ada@subject.example>")
@example("ada@subject.example\n")
@example("ada@..example")
@example("ada@subject..example")
@example("Ada <ada@subject.example>")
@example("\u202eada@subject.example")
@example("ada@subject.\u200bexample")
@example("\ud800@subject.example")
def test_an_address_that_is_taken_is_one_plain_address(value: str) -> None:
    if error := taken(partial(check_email, value)):
        assert "email_malformed" == error.reason
        return
    local, _, domain = value.partition("@")
    assert local
    assert all(domain.split("."))
    assert "." in domain
    assert not set(value) & set(' <>"(),:;\\[]')
    assert not [c for c in value if unicodedata.category(c)[0] in "CZ"]
    assert "@" not in domain


@pytest.mark.parametrize(
    "value",
    [
        "ada@subject.example,x",
        "ada@subject.example\x7f",
        "ada@..example",
        "a\u200b@b.example",
        "a@b",
        "@b.example",
    ],
)
def test_an_address_that_is_several_or_hides_something_is_refused(value: str) -> None:
    with pytest.raises(InputError, match="one plain address"):
        check_email(value)


@pytest.mark.parametrize(
    "value",
    ["o'brien@hostile.example", "plus+tag@sub.domain.example", "ünï@bücher.example", "{{7}}@a.example"],
)
def test_an_unusual_address_is_still_an_address(value: str) -> None:
    assert (value,) == checked(email=f"  {value}\t").identity.of(IdentifierKind.EMAIL)


def test_a_name_alone_finds_the_wrong_person() -> None:
    assert "identifier_missing" == refusal(email=" ", name="Ada Osei").reason


@pytest.mark.parametrize("phone", ["n/a", "unknown", "-", "+", "²"])
def test_a_phone_without_a_digit_would_make_strangers_one_person(phone: str) -> None:
    assert "phone_malformed" == refusal(email="", phone=phone).reason


@given(st.sampled_from(["+44 20 7946 0101", "+44-20-79460101", " +442079460101 ", "+٤٤٢٠٧٩٤٦٠١٠١"]))
def test_a_person_is_recognised_however_their_number_is_written(phone: str) -> None:
    assert (IdentifierKind.PHONE, "+442079460101") == subject_key(checked(email="", phone=phone).identity)


def test_a_person_is_recognised_by_address_before_account_before_phone() -> None:
    every = {"email": "ADA@subject.EXAMPLE", "account_id": "A-1", "phone": "+442079460101"}

    assert (IdentifierKind.EMAIL, "ada@subject.example") == subject_key(checked(**every).identity)
    assert (IdentifierKind.ACCOUNT_ID, "A-1") == subject_key(checked(**{**every, "email": ""}).identity)


@pytest.mark.parametrize(
    ("name", "words"), [("right", Right), ("channel", Channel), ("requester", Requester)]
)
def test_a_word_we_do_not_know_is_answered_with_those_we_do(name: str, words: type[Right]) -> None:
    assert {str(word) for word in words} == set(refusal(**{name: "else"}).hint[14:].split(", "))
    for word in words:
        agent = {"agent_email": "ben@agency.example"} if word.value in {"agent", "parent"} else {}
        wished = {"corrections": "town = Leeds"} if word.value in {"rectification", "correct"} else {}
        typed = checked(**{name: f" {word.upper().replace('_', '-')} "}, **agent, **wished)
        assert word is getattr(typed, name)


@pytest.mark.parametrize(
    "owner", ["", "Ada", "ada osei", "1st", "a" * 41, "support\n", "désk", "a@b.example"]
)
def test_an_owner_is_a_handle(owner: str) -> None:
    assert "owner_malformed" == refusal(owner=owner).reason


@pytest.mark.parametrize("locale", ["", "en\n", "../de", "english and a name", "e", "de;DROP"])
def test_a_locale_is_refused_before_anything_is_sealed(locale: str) -> None:
    assert "locale_malformed" == refusal(locale=locale).reason


@pytest.mark.parametrize("locale", ["en", "de-AT", "pt_BR", "zh-Hant-TW"])
def test_a_locale_is_a_language_code(locale: str) -> None:
    assert locale == checked(locale=locale).locale


@pytest.mark.parametrize("right", Right)
def test_only_what_is_taken_along_is_sent_to_somebody_else(right: Right) -> None:
    wished = {"corrections": "town = Leeds"} if right in CORRECTING else {}
    typed = {"right": right.value, "send_to": "https://imports.meadow.example/in", **wished}
    if right is not Right.PORTABILITY:
        assert ("transfer_not_asked", "send_to") == (refusal(**typed).reason, refusal(**typed).field)
        return
    target = checked(**typed).target

    assert target
    assert "imports.meadow.example" == target.host
