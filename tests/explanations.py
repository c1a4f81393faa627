"""How the clock explains the shared cases and a few more, whole: every sentence, rule, article and date.

`python -m tests.explanations > tests/unit/explanations.txt` writes the file anew; read the difference
before you keep it.
"""

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dsar.clock import Reckoning, reckon
from dsar.clock_events import OPENINGS, Event
from dsar.clock_json import event_from
from dsar.clock_periods import Line
from dsar.regimes import regime_at
from tests.clocks import CALENDARS, receipt

CASES = Path(__file__).parent / "unit" / "deadline_cases.csv"
EXTENDED = '{"type": "extension_notified", "at": "2026-05-08", "reason": "scope"}'
NAMED = '{"type": "extension_notified", "at": "2026-03-20", "reason": "scope", "new_due": '
ASKED = '{"type": "id_requested", "at": "2026-03-03", "reasonable_doubt": true}'
LATE = ASKED.replace("03-03", "05-04")
# What no shared case shows: name, jurisdiction, received, events.
MORE = (
    ("complaint", "UK-SCT", "2026-07-02", '[{"type": "complaint"}]'),
    ("complaint in India", "IN", "2027-06-01", '[{"type": "complaint"}]'),
    ("appeal", "US-CO", "2026-05-01", f'[{{"type": "appeal"}}, {EXTENDED}]'),
    ("appeal in days of its own", "US-CO", "2026-05-01", f'[{{"type": "appeal", "days": 9}}, {EXTENDED}]'),
    (
        "appeal that can be longer",
        "US-CO",
        "2026-05-01",
        f'[{{"type": "appeal", "days": 9, "ext": 4}}, {EXTENDED}]',
    ),
    ("appeal without a row", "US-UT", "2026-05-01", f'[{{"type": "appeal", "days": 9}}, {EXTENDED}]'),
    ("a date that is named", "CH", "2026-03-02", f'[{NAMED}"2026-05-04"}}]'),
    ("no date that is named", "CH", "2026-03-02", f'[{NAMED}"2026-04-01"}}]'),
    ("no number of days", "JP", "2026-03-02", f"[{ASKED}]"),
    ("asked after the end", "UK-ENG", "2026-03-02", f"[{LATE}]"),
)


def explanations() -> str:
    """Return every explanation, case by case."""
    with CASES.open(encoding="utf-8", newline="") as file:
        shared = [
            (row["id"], row["jurisdiction"], row["received"], row["events"]) for row in csv.DictReader(file)
        ]
    return "\n".join(line for case in (*shared, *MORE) for line in _told(*case)) + "\n"


def _told(name: str, code: str, received: str, events: str) -> Iterator[str]:
    found = _reckoned(code, received, json.loads(events))
    yield f"== {name}: {code}, received {received}"
    current = found.current if found.current != found.first else None
    for title, answer in (("first", found.first), ("current", current), ("ack", found.ack)):
        if answer:
            yield f"{title} {answer.on} {answer.state}, missing {answer.missing}"
            yield from (_line(line) for line in answer.explanation)


def _line(line: Line) -> str:
    return f"  {line.text} | {line.cite.rule} | {line.cite.article} | {line.on}"


def _reckoned(code: str, received: str, entries: list[object]) -> Reckoning:
    first = receipt(received)
    events = [_dated(event_from(entry), first) for entry in entries]
    opened = events if any(event.kind in OPENINGS for event in events) else [first, *events]
    return reckon(regime_at(code, first), opened, CALENDARS)


def _dated(event: Event, first: Event) -> Event:
    undated = event.kind in OPENINGS and not (event.on or event.at)
    return replace(event, on=first.on, at=first.at) if undated else event


if __name__ == "__main__":
    sys.stdout.write(explanations())
