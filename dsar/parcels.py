"""Parcels: exported rows on their way from a connector to the bundle, a few megabytes at a time.

A parcel is compressed JSON lines: one header, then rows. The header says where to go on, so that an
interrupted export resumes from the last parcel in the vault; the cursor, which may be personal, is sealed
with the rows and never travels through a workflow.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from dsar.holdings import Page, Row
from dsar.ports import Vault

PARCEL_BYTES = 2 * 1024 * 1024  # of JSON, before compression: what a worker holds at most, besides a page
_FAST = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Where an export goes on: after `cursor` of `collection`. `done` means that nothing is left."""

    collection: str = ""
    cursor: str = field(default="", repr=False)
    done: bool = False
    number: int = 0
    rows: int = 0


def folder_of(system: str, generation: int) -> str:
    """Return where the parcels of one export are. A system that is exported anew gets a new folder."""
    return f"parcels/{system}/{generation:03d}/"


class Packer:
    """Packs pages of one system into parcels. Memory: one parcel and one page."""

    def __init__(self, vault: Vault, case_id: str, folder: str) -> None:
        self._vault, self._case_id, self._folder = vault, case_id, folder
        self._lines: list[str] = []
        self._size = 0
        self._at = Resume()

    @property
    def number(self) -> int:
        """How many parcels are in the vault."""
        return self._at.number

    def resume(self) -> Resume:
        """Return where the last parcel in the vault ended."""
        names = self._vault.names(self._case_id, self._folder)
        if names:
            header = _open(self._vault.get(self._case_id, names[-1]))[0]
            self._at = Resume(**json.loads(header))
        return self._at

    def add(self, collection: str, page: Page) -> bool:
        """Take a page. Returns True when it is time to `flush`."""
        for row in page.rows:
            line = json.dumps([collection, row], ensure_ascii=False, separators=(",", ":"))
            self._lines.append(line)
            self._size += len(line)
        rows = self._at.rows + len(page.rows)
        self._at = Resume(collection=collection, cursor=page.cursor, number=self._at.number, rows=rows)
        return self._size >= PARCEL_BYTES

    def flush(self, *, done: bool = False) -> Resume:
        """Seal what was taken since the last flush."""
        at = Resume(
            collection=self._at.collection,
            cursor=self._at.cursor,
            done=done,
            number=self._at.number + 1,
            rows=self._at.rows,
        )
        header = json.dumps(
            {
                "collection": at.collection,
                "cursor": at.cursor,
                "done": at.done,
                "number": at.number,
                "rows": at.rows,
            },
            ensure_ascii=False,  # as the rows: escaped, two halves of a character would come back as one
        )
        text = "\n".join((header, *self._lines))
        data = zlib.compress(text.encode("utf-8", "surrogatepass"), _FAST)
        self._vault.put(self._case_id, f"{self._folder}{at.number:06d}", data)
        self._lines, self._size, self._at = [], 0, at
        return at


def unpack(vault: Vault, case_id: str, folder: str) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield (collection, rows) in the order of export, one parcel in memory at a time."""
    for collection, pairs in groupby(_rows(vault, case_id, folder), key=itemgetter(0)):
        yield collection, (row for _, row in pairs)


def _rows(vault: Vault, case_id: str, folder: str) -> Iterator[tuple[str, Any]]:
    """The last parcel says so itself: one that is missing is an error, never a shorter answer."""
    number, last = 0, False
    while not last:
        number += 1
        header, *lines = _open(vault.get(case_id, f"{folder}{number:06d}"))
        last = json.loads(header)["done"]
        yield from map(json.loads, lines)


def _open(data: bytes) -> list[str]:
    return zlib.decompress(data).decode("utf-8", "surrogatepass").split("\n")
