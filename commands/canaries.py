"""The command about canaries: whether every system still finds somebody who must be there."""

import typer
from rich.table import Table

from commands._counter import Exit, Json, complaints, console, tell
from commands._desk import with_desk
from desk.canaries import look_now
from desk.desk import Desk
from dsar.canaries import CanaryLook

app = typer.Typer()


@app.command()
def canary(*, as_json: Json = False) -> None:
    """Look for every canary now, wherever it must be found. Exit code 1 if a system does not find its own.

    A schedule does the same every six hours. Team leads and the DPO hear by mail of one that falls silent,
    and when it is found again.

    Example: starter.py canary
    """

    async def work(desk: Desk) -> tuple[CanaryLook, ...]:
        return await look_now(desk)

    found = with_desk(work, as_json=as_json)
    tell(found, lambda: _print(found), as_json=as_json)
    if any(look.reason for look in found):
        raise typer.Exit(Exit.FAILED)


def _print(found: tuple[CanaryLook, ...]) -> None:
    if not found:
        complaints.print("no canaries are planted: see docs/how-to/keep-canaries.md")
        return
    table = Table("canary", "system", "found")
    for look in found:
        said = f"SILENT: {look.reason}" if look.reason else "yes"
        table.add_row(look.canary, look.system, said, style="red" if look.reason else "")
    console.print(table)
