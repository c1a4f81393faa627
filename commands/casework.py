"""Commands about cases: list, show, watch, withdraw."""

import asyncio
from datetime import date
from typing import Annotated

import typer

from commands._counter import CaseId, Json, console, tell
from commands._desk import with_desk
from commands._pages import print_cases, print_file, print_line
from desk import cases
from desk.cases import CaseFile
from desk.desk import Desk
from dsar.ports import CaseRecord
from dsar.vocabulary import Status

app = typer.Typer()
_LOOK = 0.5  # seconds between two looks of `watch`


@app.command("list")
def list_cases(
    *,
    right: Annotated[str, typer.Option(help="Only this right.")] = "",
    regime: Annotated[str, typer.Option(help="Only this regime, e.g. UK-ENG.")] = "",
    status: Annotated[str, typer.Option(help="Only this status, e.g. deciding.")] = "",
    owner: Annotated[str, typer.Option(help="Only cases of this desk or handle.")] = "",
    due_by: Annotated[str, typer.Option(help="Only cases due on or before this date.")] = "",
    as_json: Json = False,
) -> None:
    """List cases, most urgent first.

    Example: starter.py list --status deciding --due-by 2026-12-01
    """
    wanted = {"right": right, "regime": regime, "status": status, "owner": owner}
    filters = {name: value for name, value in wanted.items() if value}

    async def work(desk: Desk) -> tuple[CaseRecord, ...]:
        return await cases.find(desk, due_by=_day(due_by), **filters)

    found = with_desk(work, as_json=as_json)
    tell(found, lambda: print_cases(found), as_json=as_json)


@app.command()
def show(case: CaseId, *, as_json: Json = False) -> None:
    """Show one case: where it stands, what each system answered, what was done, what is being tried again.

    Example: starter.py show case_0123456789abcdef0123
    """

    async def work(desk: Desk) -> CaseFile:
        return await cases.show_now(desk, case)

    file = with_desk(work, as_json=as_json)
    tell(file, lambda: print_file(file), as_json=as_json)


@app.command()
def watch(case: CaseId, *, as_json: Json = False) -> None:
    """Follow a case until it closes: one line for each new fact.

    Example: starter.py watch case_0123456789abcdef0123
    """

    async def work(desk: Desk) -> None:
        seen = 0
        while True:
            file = cases.show(desk, case)
            for entry in file.evidence[seen:]:
                tell(entry, lambda entry=entry: print_line(entry), as_json=as_json)  # type: ignore[misc]
            seen = len(file.evidence)
            if file.record.status is Status.CLOSED:
                return
            await asyncio.sleep(_LOOK)

    with_desk(work, as_json=as_json)


@app.command()
def withdraw(case: CaseId, *, as_json: Json = False) -> None:
    """Withdraw a request, at the person's wish. Possible until the answer is being written.

    Example: starter.py withdraw case_0123456789abcdef0123
    """

    async def work(desk: Desk) -> None:
        await cases.withdraw(desk, case)

    with_desk(work, as_json=as_json)
    tell({"withdrawn": case}, lambda: console.print("withdrawn"), as_json=as_json)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter("write a date as 2026-12-01", param_hint="--due-by") from None
