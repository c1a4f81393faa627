"""Commands that open cases: one at a time, or many from a spreadsheet."""

import asyncio
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from commands._counter import Exit, Json, complaints, console, tell
from commands._desk import with_desk
from desk.desk import Desk
from desk.intake import OpenedCase, open_case
from dsar.errors import InputError
from dsar.intake import NewRequest

app = typer.Typer()
SIDE_BY_SIDE = 20  # more in flight only adds waiting
_COLUMNS = tuple(f.name for f in fields(NewRequest))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of one line of a spreadsheet. Never its content."""

    line: int
    case: str = ""
    state: str = ""
    problem: str = ""


@app.command("open")
def open_one(  # noqa: PLR0913  # a form has as many fields as it has
    *,
    right: Annotated[str, typer.Option(help="access, …")] = "access",
    regime: Annotated[str, typer.Option(help="Whose law: UK-ENG, EU-DE-BY, US-CA; see `regimes`.")],
    email: Annotated[
        str,
        typer.Option(help="The person's address; '-' reads a line of standard input, nothing prompts."),
    ] = "",
    received: Annotated[str, typer.Option(help="Date of receipt, or an instant with offset.")] = "",
    phone: Annotated[str, typer.Option(help="Another identifier; '-' reads a line of standard input.")] = "",
    name: Annotated[str, typer.Option(help="The name given, never searched alone; '-' as above.")] = "",
    account_id: Annotated[str, typer.Option(help="A customer number, if given; '-' as above.")] = "",
    channel: Annotated[str, typer.Option(help="email, form, post, phone, social, in_person")] = "email",
    owner: Annotated[str, typer.Option(help="Desk or staff handle that owns the case.")] = "support",
    locale: Annotated[str, typer.Option(help="Language of the letters: en, de.")] = "en",
    key: Annotated[
        str, typer.Option(help="Key of the message, e.g. its Message-ID: one key, one case.")
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Open although one is open.")] = False,
    as_json: Json = False,
) -> None:
    """Open a case. The identifiers are sealed at once and never shown again.

    Examples:
      starter.py open --regime UK-ENG                    (prompts for the address)
      echo ada@example.com | starter.py open --regime UK-ENG --email -
    """
    new = NewRequest(
        right=right,
        regime=regime,
        email=_typed(email) or ("" if phone or account_id else str(typer.prompt("e-mail address", err=True))),
        received=received,
        phone=_typed(phone),
        name=_typed(name),
        account_id=_typed(account_id),
        channel=channel,
        owner=owner,
        locale=locale,
        intake_key=key,
    )

    async def work(desk: Desk) -> OpenedCase:
        return await open_case(desk, new, again=again)

    opened = with_desk(work, as_json=as_json)
    tell(
        {"case": opened.record.request.case_id, "created": opened.created, "started": opened.started},
        lambda: console.print(_said(opened)),
        as_json=as_json,
    )


@app.command("import")
def import_many(
    file: Annotated[Path, typer.Argument(help="CSV with columns " + ", ".join(_COLUMNS))],
    *,
    as_json: Json = False,
) -> None:
    """Open many cases from a CSV file. Safe to run again: a line that opened a case opens no second one.

    The report names bad lines by number and never repeats what they hold.

    Example: starter.py import requests.csv
    """

    async def work(desk: Desk) -> list[Line]:
        rows = list(_rows(file))
        limit = asyncio.Semaphore(SIDE_BY_SIDE)
        with Progress(console=complaints, disable=as_json or not sys.stderr.isatty()) as progress:
            task = progress.add_task("opening", total=len(rows))

            async def one(number: int, row: NewRequest | InputError) -> Line:
                async with limit:
                    line = await _opened(desk, number, row)
                    progress.advance(task)
                    return line

            return await asyncio.gather(*(one(number, row) for number, row in rows))

    lines = with_desk(work, as_json=as_json)
    tell(lines, lambda: _report(lines), as_json=as_json)
    if any(line.problem for line in lines):
        raise typer.Exit(Exit.INPUT)


def _typed(value: str) -> str:
    """Return a value, or the next line of standard input for '-': it then stands in no shell's history."""
    return sys.stdin.readline().rstrip("\n") if value == "-" else value


def _said(opened: OpenedCase) -> str:
    case = opened.record.request.case_id
    if not opened.created:
        return f"{case} was opened for this before; nothing new was opened"
    if not opened.started:
        return f"{case} is written down; it starts as soon as Temporal can be reached"
    return f"{case} is open"


def _rows(file: Path) -> Iterator[tuple[int, NewRequest | InputError]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError("file_unreadable", "give a CSV file in UTF-8", field="file") from None
    reader = csv.DictReader(text.splitlines())
    unknown = sorted(set(reader.fieldnames or ()) - set(_COLUMNS))
    missing = sorted({"right", "regime"} - set(reader.fieldnames or ()))
    if unknown or missing:
        wrong = f"{len(unknown)} unknown columns; missing: {', '.join(missing) or 'none'}"
        hint = f"{wrong}; use {', '.join(_COLUMNS)}"
        raise InputError("columns_unknown", hint, field="file")
    for row in reader:
        if None in row or None in row.values():
            yield reader.line_num, InputError("cells_uneven", "this line has too many or too few cells")
        else:
            given = {name: value for name, value in row.items() if value}
            yield reader.line_num, NewRequest(**{"right": "", "regime": "", **given})


async def _opened(desk: Desk, number: int, row: NewRequest | InputError) -> Line:
    if isinstance(row, InputError):
        return Line(line=number, problem=str(row))
    try:
        opened = await open_case(desk, row)
    except InputError as error:
        return Line(line=number, problem=str(error))
    state = "opened" if opened.created else "was open"
    return Line(line=number, case=opened.record.request.case_id, state=state)


def _report(lines: list[Line]) -> None:
    good = [line for line in lines if not line.problem]
    new = sum(line.state == "opened" for line in good)
    console.print(
        f"{new} opened, {len(good) - new} were open before, {len(lines) - len(good)} cannot be taken"
    )
    for line in lines:
        if line.problem:
            console.print(f"line {line.line}: {line.problem}", markup=False)
