"""What arrives from other programs is read critically; what is refused is named and never repeated."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.arrivals import MOST, arrival
from dsar.errors import InputError
from dsar.intake import NewRequest
from tests.arrived import ASKED, body, event
from tests.people import ADA_EMAIL

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


def refusal(sent: bytes) -> InputError:
    with pytest.raises(InputError) as refused:
        arrival(sent)
    return refused.value


def test_an_event_is_a_request_and_known_by_source_and_id() -> None:
    came = arrival(body(time="2026-11-26T12:00:00Z", extension="x"))

    assert "/forms/privacy e-1" == came.event
    assert NewRequest(**ASKED) == came.request
    assert ADA_EMAIL not in repr(came)


def test_the_same_request_in_another_spelling_says_the_same() -> None:
    other = json.dumps(event(data=dict(reversed(ASKED.items()))), indent=2).encode()

    assert arrival(body()).content == arrival(other).content


@pytest.mark.parametrize(
    ("sent", "reason", "field"),
    [
        (b"x" * (MOST + 1), "event_too_large", "body"),
        (b"", "event_malformed", "body"),
        (b"\xff\xfe", "event_malformed", "body"),
        (b"[" * 60_000, "event_malformed", "body"),
        (b"[]", "event_malformed", "body"),
        (b'{"id": "a", "id": "b"}', "event_malformed", "body"),
        (body(specversion="0.3"), "event_malformed", "specversion"),
        (body(id=""), "event_malformed", "id"),
        (body(id=7), "event_malformed", "id"),
        (body(id="x" * 1001), "event_malformed", "id"),
        (body(source=None), "event_malformed", "source"),
        (body(type="dsar.case.closed"), "event_type_unknown", "type"),
        (body(data=[]), "event_malformed", "data"),
        (body(data={**ASKED, "intake_key": "x"}), "field_unknown", "data"),
        (body(data={**ASKED, ADA_EMAIL: "x"}), "field_unknown", "data"),
        (body(data={**ASKED, "email": 7}), "field_malformed", "data.email"),
        (body(data={**ASKED, "name": ADA_EMAIL * 100}), "field_malformed", "data.name"),
        (body(data={"right": "access"}), "field_malformed", "data.regime"),
    ],
)
def test_what_is_no_request_is_named_by_its_place(sent: bytes, reason: str, field: str) -> None:
    refused = refusal(sent)

    assert (reason, field) == (refused.reason, refused.field)
    assert ADA_EMAIL not in f"{refused!r} {refused}"


@given(ANYTHING | st.fixed_dictionaries(dict.fromkeys(event(), ANYTHING)))
def test_no_event_whatever_does_anything_but_pass_or_be_refused(sent: Any) -> None:
    with suppress(InputError):
        assert arrival(json.dumps(sent).encode()).event


@given(st.binary(max_size=200))
def test_no_bytes_whatever_do_anything_but_be_refused(sent: bytes) -> None:
    assert refusal(sent).hint
