"""Documents as JSON, keys there and back, paths: no server is needed to see them right."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from bson import Binary, Decimal128, Int64, ObjectId, Regex, Timestamp, decode, encode
from hypothesis import given
from hypothesis import strategies as st

from connectors._mongo_values import CODEC, beyond, key_from, key_text, links_at, only, row_of, typed, without
from dsar.errors import ContractError


def test_every_type_becomes_extended_json_and_loses_nothing() -> None:
    stored = {
        "_id": ObjectId("65f000000000000000000001"),
        "price": Decimal128("12.30"),
        "photo": b"\xff\x00",
        "device": Binary.from_uuid(UUID(int=7)),
        "at": datetime(2024, 5, 1, 12, tzinfo=UTC),
        "count": Int64(2**60),
        "nan": float("nan"),
        "seen": Timestamp(4, 2),
        "pattern": Regex("a.*", "i"),
        "a.b": {"$where": "1"},
        "list": [None, True, "Ünïcode"],
    }
    read = decode(encode(stored), CODEC)
    row = row_of(read)

    assert row["_id"] == {"$oid": "65f000000000000000000001"}
    assert row["price"] == {"$numberDecimal": "12.30"}
    assert row["photo"] == {"$binary": {"base64": "/wA=", "subType": "00"}}
    assert row["device"]["$binary"]["subType"] == "04"
    assert row["at"] == {"$date": "2024-05-01T12:00:00Z"}
    assert (row["count"], row["nan"]) == (2**60, {"$numberDouble": "NaN"})
    assert row["seen"] == {"$timestamp": {"t": 4, "i": 2}}
    assert row["pattern"] == {"$regularExpression": {"pattern": "a.*", "options": "i"}}
    assert (row["a.b"], row["list"]) == ({"$where": "1"}, [None, True, "Ünïcode"])
    json.dumps(row, allow_nan=False)


def test_a_date_that_python_cannot_hold_and_text_that_is_no_text_stop_nothing() -> None:
    spoilt = encode({"at": datetime(2024, 1, 1, tzinfo=UTC), "text": "aXb"})
    spoilt = spoilt.replace(b"aXb", b"a\xffb").replace(
        int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000).to_bytes(8, "little"), b"\xff" * 7 + b"\x7f"
    )

    read = decode(spoilt, CODEC)
    row = row_of(read)

    assert row == {"at": {"$date": {"$numberLong": str(2**63 - 1)}}, "text": "a\\xffb"}


KEYS = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.text(max_size=20),
    st.binary(min_size=12, max_size=12).map(ObjectId),
    st.uuids().map(Binary.from_uuid),
    st.binary(max_size=9),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, max_value=10**9, min_value=-(10**9)).map(
        lambda value: Decimal128(Decimal(value))
    ),
    st.dictionaries(st.text("ab$", max_size=3), st.integers(-9, 9), max_size=3),
)


@given(key=KEYS)
def test_a_key_comes_back_as_it_was(key: object) -> None:
    stored = decode(encode({"_id": key}), CODEC)["_id"]

    assert key_from("docs", key_text(stored)) == stored
    assert key_text(key_from("docs", key_text(stored))) == key_text(stored)


@pytest.mark.parametrize("text", ["", "{", '{"$oid": "x"}', '{"$date": []}'])
def test_a_spoilt_key_is_told(text: str) -> None:
    with pytest.raises(ContractError, match="cursor_unreadable"):
        key_from("docs", text)


def test_after_a_key_come_all_types_that_sort_later() -> None:
    asked = beyond("text")["$or"]

    assert asked[0] == {"_id": {"$gt": "text"}}
    assert {each["_id"]["$type"] for each in asked[1:]} >= {"objectId", "object", "date"}
    assert not {"number", "string"} & {each["_id"].get("$type") for each in asked}


def test_an_account_may_be_stored_in_four_ways() -> None:
    assert typed("7") == ["7", 7]
    assert ObjectId("65f000000000000000000001") in typed("65f000000000000000000001")
    assert Binary.from_uuid(UUID(int=7)) in typed(str(UUID(int=7)))
    assert typed("9" * 30) == ["9" * 30]


def test_paths_are_kept_or_left_out_in_arrays_too() -> None:
    stored = {"a": [{"b": 1, "c": 2}, {"b": 3}, 4], "d": {"e": 5}, "f": 6}

    assert without(stored, ["a.b", "d.e", "x.y", "f.g"]) == {"a": [{"c": 2}, {}, 4], "d": {}, "f": 6}
    assert only(stored, ["a.b", "d", "x.y", "f.g"]) == {
        "a": [{"b": 1}, {"b": 3}, None],
        "d": {"e": 5},
        "f": None,
    }


def test_an_empty_link_leads_to_nobody() -> None:
    assert [7, "a", 0, b"\0"] == links_at({"to": ["", b"", " ", 7, "a", None, True, 0, b"\0"]}, "to")
