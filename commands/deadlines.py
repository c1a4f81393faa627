"""The commands about deadlines: list them, reckon them afresh."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from commands._counter import Exit, Json, complaints, console, tell
from commands._desk import with_desk
from desk.deadlines import CaseDue
from desk.deadlines import deadlines as all_deadlines
from desk.desk import Desk
from desk.rearming import Rearmed
from desk.rearming import rearm as rearm_all
from dsar.errors import InputError

app = typer.Typer()
_SOON = 7  # days


@app.command()
def deadlines(
    *,
    ics: Annotated[Path | None, typer.Option(help="Write a calendar to this file (RFC 5545).")] = None,
    as_json: Json = False,
) -> None:
    """List open cases by due date, most urgent first: red is overdue, yellow has a week or less.

    Examples:
      starter.py deadlines
      starter.py deadlines --ics deadlines.ics
    """

    async def work(desk: Desk) -> tuple[CaseDue, ...]:
        found = all_deadlines(desk)
        if ics:
            from desk.calendar import calendar_of  # noqa: PLC0415  # its library is slow to load

            _write(ics, calendar_of(found, desk.now()))
        return found

    found = with_desk(work, as_json=as_json)
    tell(found, lambda: _print(found), as_json=as_json)
    if ics and not as_json:
        console.print(f"written to {ics}", markup=False)


@app.command()
def rearm(*, as_json: Json = False) -> None:
    """Reckon every open case afresh: after an update of the holiday calendars, or of the law's tables.

    Restart the workers first: they hold the calendars. Exit code 1 if a case did not answer; repeat it then.

    Example: starter.py rearm
    """

    async def work(desk: Desk) -> Rearmed:
        return await rearm_all(desk)

    done = with_desk(work, as_json=as_json)
    said = f"{done.cases} open cases reckoned afresh, {len(done.moved)} due dates moved"
    left = f"; no answer from {', '.join(done.left)}" if done.left else ""
    tell(done, lambda: console.print(said + left, markup=False), as_json=as_json)
    if done.left:
        raise typer.Exit(Exit.FAILED)


def _write(path: Path, calendar: bytes) -> None:
    try:
        path.write_bytes(calendar)
    except OSError:
        raise InputError("file_unwritable", "name a file that can be written", field="--ics") from None


def _print(found: tuple[CaseDue, ...]) -> None:
    if not found:
        complaints.print("no case is open")
        return
    fixed = (Column(name, no_wrap=True) for name in ("due", "left", "case"))
    table = Table(*fixed, "right", "regime", "status", "owner")
    for case in found:
        left = "—" if case.days_left is None else str(case.days_left)
        cells = (case.case_id, case.right, case.regime, case.status, case.owner)
        table.add_row(str(case.due_on or "—"), left, *cells, style=colour(case))
    console.print(table)


def colour(case: CaseDue) -> str:
    """Return the colour of a line: red when overdue, yellow within a week, else none."""
    if case.days_left is None or case.days_left > _SOON:
        return ""
    return "red" if case.days_left < 0 else "yellow"
