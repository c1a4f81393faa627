"""Due dates for staff: one at a time, or a whole spreadsheet. Pure functions behind `starter.py due`."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TextIO

from dsar.clock import Answer, Asked, reckon
from dsar.clock_events import OPENINGS, Event, EventKind
from dsar.clock_json import day_or_instant, event_from
from dsar.errors import InputError
from dsar.ports import Calendars
from dsar.regimes import regime_at

COLUMNS = ("id", "jurisdiction", "received", "events", "kind")
LONGEST_EVENTS = 100_000  # characters; a case has dozens of events, not thousands
_SAME_TEXT = 4096  # spreadsheets repeat the same few event lists


@dataclass(frozen=True, slots=True)
class Question:
    """What staff type. `received` is a local day or an instant with its offset; `events` is a JSON list."""

    jurisdiction: str
    received: str
    events: str
    kind: str = Asked.FIRST


@dataclass(frozen=True, slots=True)
class Due:
    """`due` is an ISO date, `PAUSED` or `NOT_STARTED`; `explanation` is one sentence a line."""

    due: str
    state: str
    explanation: tuple[str, ...]


def due(question: Question, calendars: Calendars) -> Due:
    """Compute one due date.

    Raises:
        InputError: something typed cannot be taken, or this law gives no such date; its hint says what to do.
    """
    found = _answer(question, calendars)
    return Due(_word(found), found.state, tuple(str(line) for line in found.explanation))


def recompute(source: TextIO, target: TextIO, errors: TextIO, calendars: Calendars) -> int:
    """Read a spreadsheet with the columns `COLUMNS` (others are passed over), row by row, and write
    `id,due,state` for each. Returns how many rows were bad: those have an empty date and the state
    `error` in `target`, and a line with their line number and the reason in `errors`.

    Raises:
        InputError: `columns_missing`.
    """
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(("id", "due", "state"))
    bad = 0
    for line, name, cells in _rows(source):
        try:
            found = _answer(_question(cells), calendars)
        except InputError as error:
            bad += 1
            errors.write(f"line {line}: {error}\n")
            writer.writerow((name, "", "error"))
        else:
            writer.writerow((name, _word(found), found.state))
    return bad


def _answer(question: Question, calendars: Calendars) -> Answer:
    on, at = day_or_instant(question.received, "received")
    receipt = Event(kind=EventKind.REQUEST, on=on, at=at)
    events = [_dated(event, receipt) for event in _events(question.events)]
    opened = next((event for event in events if event.kind in OPENINGS), receipt)
    reckoning = reckon(regime_at(question.jurisdiction, opened), events, calendars)
    found = reckoning.answer(_asked(question.kind))
    if found is None:
        raise InputError("no_ack_period", "this law sets no day for an acknowledgement", field="kind")
    if found.on is None and found.missing is None:
        more = "; the day of its acknowledgement: ask for kind ack" if reckoning.ack else ""
        hint = f"this law names no number of days; answer without undue delay{more}"
        raise InputError("no_fixed_period", hint)
    return found


def _dated(event: Event, receipt: Event) -> Event:
    if event.kind not in OPENINGS or event.on or event.at:
        return event
    return replace(event, on=receipt.on, at=receipt.at)


@lru_cache(maxsize=_SAME_TEXT)
def _events(text: str) -> Sequence[Event]:
    hint = 'write a JSON list such as [{"type": "request", "right": "access"}]'
    if len(text) > LONGEST_EVENTS:
        raise InputError("events_too_long", f"at most {LONGEST_EVENTS} characters", field="events")
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError("events_malformed", hint, field="events") from None
    if not isinstance(entries, list):
        raise InputError("events_malformed", hint, field="events")
    return tuple(event_from(entry) for entry in entries)


def _asked(kind: str) -> Asked:
    try:
        return Asked(kind.strip().lower())
    except ValueError:
        raise InputError("kind_unknown", f"use one of {', '.join(Asked)}", field="kind") from None


def _word(found: Answer) -> str:
    return found.on.isoformat() if found.on else str(found.missing).upper()


def _question(cells: Sequence[str] | None) -> Question:
    if cells is None:
        raise InputError("row_malformed", "the row is cut short or holds a cell that is too long")
    return Question(*cells)


def _rows(source: TextIO) -> Iterator[tuple[int, str, Sequence[str] | None]]:
    """Yield each row's first line number, its id and its other cells; None where it cannot be read."""
    reader = csv.reader(source)
    places = _places(next(reader, []))
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, "", None
            continue
        if row:
            yield line, *_cells(row, places)


def _places(header: Sequence[str]) -> Sequence[int]:
    names = [name.strip().removeprefix("\ufeff") for name in header]
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise InputError(
            "columns_missing", f"the first line lacks the columns {', '.join(missing)}", field="csv"
        )
    return [names.index(column) for column in COLUMNS]


def _cells(row: Sequence[str], places: Sequence[int]) -> tuple[str, Sequence[str] | None]:
    # Before Python 3.13 the writer leaves a bare carriage return unquoted, which would tear the row.
    name = row[places[0]].replace("\r", "\n") if len(row) > places[0] else ""
    return name, [row[place] for place in places[1:]] if len(row) > max(places) else None
