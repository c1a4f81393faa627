"""The CSV of one collection: RFC 4180, every column that any row has, no cell that can become a formula."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bundle.cells import GAPS, LONGEST, SIGNS, TRICKS, cell
from bundle.spool import Spool
from bundle.values import json_text, plain
from dsar.holdings import Row

# Beyond this many columns a table is no table; the rest of a row's fields share one column as JSON text.
MOST_COLUMNS = 400
REST = "_more"
BOM = "\ufeff".encode()  # without it Excel reads UTF-8 as the local code page and spoils every umlaut

# Cells hold no NUL (`cell`), so it ends a row and nothing else. It is replaced on the way out by the
# empty cells that the row lacks, because later rows brought new columns, and the line end.
_ROW_END, _LINE_END = "\x00", b"\r\n"
# Most cells: nothing to quote or to fear.
_AS_IT_IS = re.compile(
    rf'[^{re.escape(SIGNS)}{GAPS},"{TRICKS}][^;\t\r\n,"{TRICKS}]{{0,{LONGEST - 1}}}\Z'
).match
_NUMBERS = frozenset({int, float})
_EMPTY = '""'  # a lone empty cell; a blank line would be no row at all
_QUOTES = re.compile(r'[,"\r\n]').search
_WIDTH_BYTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """That `cells` values of a column were changed for the CSV; `code` is explained in notes.json."""

    column: str
    code: str
    cells: int


class Sheet:
    """Takes rows, then gives the CSV. Rows wait in the spool in lines already made, so memory stays flat."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._columns: dict[str, None] = {}
        self._known: tuple[str, ...] = ()
        self._overflow = False
        self._lines: list[str] = []
        self._changed = False
        self._notes: Counter[tuple[str, str]] = Counter()

    def add(self, row: Row) -> None:
        """Add one row, whose values are JSON values."""
        if tuple(row) != self._known:
            row = self._arranged(row)
        # Written by hand because it is the hottest line of an export: csv.writer takes twice the time.
        cells = [
            v if type(v) is str and _AS_IT_IS(v) else repr(v) if type(v) is int else self._cell(v)
            for v in row.values()
        ]
        if self._changed:
            self._note(row)
        self._lines.append(",".join(cells) or _EMPTY)

    def flush(self) -> None:
        """Put the lines made so far into the spool: they all have the width of this moment or less."""
        if self._lines:
            width = max(len(self._known), 1).to_bytes(_WIDTH_BYTES, "big")
            self._spool.put(width + encoded(_ROW_END.join((*self._lines, ""))))
            self._lines.clear()

    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields as the data have them, in the order of the columns."""
        return tuple(self._columns)

    def columns(self) -> tuple[str, ...]:
        """Return the labels of the header: unique, not empty, harmless."""
        labels: dict[str, None] = {}
        for name in self._known:
            wanted = label = cell(name)[0].strip() or "unnamed"
            number = 1
            while label in labels:
                number += 1
                label = f"{wanted}-{number}"
            labels[label] = None
        return tuple(labels)

    def pieces(self) -> Iterator[bytes]:
        """Give the file, header first. Nothing, if no row had a field."""
        self.flush()
        if not self._known:
            return
        yield BOM + encoded(",".join(map(_quoted, self.columns()))) + _LINE_END
        row_end = _ROW_END.encode()
        for frame in self._spool.frames():
            missing = len(self._known) - int.from_bytes(frame[:_WIDTH_BYTES], "big")
            yield frame[_WIDTH_BYTES:].replace(row_end, b"," * missing + _LINE_END)

    def notes(self) -> tuple[Note, ...]:
        """Say which columns hold cells that differ from the data."""
        return tuple(Note(column=c, code=k, cells=n) for (c, k), n in sorted(self._notes.items()))

    def _arranged(self, row: Row) -> dict[str, object]:
        """Return the row in the order of the columns, which grow by what it brings."""
        if any(type(name) is not str for name in row):
            row = plain(row)
        new = [name for name in row if name not in self._columns]
        if new:
            self._grow(new)
        cells = {name: row.get(name) for name in self._known}
        if self._overflow:
            rest = {name: value for name, value in row.items() if name not in self._columns}
            cells[self._known[-1]] = rest or None
        return cells

    def _grow(self, new: list[str]) -> None:
        if self._overflow:
            return
        self.flush()
        room = MOST_COLUMNS - len(self._columns)
        self._columns.update(dict.fromkeys(new[:room]))
        self._overflow = len(new) > room
        self._known = (*self._columns, _free(REST, self._columns)) if self._overflow else tuple(self._columns)

    def _cell(self, value: object) -> str:
        if value is None:
            return ""
        if type(value) in _NUMBERS:
            return repr(value)  # a number can start nothing
        safe, codes = cell(_text(value))
        if codes:
            self._changed = True
        return _quoted(safe)

    def _note(self, row: Row) -> None:
        self._changed = False
        for column, value in row.items():
            if value is not None and type(value) not in _NUMBERS:
                self._notes.update((column, code) for code in cell(_text(value))[1])


def _quoted(text: str) -> str:
    """Quote as RFC 4180 says."""
    return '"{}"'.format(text.replace('"', '""')) if _QUOTES(text) else text


def encoded(text: str) -> bytes:
    r"""Return UTF-8. A lone surrogate, which it cannot hold, becomes `\udxxx`: in JSON its exact escape."""
    return text.encode("utf-8", "backslashreplace")


def _free(wanted: str, taken: Mapping[str, object]) -> str:
    while wanted in taken:
        wanted = f"_{wanted}"
    return wanted


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    said = plain(value)
    return said if isinstance(said, str) else json_text(said)
