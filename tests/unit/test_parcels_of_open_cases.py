"""Parcels were compressed once: an export that was begun so goes on, and its rows come out."""

import zlib

from dsar.holdings import Page
from tests.unit.test_parcels import CASE, closed, packer_of, unpacked, vault


def test_an_export_that_was_begun_with_compressed_parcels_is_ended_with_plain_ones() -> None:
    found = vault()
    before = packer_of(found)
    before.add(Page(rows=({"row": 1},), cursor="1"))
    before.flush()
    [name] = found.names(CASE, before.folder)
    found.put(CASE, name, zlib.compress(found.get(CASE, name), 1))

    after = packer_of(found)
    assert "1" == after.resume().cursor
    after.add(Page(rows=({"row": 2},), cursor="2"))
    after.flush(done=True)
    closed(found, after)

    assert [("people", [{"row": 1}, {"row": 2}])] == unpacked(found)
    assert found.get(CASE, f"{after.folder}000002").startswith(b"{")
