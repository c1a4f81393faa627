"""Commands that open cases: one at a time, or many from a spreadsheet."""

import asyncio
import csv
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from commands._counter import Exit, Json, complaints, console, tell
from commands._desk import with_desk
from commands._typed import asked, told, typed
from desk.desk import Desk
from desk.intake import OpenedCase
from desk.together import open_together
from dsar.corrections import CORRECTING
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
    right: Annotated[list[str] | None, typer.Option(help="access (if none is named), …; repeatable.")] = None,
    regime: Annotated[
        str,
        typer.Option(help="Whose law: UK-ENG, EU-DE-BY, US-CA; see `regimes`. With --about, that case's."),
    ] = "",
    email: Annotated[
        str,
        typer.Option(help="The person's address; '-' reads a line of standard input, nothing prompts."),
    ] = "",
    received: Annotated[str, typer.Option(help="Date of receipt, or an instant with offset.")] = "",
    phone: Annotated[str, typer.Option(help="Another identifier; '-' reads a line of standard input.")] = "",
    name: Annotated[str, typer.Option(help="The name given, never searched alone; '-' as above.")] = "",
    account_id: Annotated[str, typer.Option(help="A customer number, if given; '-' as above.")] = "",
    requester: Annotated[str, typer.Option(help="Who asks: subject, agent, parent.")] = "subject",
    agent_email: Annotated[
        str, typer.Option(help="Where the agent or parent is written to; '-' as above.")
    ] = "",
    channel: Annotated[str, typer.Option(help="email, form, post, phone, social, in_person")] = "email",
    owner: Annotated[str, typer.Option(help="Desk or staff handle that owns the case.")] = "support",
    locale: Annotated[
        str,
        typer.Option(help="Language of the letters: en (if none is named), de. With --about, that case's."),
    ] = "",
    about: Annotated[
        str, typer.Option(help="The case a complaint or an appeal is about, or that led to this one.")
    ] = "",
    key: Annotated[
        str, typer.Option(help="Key of the message, e.g. its Message-ID: one key, one case.")
    ] = "",
    corrections: Annotated[
        str,
        typer.Option(
            help="Of a rectification: a file of lines 'field = value', or JSON; '-' reads the rest."
        ),
    ] = "",
    send_to: Annotated[
        str, typer.Option(help="Of portability: the address of whom the person names; '-' as above.")
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Open although one is open.")] = False,
    as_json: Json = False,
) -> None:
    """Open a case. The identifiers are sealed at once and never shown again.

    Examples:
      starter.py open --regime UK-ENG                    (prompts for the address)
      echo ada@example.com | starter.py open --regime UK-ENG --email -
      starter.py open --regime US-CA --requester agent --email - --agent-email - < two-lines.txt
      starter.py open --right access --right marketing_objection --regime UK-ENG
      starter.py open --right complaint --about case_…
      starter.py open --right rectification --regime UK-ENG --email - --corrections - < address-then-lines.txt
    """
    new = NewRequest(
        right=";".join(right or ["access"]),
        regime=regime,
        email=typed(email) if email or phone or account_id else asked(),
        received=received,
        phone=typed(phone),
        name=typed(name),
        account_id=typed(account_id),
        requester=requester,
        agent_email=typed(agent_email),
        channel=channel,
        owner=owner,
        locale=locale,
        intake_key=key,
        about=about,
        send_to=typed(send_to),
        corrections=_wished(corrections, right or []),
    )

    async def work(desk: Desk) -> tuple[OpenedCase, ...]:
        return await open_together(desk, new, again=again)

    opened = with_desk(work, as_json=as_json)
    said = [_told(one) for one in opened]
    tell(
        {**said[0], "cases": said} if len(said) > 1 else said[0],
        lambda: console.print("\n".join(_said(one) for one in opened)),
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


def _wished(given: str, rights: Sequence[str]) -> str:
    """Return what is to be corrected, from a file or standard input, or line by line from whoever types."""
    if given or CORRECTING.isdisjoint(rights) or not sys.stdin.isatty():
        return told(given)
    asked = iter(lambda: str(typer.prompt("field = right value (empty: done)", "", err=True)), "")
    return "\n".join(asked)


def _told(opened: OpenedCase) -> dict[str, object]:
    request = opened.record.request
    return {
        "case": request.case_id,
        "right": request.right,
        "created": opened.created,
        "started": opened.started,
    }


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
    except OSError:
        raise InputError(
            "file_unreadable", "there is no such file, or you may not read it", field="file"
        ) from None
    except UnicodeDecodeError:
        raise InputError("file_unreadable", "give a CSV file in UTF-8", field="file") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        _check_columns(reader.fieldnames or ())
        for row in reader:
            yield reader.line_num, _request(row)
    except csv.Error:
        hint = f"line {reader.line_num} cannot be read as CSV: mend it, then import the file again"
        raise InputError("line_unreadable", hint, field="file") from None


def _check_columns(names: Sequence[str]) -> None:
    unknown, missing = set(names) - set(_COLUMNS), {"right", "regime"} - set(names)
    if unknown or missing or len(set(names)) < len(names):
        wrong = f"{len(unknown)} unknown columns; missing: {', '.join(sorted(missing)) or 'none'}"
        raise InputError("columns_unknown", f"{wrong}; use {', '.join(_COLUMNS)}, each once", field="file")


def _request(row: dict[str, str]) -> NewRequest | InputError:
    if None in row or None in row.values():
        return InputError("cells_uneven", "this line has too many or too few cells")
    return NewRequest(**{"right": "", "regime": "", **{name: value for name, value in row.items() if value}})


async def _opened(desk: Desk, number: int, row: NewRequest | InputError) -> Line:
    if isinstance(row, InputError):
        return Line(line=number, problem=str(row))
    try:
        opened = await open_together(desk, row)
    except InputError as error:
        return Line(line=number, problem=str(error))
    state = "opened" if any(one.created for one in opened) else "was open"
    return Line(line=number, case=" ".join(one.record.request.case_id for one in opened), state=state)


def _report(lines: list[Line]) -> None:
    good = [line for line in lines if not line.problem]
    new = sum(line.state == "opened" for line in good)
    console.print(
        f"{new} opened, {len(good) - new} were open before, {len(lines) - len(good)} cannot be taken"
    )
    for line in lines:
        if line.problem:
            console.print(f"line {line.line}: {line.problem}", markup=False)
