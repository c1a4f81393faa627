"""What is another's is cut out whole, and everything else stays (Art. 15(4))."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.errors import InputError
from dsar.graphemes import widened
from dsar.holdings import Stored
from dsar.redaction import (
    REASONS,
    Cut,
    burned,
    checked,
    found,
    leaves,
    mark,
    marked_fields,
    path_of,
    spelled,
)
from dsar.redaction_words import explained

CODE = "15_4_others"
MARK = mark(CODE)
TEXTS = st.text(st.characters(exclude_categories=()), min_size=1)
SCAN = Stored(
    place="p", name="scan.pdf", media_type="", size=1, sha256="0", ending="pdf", true_type="x", archive=False
)


def cut(path: str, *spans: tuple[int, int], code: str = CODE) -> Cut:
    return Cut(path=path_of(path), code=code, spans=spans)


@given(TEXTS, st.data())
def test_no_letter_of_a_span_is_left_and_every_other_stays(text: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first + 1, len(text)))
    made = checked({"note": text}, ("note",), cut("note", (first, last)))
    [(begin, end)] = made.spans

    assert begin <= first < last <= end
    assert {"note": text[:begin] + MARK + text[end:]} == burned({"note": text}, [made])


@given(TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=5))
def test_overlapping_spans_hide_all_that_any_of_them_hides(
    text: str, given_spans: list[tuple[int, int]]
) -> None:
    text = text.replace("[", "(").ljust(41, "x")
    spans = [(min(s), max(s) + 1) for s in given_spans]
    kept = [c for at, c in enumerate(text) if not any(a <= at < b for a, b in spans)]
    told = burned({"note": text}, [cut("note", *spans)])["note"]

    assert "".join(kept) == told.replace(MARK, "")


@pytest.mark.parametrize(
    ("text", "span", "whole"),
    [
        ("ne\u0301e", (1, 2), (1, 3)),  # a mark on a letter
        ("a\ud83d\ude00b", (1, 2), (1, 3)),  # half of a pair
        ("\U0001f469\u200d\U0001f680!", (0, 1), (0, 3)),  # joined
        ("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", (1, 2), (0, 2)),  # flags
        ("\u1112\u1161\u11ab", (1, 2), (0, 3)),  # a syllable
        ("\U0001f44b\U0001f3fd", (0, 1), (0, 2)),  # a tone
        ("a\r\nb", (1, 2), (1, 3)),
        ("abc", (1, 2), (1, 2)),
    ],
)
def test_a_span_never_cuts_through_a_character(
    text: str, span: tuple[int, int], whole: tuple[int, int]
) -> None:
    assert whole == widened(text, *span)


@pytest.mark.parametrize("span", [(-1, 2), (0, 4), (2, 2), (3, 1), (9, 12)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(InputError) as refusal:
        checked({"note": "abc"}, ("note",), cut("note", span))
    assert "span_out_of_range" == refusal.value.reason


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (cut("id"), "field_unknown"),
        (cut("note/0"), "field_unknown"),
        (cut("talks/7/body"), "field_unknown"),
        (cut("talks", (0, 1)), "not_a_text"),
        (cut("scan", (0, 1)), "not_a_text"),
        (Cut(path=("note",), code=CODE, file=SCAN), "not_a_file"),
        (cut(""), "field_unknown"),
    ],
)
def test_a_cut_that_fits_nothing_is_refused(wanted: Cut, reason: str) -> None:
    row = {"id": 1, "note": "abc", "talks": [{"body": "x"}], "scan": SCAN}
    with pytest.raises(InputError) as refusal:
        checked(row, ("note", "talks", "scan"), wanted)
    assert reason == refusal.value.reason


def test_a_value_is_cut_at_any_depth_and_a_file_is_left_out_or_replaced() -> None:
    row: dict[str, Any] = {"id": 1, "talks": [{"body": "a", "by": "Eve"}, {"body": "b"}], "scan": SCAN}
    other = Cut(path=("scan",), code=CODE, file=SCAN)

    assert {**row, "talks": [{"body": "a", "by": MARK}, {"body": "b"}]} == burned(row, [cut("talks/0/by")])
    assert {**row, "talks": MARK} == burned(row, [cut("talks/0/by"), cut("talks")])
    assert {**row, "scan": MARK} == burned(row, [cut("scan")])
    assert row == burned(row, [other])
    assert row == burned(row, [])


@pytest.mark.parametrize("wanted", [cut("gone"), cut("talks/x"), cut("id", (0, 1))])
def test_a_record_that_a_cut_does_not_fit_never_leaves(wanted: Cut) -> None:
    with pytest.raises(InputError):
        burned({"id": 1, "talks": []}, [wanted])


def test_words_are_found_everywhere_however_they_are_capitalised() -> None:
    row = {"note": "Eve met eve.", "talks": [{"body": "EVE"}], "other": "Eve", "n": 1}
    cuts = found(row, ("note", "talks", "n"), "eve", CODE)

    assert {**row, "note": f"{MARK} met {MARK}.", "talks": [{"body": MARK}]} == burned(row, cuts)
    for words in ("", "Mallory"):
        with pytest.raises(InputError):
            found(row, ("note",), words, CODE)


def test_what_holds_nothing_is_no_item_and_a_number_only_if_it_is_named() -> None:
    row: dict[str, Any] = {"a": "", "b": None, "c": 7, "d": True, "e": "x", "f": [], "g": SCAN}

    assert ("e", "g") == marked_fields(("*",), row)
    assert ("c", "e") == marked_fields(("a", "c", "e"), row)
    assert () == marked_fields((), row)


@given(st.lists(st.text(), min_size=1))
def test_a_path_is_read_as_it_is_spelled(names: list[str]) -> None:
    assert tuple(names) == path_of(spelled(tuple(names)))
    assert spelled(tuple(names)).isprintable()


def test_a_name_that_would_act_on_a_terminal_is_spelled_with_numbers() -> None:
    assert "a~1b/~u1b~[2J~u202e~" == spelled(("a/b", "\x1b[2J\u202e"))


def test_every_value_has_a_path() -> None:
    assert [(("a", "0"), 1), (("b",), "x")] == list(leaves({"a": (1,), "b": "x"}))


@pytest.mark.parametrize("locale", ["en", "de", "de-AT", "fr"])
@pytest.mark.parametrize("code", REASONS)
def test_every_reason_is_told_in_the_language_of_the_answer(code: str, locale: str) -> None:
    told = explained(code, locale, 3, 2)

    assert code in told
    assert "3" in told
    assert ("unkenntlich" in told) is locale.startswith("de")


def test_a_whole_value_is_cut_as_it_was_asked_whatever_it_is() -> None:
    row = {"note": "abc", "talks": [{"body": "x"}], "scan": SCAN}
    wanted = [cut("note"), cut("talks"), cut("talks/0/body"), Cut(path=("scan",), code=CODE, file=SCAN)]

    assert wanted == [checked(row, ("note", "talks", "scan"), one) for one in wanted]
