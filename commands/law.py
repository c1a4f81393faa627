"""`starter.py due` and `starter.py regimes`: the clock and the law at the front desk."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from calendars import HolidayCalendars
from desk.due import Question, recompute
from desk.due import due as due_of
from desk.regimes import explain, overview
from dsar.clock import Asked
from dsar.errors import InputError

app = typer.Typer()
_BAD_ROWS, _BAD_INPUT = 1, 2  # exit codes
_A_REQUEST = '[{"type": "request", "right": "access"}]'

Jurisdiction = Annotated[str, typer.Option(help="A regime such as UK-ENG, EU-DE-BY, US-CA (see `regimes`).")]
Received = Annotated[
    str, typer.Option(help="Local day (2026-03-02), or instant (2026-03-02T23:59:00+00:00).")
]
Events = Annotated[str, typer.Option(help="What has happened, as a JSON list.")]
Kind = Annotated[Asked, typer.Option(help="Which date: `extended` falls back to `first` if not extended.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CsvFile = Annotated[
    Path | None,
    typer.Option(
        "--csv",
        exists=True,
        dir_okay=False,
        help="Recompute a file with id,jurisdiction,received,events,kind.",
    ),
]
Code = Annotated[str, typer.Argument(help="Explain this regime, rule by rule; leave out to list all.")]


@app.command()
def due(
    jurisdiction: Jurisdiction = "",
    received: Received = "",
    events: Events = _A_REQUEST,
    kind: Kind = Asked.FIRST,
    as_json: AsJson = False,  # noqa: FBT002  # a switch of the command line
    csv_file: CsvFile = None,
) -> None:
    """Say when an answer is due, and why, line by line.

    The state is that of the day of the last event. For example:

    \b
    starter.py due --jurisdiction UK-ENG --received 2026-03-02
    starter.py due --jurisdiction US-CA --received 2026-01-15 --kind ack --json
    starter.py due --csv cases.csv > due.csv

    A file is written as id,due,state; a row that cannot be computed has the state `error`, its line and
    reason go to standard error, and the exit code is 1.
    """  # noqa: D301  # \b keeps the lines of the example apart
    try:
        if csv_file:
            _recompute(csv_file)
        else:
            found = due_of(Question(jurisdiction, received, events, kind), HolidayCalendars())
            _show(asdict(found), as_json=as_json)
    except InputError as error:
        _refuse(error)


@app.command()
def regimes(code: Code = "", as_json: AsJson = False) -> None:  # noqa: FBT002  # a switch of the command line
    """List the law sets the engine knows, or explain one: its rules, articles and open questions.

    For example `starter.py regimes`, `starter.py regimes UK-SCT`, `starter.py regimes EU-DE-BY --json`.
    """
    try:
        found = explain(code) if code else overview()
    except InputError as error:
        _refuse(error)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for entry in found:
        typer.echo(_explained(entry) if code else _listed(entry))


def _recompute(path: Path) -> None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            bad = recompute(source, sys.stdout, sys.stderr, HolidayCalendars())
    except UnicodeDecodeError:
        raise InputError("csv_not_utf8", "save the file as CSV in UTF-8", field="csv") from None
    if bad:
        typer.echo(f"{bad} rows could not be computed; see the lines above", err=True)
        raise typer.Exit(_BAD_ROWS)


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    typer.echo(f"{found['due']}  ({found['state']})")
    for line in found["explanation"]:
        typer.echo(f"  {line}")


def _refuse(error: InputError) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(_BAD_INPUT)


def _listed(entry: dict[str, Any]) -> str:
    mark = "  (to confirm)" if entry["to_confirm"] else ""
    regions = f"\n{'':8}regions: {' '.join(entry['regions'])}" if entry["regions"] else ""
    return f"{entry['code']:8}{entry['title']}: {entry['first']}, extended {entry['extended']}{mark}{regions}"


def _explained(entry: dict[str, Any]) -> str:
    head = f"{entry['code']}  {entry['title']}\n  {entry['law']}"
    until = f" to {entry['valid_to']}" if entry["valid_to"] else ""
    when = f"  received from {entry['valid_from']}{until}; zone {entry['zone']}; holidays {entry['calendar']}"
    doubts = [f"  to confirm: {text}" for text in entry["to_confirm"]]
    notes = [f"  note: {text}" for text in entry["notes"]]
    return "\n".join([head, when, *(f"  {rule}" for rule in entry["rules"]), *doubts, *notes])
