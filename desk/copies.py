"""Copies as a person made them, read as pages: tables as records, short texts as texts, the rest as files.

What becomes a record goes through every gate that looks at fields: secrets are masked, spans are cut, cells
of the answer cannot become formulas. Nothing is guessed: a table that cannot be read is refused.
"""

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from dsar.arrivals import each_once
from dsar.errors import InputError
from dsar.holdings import Collection, File, Page, Row
from dsar.kinds import HEAD, TEXT, ending_of, kind_of
from dsar.person import Identity

LARGEST_TEXT = 1_000_000  # bytes: what a reviewer can read; a longer one stays a file
LARGEST_DOCUMENT = 50_000_000  # bytes of a JSON document, which is held whole
_ROWS = 500
_PIECE = 2**20
_DELIMITERS = ",;\t"
_UNREADABLE = (UnicodeDecodeError, csv.Error, ValueError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One file that a person copied out of a collection of a system, as its card names that."""

    collection: Collection
    path: Path = field(repr=False)


@dataclass(frozen=True, slots=True)
class Copies:
    """A source of pages like a connector. Its cursor counts the pages."""

    copies: Sequence[Copy]

    async def export(self, _identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        """Stream the copies of one collection, in their order.

        Raises:
            InputError: `copy_unreadable`, `copy_empty`.
        """
        pages = self._pages(collection)
        number = 0
        while rows := await asyncio.to_thread(next, pages, None):
            number += 1
            if number > int(cursor or 0):
                yield Page(rows=rows, cursor=str(number))

    def _pages(self, collection: str) -> Iterator[tuple[Row, ...]]:
        for copy in self.copies:
            if copy.collection.name == collection:
                rows = _rows(copy.path)
                first = tuple(islice(rows, _ROWS))
                if not first:
                    raise InputError("copy_empty", "nothing stands in this table: leave it out", field="file")
                yield first
                while more := tuple(islice(rows, _ROWS)):
                    yield more


def _rows(path: Path) -> Iterator[Row]:
    table = _TABLES.get(ending_of(path.name))
    if table is None:
        yield _whole(path)
        return
    try:
        yield from table(path)
    except _UNREADABLE:
        hint = (
            "a table is read as records: save it as CSV in UTF-8 with a name for each column, or as JSON "
            "with one object per record; to hand it in as a document, print it to PDF"
        )
        raise InputError("copy_unreadable", hint, field="file") from None


def _whole(path: Path) -> Row:
    """Return a short text as a text, in which words can be cut, and everything else as a file."""
    if path.stat().st_size <= LARGEST_TEXT:
        data = path.read_bytes()
        if kind_of(data[:HEAD], path.name) is TEXT:
            try:
                return {"name": path.name, "text": data.decode("utf-8-sig")}
            except UnicodeDecodeError:
                pass  # a file, then
    return {"file": File(name=path.name, chunks=_pieces(path))}


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as source:
        while piece := await asyncio.to_thread(source.read, _PIECE):
            yield piece


def _csv(path: Path) -> Iterator[Row]:
    csv.field_size_limit(LARGEST_DOCUMENT)  # by itself it refuses a cell of more than 131,072 characters
    with path.open(encoding="utf-8-sig", newline="") as source:
        head = source.readline()
        source.seek(0)
        lines = csv.DictReader(source, restval="", strict=True, delimiter=max(_DELIMITERS, key=head.count))
        names = list(lines.fieldnames or ())
        _demand(all(names) and len(set(names)) == len(names))
        for row in lines:
            # More cells than columns: something would be lost, or stand under another name.
            _demand(None not in row)
            yield row


def _lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig") as source:
        yield from (_object(_said(line)) for line in source if line.strip())


def _document(path: Path) -> Iterator[Row]:
    _demand(path.stat().st_size <= LARGEST_DOCUMENT)
    said = _said(path.read_text(encoding="utf-8-sig"))
    yield from map(_object, said if isinstance(said, list) else [said])


def _said(text: str) -> Any:  # noqa: ANN401  # whatever JSON says
    return json.loads(text, object_pairs_hook=each_once)


def _object(said: Any) -> Row:  # noqa: ANN401  # whatever JSON says
    _demand(isinstance(said, dict))
    row: Row = said
    return row


def _demand(fits: bool) -> None:  # noqa: FBT001  # it reads as a sentence
    if not fits:
        raise ValueError


_TABLES: Mapping[str, Callable[[Path], Iterator[Row]]] = {
    "csv": _csv,
    "json": _document,
    "jsonl": _lines,
    "ndjson": _lines,
}
