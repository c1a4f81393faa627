"""Parcels: every row comes out as it went in, wherever pages and parcels end and wherever a worker died."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.values import encode
from dsar.errors import OperatorError
from dsar.holdings import Page, ToldRow
from dsar.parcels import (
    PARCEL_BYTES,
    Packer,
    Resume,
    folder_by_hand,
    folder_of,
    read_waybill,
    unpack,
    write_waybill,
)
from tests.pretend_vault import MemoryVault

CASE = f"case_{'0' * 20}"
HARD = [
    "\n",
    "\r",
    "\r\n",
    "\u2028",
    "\u2029",
    "\x85",
    "\x0b",
    "\x1c",
    "\0",
    "\ud800",
    "\udcff",
    "\ud83d\ude00",
    '"',
    "😀",
]
texts = st.text(st.characters()) | st.lists(st.sampled_from(HARD)).map("".join)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
rows = st.dictionaries(texts, json_values, max_size=4)
pages = st.builds(Page, rows=st.lists(rows, max_size=4).map(tuple), cursor=texts)
exports = st.lists(st.tuples(pages, st.booleans()), max_size=8)


def vault() -> MemoryVault:
    found = MemoryVault()
    found.open_case(CASE)
    return found


def packer_of(found: MemoryVault, collection: str = "people", system: str = "crm") -> Packer:
    return Packer(found, CASE, folder_of(system, 1), collection)


def closed(found: MemoryVault, *packers: Packer, system: str = "crm") -> None:
    """All is packed: write it down."""
    write_waybill(found, CASE, folder_of(system, 1), [packer.whole for packer in packers])


def unpacked(found: MemoryVault, system: str = "crm") -> list[tuple[str, list[Any]]]:
    return [(collection, list(rows)) for collection, rows in unpack(found, CASE, folder_of(system, 1))]


def expected(taken: list[tuple[Page, bool]]) -> list[Any]:
    return [row for page, _ in taken for row in page.rows]


def spelled(found: list[Any]) -> str:
    """`repr` also tells 1 from 1.0 and True, and one order of keys from another."""
    return repr(found)


def whole(taken: list[tuple[Page, bool]]) -> list[Any]:
    return [("people", expected(taken))] if expected(taken) else []


@given(exports)
def test_every_row_comes_out_as_it_went_in(taken: list[tuple[Page, bool]]) -> None:
    found = vault()
    packer = packer_of(found)
    for page, full in taken:
        packer.add(page)
        if full:
            packer.flush()
    at = packer.flush(done=True)
    closed(found, packer)

    assert spelled(whole(taken)) == spelled(unpacked(found))
    assert sum(len(page.rows) for page, _ in taken) == at.rows
    assert 1 + sum(full for *_, full in taken) == at.number == packer.whole.parcels
    assert at.done


@given(st.lists(rows, max_size=4))
def test_a_row_that_brings_its_text_says_in_it_what_it_is(taken: list[dict[str, Any]]) -> None:
    found = vault()
    packer = packer_of(found)
    packer.add(Page(rows=tuple(taken), cursor=""))
    packer.flush(done=True)
    closed(found, packer)
    told = [row for _, rows in unpacked(found) for row in rows if type(row) is ToldRow]

    assert [row.text for row in told] == [encode(row) for row in taken if is_strict(row)]
    assert spelled([json.loads(row.text) for row in told]) == spelled(told)


def is_strict(row: dict[str, Any]) -> bool:
    """Whether strict JSON can say it: it has no name for what is no finite number."""
    try:
        return bool(encode(row))
    except ValueError:
        return False


@given(exports)
def test_an_interrupted_export_goes_on_exactly_where_its_last_parcel_ended(
    taken: list[tuple[Page, bool]],
) -> None:
    """After each parcel the worker dies: what was not sealed is lost, and is asked for again."""
    found = vault()
    packer = packer_of(found)
    for page, full in taken:
        packer.add(page)
        if full:
            at = packer.flush()
            packer.add(Page(rows=({"lost": True},), cursor="lost"))
            packer = packer_of(found)
            assert at == packer.resume()
            assert page.cursor == at.cursor
    packer.flush(done=True)
    closed(found, packer)

    assert spelled(whole(taken)) == spelled(unpacked(found))
    assert packer.resume().done


def test_what_was_never_begun_begins_at_the_beginning() -> None:
    assert Resume(collection="people") == packer_of(vault()).resume()


def test_collections_are_filled_side_by_side_and_come_out_in_the_order_of_the_waybill() -> None:
    found = vault()
    people, visits = packer_of(found), packer_of(found, "Visits: all")
    for number in (1, 2):
        for packer in (visits, people):
            packer.add(Page(rows=({"row": number},), cursor=str(number)))
            packer.flush(done=number == 2)
    closed(found, people, visits)

    assert [("people", [{"row": 1}, {"row": 2}]), ("Visits: all", [{"row": 1}, {"row": 2}])] == unpacked(
        found
    )


@given(st.integers(1, 3), st.integers(1, 3))
def test_a_parcel_that_is_missing_is_an_error_never_a_shorter_answer(number: int, gone: int) -> None:
    found = vault()
    packer = packer_of(found)
    for place in range(number):
        packer.add(Page(rows=({"row": place},), cursor=str(place)))
        packer.flush(done=place == number - 1)
    closed(found, packer)
    missing = min(gone, number)
    del found.objects[f"cases/{CASE}/{packer.folder}{missing:06d}"]

    with pytest.raises(OperatorError, match="object_missing"):
        unpacked(found)


def test_an_export_without_its_end_is_an_error_never_a_shorter_answer() -> None:
    found = vault()
    packer = packer_of(found)
    packer.add(Page(rows=({"row": 1},), cursor="1"))
    packer.flush()

    assert read_waybill(found, CASE, folder_of("crm", 1)) is None
    with pytest.raises(OperatorError, match="object_missing"):
        unpacked(found)


def test_a_system_whose_name_begins_like_anothers_is_not_mixed_up_with_it() -> None:
    found = vault()
    for system in ("crm", "crm2"):
        packer = packer_of(found, system=system)
        packer.add(Page(rows=({"system": system},), cursor="1"))
        packer.flush(done=True)
        closed(found, packer, system=system)
    packer_of(found, system="crm2").flush()

    assert 1 == packer_of(found).resume().number
    assert [("people", [{"system": "crm"}])] == unpacked(found)


def test_it_is_time_to_seal_when_a_parcel_is_full() -> None:
    packer = packer_of(vault())
    half = Page(rows=({"text": "x" * (PARCEL_BYTES // 2)},), cursor="1")

    assert not packer.add(half)
    assert packer.add(half)
    packer.flush()
    assert not packer.add(half)


@given(st.text("\n\r\u2028\x85", min_size=1))
def test_a_break_inside_a_row_breaks_no_parcel(breaks: str) -> None:
    """JSON escapes line feeds; the other breaks are no separators to us."""
    found = vault()
    packer = packer_of(found, breaks)
    packer.add(Page(rows=({breaks: breaks},), cursor=breaks))
    packer.flush(done=True)
    closed(found, packer)

    assert [(breaks, [{breaks: breaks}])] == unpacked(found)
    assert 2 == len(found.get(CASE, f"{packer.folder}000001").decode().split("\n"))


def test_neither_cursor_nor_rows_are_in_a_repr() -> None:
    at = Resume(collection="people", cursor="ada@subject.example")

    assert "ada" not in repr(at) + repr(Page(rows=({"name": "ada"},), cursor="ada"))


def test_a_page_without_rows_is_a_place_that_is_sealed_at_once() -> None:
    """A vendor was asked for an export that takes days: its job's handle must outlive this worker."""
    found = vault()
    packer = packer_of(found, "events")

    assert packer.add(Page(rows=(), cursor="job-1"))
    packer.flush()

    assert packer_of(found, "events").resume().cursor == "job-1"
    assert not packer.add(Page(rows=({"n": 1},), cursor="job-1 at 1"))


def test_what_was_handed_in_lies_apart_from_what_was_exported() -> None:
    assert folder_by_hand("crm", "001-ab") != folder_by_hand("crm", "002-ab")
    assert not folder_by_hand("crm", "001").startswith(folder_of("crm", 1))
