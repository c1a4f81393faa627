"""Parcels: every row comes out as it went in, wherever pages and parcels end and wherever a worker died."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar import parcels
from dsar.errors import OperatorError
from dsar.holdings import Page
from dsar.parcels import PARCEL_BYTES, Packer, Resume, folder_of, unpack
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
exports = st.lists(st.tuples(st.sampled_from(["people", "visits"]), pages, st.booleans()), max_size=8)


def vault() -> MemoryVault:
    found = MemoryVault()
    found.open_case(CASE)
    return found


def unpacked(found: MemoryVault, system: str = "crm") -> list[tuple[str, list[Any]]]:
    return [(collection, list(rows)) for collection, rows in unpack(found, CASE, folder_of(system, 1))]


def expected(taken: list[tuple[str, Page, bool]]) -> list[tuple[str, list[Any]]]:
    found: list[tuple[str, list[Any]]] = []
    for collection, page, _ in taken:
        if page.rows and (not found or found[-1][0] != collection):
            found.append((collection, []))
        if page.rows:
            found[-1][1].extend(page.rows)
    return found


def spelled(found: list[tuple[str, list[Any]]]) -> str:
    """`repr` also tells 1 from 1.0 and True, and one order of keys from another."""
    return repr(found)


@given(exports)
def test_every_row_comes_out_as_it_went_in(taken: list[tuple[str, Page, bool]]) -> None:
    found = vault()
    packer = Packer(found, CASE, folder_of("crm", 1))
    for collection, page, full in taken:
        packer.add(collection, page)
        if full:
            packer.flush()
    at = packer.flush(done=True)

    assert spelled(expected(taken)) == spelled(unpacked(found))
    assert sum(len(page.rows) for _, page, _ in taken) == at.rows
    assert 1 + sum(full for *_, full in taken) == at.number == packer.number
    assert at.done


@given(exports)
def test_an_interrupted_export_goes_on_exactly_where_its_last_parcel_ended(
    taken: list[tuple[str, Page, bool]],
) -> None:
    """After each parcel the worker dies: what was not sealed is lost, and is asked for again."""
    found = vault()
    sealed: list[tuple[str, Page, bool]] = []
    packer = Packer(found, CASE, folder_of("crm", 1))
    for collection, page, full in taken:
        packer.add(collection, page)
        sealed.append((collection, page, full))
        if full:
            at = packer.flush()
            packer.add("visits", Page(rows=({"lost": True},), cursor="lost"))
            packer = Packer(found, CASE, folder_of("crm", 1))
            assert at == packer.resume()
            assert (collection, page.cursor) == (at.collection, at.cursor)
    packer.flush(done=True)

    assert spelled(expected(sealed)) == spelled(unpacked(found))
    assert packer.resume().done


def test_what_was_never_begun_begins_at_the_beginning() -> None:
    assert Resume() == Packer(vault(), CASE, folder_of("crm", 1)).resume()


@given(st.integers(1, 3), st.integers(1, 3))
def test_a_parcel_that_is_missing_is_an_error_never_a_shorter_answer(number: int, gone: int) -> None:
    found = vault()
    packer = Packer(found, CASE, folder_of("crm", 1))
    for place in range(number):
        packer.add("people", Page(rows=({"row": place},), cursor=str(place)))
        packer.flush(done=place == number - 1)
    missing = min(gone, number)
    del found.objects[f"cases/{CASE}/{folder_of('crm', 1)}{missing:06d}"]

    with pytest.raises(OperatorError, match="object_missing"):
        unpacked(found)


def test_an_export_without_its_end_is_an_error_never_a_shorter_answer() -> None:
    found = vault()
    packer = Packer(found, CASE, folder_of("crm", 1))
    packer.add("people", Page(rows=({"row": 1},), cursor="1"))
    packer.flush()

    with pytest.raises(OperatorError, match="object_missing"):
        unpacked(found)


def test_a_system_whose_name_begins_like_anothers_is_not_mixed_up_with_it() -> None:
    found = vault()
    for system in ("crm", "crm2"):
        packer = Packer(found, CASE, folder_of(system, 1))
        packer.add("people", Page(rows=({"system": system},), cursor="1"))
        packer.flush(done=True)
    Packer(found, CASE, folder_of("crm2", 1)).flush()

    assert 1 == Packer(found, CASE, folder_of("crm", 1)).resume().number
    assert [("people", [{"system": "crm"}])] == unpacked(found)


def test_it_is_time_to_seal_when_a_parcel_is_full() -> None:
    packer = Packer(vault(), CASE, folder_of("crm", 1))
    half = Page(rows=({"text": "x" * (PARCEL_BYTES // 2)},), cursor="1")

    assert not packer.add("people", half)
    assert packer.add("people", half)
    packer.flush()
    assert not packer.add("people", half)


@given(st.text("\n\r\u2028\x85", min_size=1))
def test_a_break_inside_a_row_breaks_no_parcel(breaks: str) -> None:
    """JSON escapes line feeds; the other breaks are no separators to us."""
    found = vault()
    packer = Packer(found, CASE, folder_of("crm", 1))
    packer.add(breaks, Page(rows=({breaks: breaks},), cursor=breaks))
    packer.flush(done=True)

    assert [(breaks, [{breaks: breaks}])] == unpacked(found)
    assert 2 == len(parcels._open(found.get(CASE, f"{folder_of('crm', 1)}000001")))


def test_neither_cursor_nor_rows_are_in_a_repr() -> None:
    at = Resume(collection="people", cursor="ada@subject.example")

    assert "ada" not in repr(at) + repr(Page(rows=({"name": "ada"},), cursor="ada"))
