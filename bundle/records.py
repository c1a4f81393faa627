"""One collection on its way into the archive: JSONL as it streams, CSV behind it, a few rows for the page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from bundle.members import Member, Shelf
from bundle.sheet import Note, Sheet, encoded
from bundle.spool import Spool
from bundle.values import encode, json_text, plain
from dsar.holdings import Collection, Row
from dsar.ports import Section

SHOWN_ROWS = 50
SHOWN_FIELDS = 40
SHOWN_CHARACTERS = 500
_BATCH_ROWS = 500
_BATCH_CHARACTERS = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A value as the page shows it. `length` is that of the whole value, which stands in the file."""

    text: str = field(repr=False)
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of one collection. Without rows there are no files."""

    system: str
    vendor: str
    collection: Collection
    path: str  # without its ending
    rows: int
    jsonl: Member | None
    csv: Member | None
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    notes: tuple[Note, ...]
    shown: tuple[dict[str, Shown], ...] = field(repr=False)


class Recorder:
    """Writes the rows of one collection. Holds a batch at most, never the rows."""

    def __init__(self, shelf: Shelf, progress: Callable[[int], None]) -> None:
        self._shelf = shelf
        self._progress = progress
        self.rows = 0

    def write(self, section: Section, name: str) -> Written:
        """Write `data/<name>.jsonl` and `.csv`. An error of the source passes through."""
        path = f"data/{name}"
        with Spool() as spool:
            sheet, shown, before = Sheet(spool), _Shown(), self.rows
            jsonl = self._jsonl(section.rows, f"{path}.jsonl", sheet, shown)
            table = self._csv(f"{path}.csv", sheet)
        return Written(
            system=section.system,
            vendor=section.vendor,
            collection=section.collection,
            path=path,
            rows=self.rows - before,
            jsonl=jsonl,
            csv=table,
            fields=sheet.fields(),
            columns=sheet.columns(),
            notes=sheet.notes(),
            shown=tuple(shown.rows),
        )

    def _jsonl(self, rows: Iterable[Row], path: str, sheet: Sheet, shown: "_Shown") -> Member | None:
        """Write the rows. The file is only opened when there is a first one."""
        batches = _batches(rows, sheet, shown)
        first = next(batches, None)
        if first is None:
            self._progress(self.rows)
            return None
        with self._shelf.file(path) as member:
            count, data = first
            while data:
                member.write(data)
                self.rows += count
                self._progress(self.rows)
                count, data = next(batches, (0, b""))
        return self._shelf.members[-1]

    def _csv(self, path: str, sheet: Sheet) -> Member | None:
        if not sheet.columns():
            return None
        with self._shelf.file(path) as member:
            for piece in sheet.pieces():
                member.write(piece)
        return self._shelf.members[-1]


class _Shown:
    """The first rows, cut to what a page can show."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Shown]] = []

    def offer(self, row: Row) -> None:
        if len(self.rows) < SHOWN_ROWS:
            names = islice(row, SHOWN_FIELDS)
            self.rows.append({str(name): _shown(row[name]) for name in names})


def _shown(value: object) -> Shown:
    text = value if isinstance(value, str) else "" if value is None else json_text(value)
    return Shown(text=text[:SHOWN_CHARACTERS], length=len(text))


def _batches(rows: Iterable[Row], sheet: Sheet, shown: _Shown) -> Iterator[tuple[int, bytes]]:
    """Turn rows into pieces of JSONL of a bounded size, and show each to the sheet and the page."""
    lines: list[str] = []
    size = 0
    for given in rows:
        line, row = _line(given)
        lines.append(line)
        size += len(line)
        sheet.add(row)
        shown.offer(row)
        if len(lines) == _BATCH_ROWS or size > _BATCH_CHARACTERS:
            sheet.flush()
            yield len(lines), encoded("\n".join(lines)) + b"\n"
            lines, size = [], 0
    if lines:
        yield len(lines), encoded("\n".join(lines)) + b"\n"


def _line(row: Row) -> tuple[str, Row]:
    """Return a row as strict JSON, and the row as it was written."""
    try:
        if type(row) is dict:
            return encode(row), row
    except (TypeError, ValueError, RecursionError):
        pass  # the careful way
    safe = plain(row)
    if not isinstance(safe, dict):
        safe = {"value": safe}
    return json_text(safe), safe
