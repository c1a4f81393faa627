"""One collection on its way into the archive: JSONL as it streams, CSV behind it, a few rows for the page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from bundle.attachments import Attachments, Filed, Reference
from bundle.members import Member, Shelf
from bundle.sheet import Note, Sheet, encoded
from bundle.spool import Spool
from bundle.values import encode, escaped, json_text, plain
from dsar.holdings import Collection, Row, Stored, ToldRow
from dsar.ports import Section

SHOWN_ROWS = 50
SHOWN_FIELDS = 40
SHOWN_CHARACTERS = 500
PART_ROWS = 1_000_000  # a spreadsheet shows 1,048,576 rows at most, and drops the rest unseen
PART_CHARACTERS = 512 * 1024 * 1024  # more than that, most editors refuse
_BATCH_ROWS = 500
_BATCH_CHARACTERS = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A value as the page shows it. `length` is that of the whole value, which stands in the file."""

    text: str = field(repr=False)
    length: int
    file: str = ""  # where the archive has it, if the value is a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of one collection that ordinary programs can still open: two files that say the same rows."""

    rows: int
    jsonl: Member
    csv: Member | None
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of one collection. Without rows there are no parts."""

    system: str
    vendor: str
    collection: Collection
    rows: int
    parts: tuple[Part, ...]
    files: tuple[Filed, ...]
    shown: tuple[dict[str, Shown], ...] = field(repr=False)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the rows that are shown, in their order."""
        return self.parts[0].fields if self.parts else ()


class Recorder:
    """Writes the rows of one collection. Holds a batch at most, never the rows."""

    def __init__(self, shelf: Shelf, progress: Callable[[int], None]) -> None:
        self._shelf = shelf
        self._progress = progress
        self.rows = 0

    def write(self, section: Section, name: str) -> Written:
        """Write `data/<name>.jsonl` and `.csv`, then `.2.jsonl`, …. An error of the source passes through."""
        path, rows, before = f"data/{name}", iter(section.rows), self.rows
        attached, shown, parts = Attachments(path), _Shown(), list[Part]()
        while part := self._part(_numbered(path, len(parts) + 1), rows, shown, attached):
            parts.append(part)
        self._progress(self.rows)
        files = attached.write(self._shelf, section.open_file, lambda: self._progress(self.rows))
        return Written(
            system=section.system,
            vendor=section.vendor,
            collection=section.collection,
            rows=self.rows - before,
            parts=tuple(parts),
            files=tuple(files),
            shown=tuple(shown.rows),
        )

    def _part(self, path: str, rows: Iterator[Row], shown: "_Shown", attached: Attachments) -> Part | None:
        """Write the next part; None if no row is left. The spool never holds more than one."""
        before = self.rows
        with Spool() as spool:
            sheet = Sheet(spool)
            jsonl = self._jsonl(_batches(rows, sheet, shown, attached), f"{path}.jsonl")
            table = self._csv(f"{path}.csv", sheet) if jsonl else None
        if jsonl is None:
            return None
        return Part(
            rows=self.rows - before,
            jsonl=jsonl,
            csv=table,
            fields=sheet.fields(),
            columns=sheet.columns(),
            notes=sheet.notes(),
        )

    def _jsonl(self, batches: Iterator[tuple[int, bytes]], path: str) -> Member | None:
        """Write the rows. The file is only opened when there is a first one."""
        first = next(batches, None)
        if first is None:
            return None
        with self._shelf.file(path) as member:
            for count, data in chain((first,), batches):
                member.write(data)
                self.rows += count
                self._progress(self.rows)
        return self._shelf.members[-1]

    def _csv(self, path: str, sheet: Sheet) -> Member | None:
        if not sheet.columns():
            return None
        with self._shelf.file(path) as member:
            for piece in sheet.pieces():
                member.write(piece)
                self._progress(self.rows)
        return self._shelf.members[-1]


def _numbered(path: str, number: int) -> str:
    return path if number == 1 else f"{path}.{number}"


class _Shown:
    """The first rows, cut to what a page can show."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Shown]] = []

    def offer(self, row: Row) -> None:
        names = islice(row, SHOWN_FIELDS)
        self.rows.append({str(name): _shown(row[name]) for name in names})


def _shown(value: object) -> Shown:
    if type(value) is Reference:
        return Shown(text=str(value["name"])[:SHOWN_CHARACTERS], length=1, file=str(value["file"]))
    text = value if isinstance(value, str) else "" if value is None else json_text(value)
    return Shown(text=text[:SHOWN_CHARACTERS], length=len(text))


def _batches(
    rows: Iterable[Row], sheet: Sheet, shown: _Shown, attached: Attachments
) -> Iterator[tuple[int, bytes]]:
    """Turn the rows of one part into pieces of JSONL, and show each to the sheet and the page."""
    lines: list[str] = []
    size = total = length = 0
    for given in rows:
        line, row = (given.text, given) if type(given) is ToldRow else _line(given, attached)
        lines.append(line)
        size += len(line)
        sheet.add(row)
        if len(shown.rows) < SHOWN_ROWS:
            shown.offer(row)
        if len(lines) == _BATCH_ROWS or size > _BATCH_CHARACTERS:
            sheet.flush()
            yield len(lines), _joined(lines)
            total, length = total + len(lines), length + size
            lines, size = [], 0
            if total >= PART_ROWS or length >= PART_CHARACTERS:
                return
    if lines:
        yield len(lines), _joined(lines)


def _joined(lines: list[str]) -> bytes:
    return encoded(escaped("\n".join(lines))) + b"\n"


def _line(row: Row, attached: Attachments) -> tuple[str, Row]:
    """Return a row as strict JSON, and the row as it was written."""
    try:
        if type(row) is dict:
            return encode(row), row
    except (TypeError, ValueError, RecursionError):
        pass  # the careful way
    safe = plain(row)
    if not isinstance(safe, dict):
        safe = {"value": safe}
    files = {name: attached.take(value) for name, value in _items(row) if type(value) is Stored}
    return json_text(safe | files), safe | files


def _items(row: object) -> Iterable[tuple[Any, Any]]:
    return row.items() if isinstance(row, Mapping) else ()
