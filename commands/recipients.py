"""The command about recipients: who was told, and what they answered."""

import typer
from rich.table import Table

from commands._counter import CaseId, Json, complaints, console, tell
from commands._desk import with_desk
from desk.desk import Desk
from desk.recipients import Line
from desk.recipients import recipients as ledger

app = typer.Typer()


@app.command()
def recipients(case: CaseId, *, as_json: Json = False) -> None:
    """List who was given the data of a case, whether they were told what became of it, and what they said.

    Settle one with `decide CASE recipient-confirmed --system CODE`; the DPO may also decide
    `recipient-impossible`, `recipient-disproportionate` or `waive-recipient`, with a reason.

    Example: starter.py recipients case_0123456789abcdef0123
    """

    async def work(desk: Desk) -> tuple[Line, ...]:
        return ledger(desk, case)

    found = with_desk(work, as_json=as_json)
    tell(found, lambda: _print(found), as_json=as_json)


def _print(found: tuple[Line, ...]) -> None:
    if not found:
        complaints.print("nobody was told anything")
        return
    table = Table("code", "name", "answer", "notices", "last", "by", "why")
    for one in found:
        last = f"{one.last_at:%Y-%m-%d}" if one.last_at else ""
        table.add_row(one.code, one.name, one.answer, str(one.notices), last, one.by, one.reason)
    console.print(table)
