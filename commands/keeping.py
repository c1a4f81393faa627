"""Commands about our own records: how long they are kept, what holds them, and what makes them unreadable."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer
from rich.table import Table

import settings
from commands._counter import By, CaseId, Json, complaints, console, tell
from commands._desk import with_desk
from desk import holding, shredding
from desk.desk import Desk
from dsar.retention import Kept
from dsar.standing import standing
from policy.retention import load

app = typer.Typer()


@app.command()
def shred(
    case: CaseId,
    *,
    by: By,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Confirm what another person asked for: it happens now.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a closed case unreadable for ever. One person with the DPO's role asks, a second confirms.

    Evidence stays, without the person. When a case's time is over the calendar shreds it without being asked.

    Examples:
      starter.py shred case_… --by dpo_robin
      starter.py shred case_… --confirm --by dpo_deputy
    """

    async def work(desk: Desk) -> tuple[dict[str, object], str]:
        if confirm:
            count = await shredding.confirm(desk, case, by=by)
            return {"objects": count}, f"{case} is unreadable now; {count} sealed objects are gone"
        until = shredding.ask(desk, case, by=by)
        said = f"asked; a second person confirms with `shred {case} --confirm` by {until:%Y-%m-%d %H:%M} UTC"
        return {"confirm_until": until}, said

    told, said = with_desk(work, as_json=as_json)
    tell({"case": case, **told}, lambda: console.print(said, markup=False), as_json=as_json)


@app.command()
def hold(
    case: CaseId,
    *,
    by: By,
    reason: Annotated[str, typer.Option(help="Why, in your words. They are sealed.")],
    lift: Annotated[bool, typer.Option("--lift", help="Lift the hold.")] = False,
    as_json: Json = False,
) -> None:
    """Hold our own records of a case: neither calendar nor staff removes them until the hold is lifted.

    The answer goes when its link ends all the same: `send-again` writes it anew, to the byte, from what is
    held.

    Example: starter.py hold case_… --by dpo_robin --reason "Claim 7 O 12/26, until the judgment is final"
    """

    async def work(desk: Desk) -> None:
        (holding.lift if lift else holding.hold)(desk, case, by=by, reason=reason)

    with_desk(work, as_json=as_json)
    said = (
        "the hold is lifted; the times run anew" if lift else "its records are held until the hold is lifted"
    )
    tell({"case": case, "held": not lift}, lambda: console.print(said), as_json=as_json)


@app.command()
def retention(
    case: Annotated[str, typer.Argument(metavar="[CASE]", help="Only this case.")] = "",
    *,
    due: Annotated[bool, typer.Option("--due", help="Only what the next run removes.")] = False,
    as_json: Json = False,
) -> None:
    """Show which of our own records are kept until when, what holds them, and what the next run removes.

    Example: starter.py retention --due
    """

    async def work(desk: Desk) -> tuple[date, tuple[Kept, ...]]:
        on = desk.now().date()
        cases = (desk.case(case),) if case else desk.register.cases()
        found = standing(desk.register, cases, load(settings.load().retention_file))
        return on, tuple(one for one in found if one.is_due(on) or not due)

    on, found = with_desk(work, as_json=as_json)
    rows = [{**asdict(one), "due": one.is_due(on)} for one in found]
    nothing = "nothing goes with the next run" if due else "nothing: what is open is kept until it is closed"
    tell(rows, lambda: _print_kept(found, on) if found else complaints.print(nothing), as_json=as_json)


def _print_kept(found: Sequence[Kept], on: date) -> None:
    table = Table("case", "record", "kept until", "")
    for one in found:
        why = ", ".join(one.blocks) or ("goes with the next run" if one.is_due(on) else "")
        table.add_row(one.case_id, one.kind.value, one.until.isoformat(), why)
    console.print(table)
