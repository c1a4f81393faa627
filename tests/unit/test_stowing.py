"""Files of records on their way into the vault: streamed, sealed, named outside the row, resumed."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.stowing import Stower
from dsar.errors import TemporaryError
from dsar.holdings import File, Page, Stored
from dsar.parcels import Packer, folder_of, unpack, write_waybill
from tests.pretend_vault import MemoryVault
from tests.unit.test_parcels import CASE, rows

FOLDER = folder_of("crm", 1)
ADA = b"ada.osei@subject.example"


def vault() -> MemoryVault:
    found = MemoryVault()
    found.open_case(CASE)
    return found


async def _chunks(*pieces: bytes, trouble: Exception | None = None) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    if trouble:
        raise trouble


def scan(*pieces: bytes, name: str = "scan.pdf", trouble: Exception | None = None) -> File:
    return File(name=name, chunks=_chunks(*pieces, trouble=trouble), media_type="text/html")


async def stowed(found: MemoryVault, page: Page, number: int = 0) -> Page:
    return await Stower(found, CASE, FOLDER, number).stowed(page)


@given(pieces=st.lists(st.binary(max_size=50), max_size=4), row=rows)
async def test_a_file_lies_sealed_in_the_vault_and_its_row_says_where(
    pieces: list[bytes], row: dict[str, Any]
) -> None:
    found = vault()
    packer = Packer(found, CASE, FOLDER, "mails")
    page = Page(rows=({**row, "first": scan(*pieces), "second": scan(ADA, name="a.txt")},), cursor="1")
    packer.add(await stowed(found, page))
    at = packer.flush(done=True)
    write_waybill(found, CASE, FOLDER, [packer.whole])
    [(_, out)] = [(collection, list(out)) for collection, out in unpack(found, CASE, FOLDER)]
    first, second = out[0]["first"], out[0]["second"]

    assert at.files == 2
    assert list(out[0]) == list(page.rows[0])
    assert {name: out[0][name] for name in row if name not in {"first", "second"}} == {
        name: value for name, value in row.items() if name not in {"first", "second"}
    }
    assert found.get(CASE, first.place) == b"".join(pieces)
    assert (first.size, first.sha256) == (
        len(b"".join(pieces)),
        hashlib.sha256(b"".join(pieces)).hexdigest(),
    )
    assert (second.name, second.ending, second.media_type) == ("a.txt", "txt", "text/html")
    assert not any(ADA in data for data in found.objects.values())
    assert "scan.pdf" not in repr(first)


async def test_a_page_without_files_is_left_as_it_is() -> None:
    page = Page(rows=({"a": 1},), cursor="")

    assert await stowed(vault(), page) is page


async def test_a_stream_that_breaks_leaves_nothing_in_the_vault_and_its_error_passes_through() -> None:
    found = vault()
    page = Page(rows=({"scan": scan(ADA, trouble=TemporaryError("crm", "gone_away"))},), cursor="1")

    with pytest.raises(TemporaryError):
        await stowed(found, page)
    assert found.objects == {}


async def test_after_a_crash_files_go_on_behind_those_whose_rows_were_packed() -> None:
    found = vault()
    packer = Packer(found, CASE, FOLDER, "mails")
    packer.add(await stowed(found, Page(rows=({"scan": scan(b"one")},), cursor="1")))
    packer.flush()
    await stowed(found, Page(rows=({"scan": scan(b"lost")},), cursor="2"), number=1)
    again = Packer(found, CASE, FOLDER, "mails")
    at = again.resume()
    again.add(await stowed(found, Page(rows=({"scan": scan(b"two")},), cursor="2"), at.files))
    again.flush(done=True)
    write_waybill(found, CASE, FOLDER, [again.whole])
    files = [row["scan"] for _, out in unpack(found, CASE, FOLDER) for row in out]

    assert [found.get(CASE, file.place) for file in files] == [b"one", b"two"]
    assert len(found.names(CASE, "parcels/crm/001.files/")) == 2


@given(row=rows)
def test_what_looks_like_a_file_in_a_row_stays_a_plain_value(row: dict[str, Any]) -> None:
    found = vault()
    fake = {"place": "parcels/crm/001.files/000001", "name": "x", "size": 1}
    packer = Packer(found, CASE, FOLDER, "mails")
    packer.add(Page(rows=({**row, "scan": fake},), cursor="1"))
    packer.flush(done=True)
    write_waybill(found, CASE, FOLDER, [packer.whole])
    [out] = [row for _, out in unpack(found, CASE, FOLDER) for row in out]

    assert out["scan"] == fake
    assert not any(type(value) is Stored for value in out.values())
