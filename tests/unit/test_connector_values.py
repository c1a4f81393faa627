"""What a database gives becomes JSON that says the same, and a key comes back as it was."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._values import key_from, key_text, plain
from dsar.errors import ContractError

parts = st.one_of(
    st.integers(),
    st.text(),
    st.uuids(),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(UTC)),
    st.decimals(allow_nan=False),
    st.binary(),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    st.one_of(
        parts,
        st.none(),
        st.booleans(),
        st.floats(),
        st.times(),
        st.timedeltas(),
        st.frozensets(st.integers()),
    ),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.lists(parts, min_size=1, max_size=4).map(tuple))
def test_a_key_comes_back_with_its_types(key: tuple[object, ...]) -> None:
    again = key_from("shop", key_text(key), width=len(key))

    assert again == key
    assert [*map(type, again)] == [*map(type, key)]


@given(values)
def test_every_value_becomes_json(value: object) -> None:
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == plain(value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, None),
        (True, True),
        (Decimal("12.30"), "12.30"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=UTC), "2024-02-29T01:02:03.000004+00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (timedelta(hours=1), "1:00:00"),
        (ip_address("192.0.2.1"), "192.0.2.1"),
        (float("nan"), "nan"),
        (memoryview(b"\xff\x00"), {"base64": "/wA=", "note": "2 bytes that are not text"}),
    ],
)
def test_values_are_spelled_so_that_nothing_is_lost(value: object, said: object) -> None:
    assert plain(value) == said


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "null",
        "[]",
        "[1,2]",
        "{",
        '[{"uuid":"x"}]',
        '[{"code":"1"}]',
        '[{"a":1,"b":2}]',
        "7",
        '[{"decimal":"x"}]',
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(ContractError, match="cursor_unreadable"):
        key_from("shop", cursor, width=1)
