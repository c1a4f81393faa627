"""Whatever a value holds, it stays a value: each language's own reader gets back what was put in."""

import json
import re
from collections.abc import Callable
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import _escape

BITING = st.text(alphabet=st.sampled_from("'\"\\%/.?#&=;\n\r\t\b\f{}()$ aé\u2028")) | st.text()
TEXTS = BITING.filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def backslashed(literal: str, quote: str) -> str:
    """Read a literal as such languages do; a quote inside that is not escaped would end it."""
    assert re.fullmatch(rf"{quote}(?:[^{quote}\\]|\\.)*{quote}", literal, re.DOTALL), literal
    return re.sub(r"\\(.)", lambda found: _NAMED.get(found[1], found[1]), literal[1:-1], flags=re.DOTALL)


def doubled(literal: str) -> str:
    assert re.fullmatch(r"'(?:[^']|'')*'", literal, re.DOTALL), literal
    return literal[1:-1].replace("''", "'")


READERS: dict[str, tuple[Callable[[str], str], Callable[[str], str]]] = {
    "soql": (_escape.soql, lambda literal: backslashed(literal, "'")),
    "stripe": (_escape.stripe_search, lambda literal: backslashed(literal, '"')),
    "mixpanel": (_escape.mixpanel, lambda literal: backslashed(literal, '"')),
    "odata": (_escape.odata, doubled),
    "matomo": (_escape.matomo, lambda text: unquote(unquote(text))),
}


@pytest.mark.parametrize("language", READERS)
@given(text=TEXTS)
def test_a_value_comes_back_as_it_went_in(language: str, text: str) -> None:
    write, read = READERS[language]

    assert read(write(text)) == text


@given(text=TEXTS)
def test_a_part_of_a_path_cannot_climb_nor_begin_a_query(text: str) -> None:
    address = httpx.URL("https://vendor.example").copy_with(raw_path=_escape.url("people", text).encode())

    assert address.host == "vendor.example"
    assert (address.query, address.fragment) == (b"", "")
    assert address.raw_path.count(b"/") == 2
    assert address.raw_path.rpartition(b"/")[2] not in {b"", b".", b".."}


@given(text=TEXTS)
def test_a_phrase_for_zendesk_holds_no_other_quote(text: str) -> None:
    assert re.fullmatch(r'"[^"\\]*"', _escape.zendesk(text), re.DOTALL)


@given(text=TEXTS)
def test_a_variable_never_stands_in_the_text_of_a_query(text: str) -> None:
    query = "query($email: String!) { customers(email: $email) { id } }"

    body = _escape.graphql(query, email=text)

    assert body["query"] == query
    assert json.loads(json.dumps(body))["variables"] == {"email": text}
