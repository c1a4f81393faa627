"""The command about residue: what an erasure left where it did not look."""

from typing import Annotated

import typer

from commands._counter import By, CaseId, Exit, Json, complaints, console, quoted, tell, whole
from commands._desk import with_desk
from desk.desk import Desk
from desk.erasing import Left, residue_of

app = typer.Typer()


@app.command()
def residue(
    case: CaseId,
    *,
    reveal: Annotated[
        bool,
        typer.Option(
            "--reveal", help="Show keys of objects, and names that a `*` hides; who looked is on record."
        ),
    ] = False,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Show where an erased person is still found: table and column, or prefix and kind of file, and a count.
    A `*` hides what may be a person's name.

    Exit code 1 if something is left that no duty keeps. Then `decide CASE retry --system residue:NAME` scans
    again, `task done residue:NAME` says that it was cleaned by hand (and is scanned again), and the DPO's
    `decide CASE accept-gap --system residue:NAME --reason …` accepts it, which the person is told.

    Examples:
      starter.py residue case_0123456789abcdef0123
      starter.py residue case_0123456789abcdef0123 --reveal --by support_anna
    """

    async def work(desk: Desk) -> Left:
        return residue_of(desk, case, reveal=reveal, by=by)

    found = with_desk(work, as_json=as_json)
    tell(found, lambda: _print(found), as_json=as_json)
    if any(said.left for said in found.scans.values()):
        raise typer.Exit(Exit.FAILED)


def _print(found: Left) -> None:
    if not found.scans:
        complaints.print("no system was scanned yet, or none can be: see `show`")
        return
    table = whole("system", "place", "records", "why it is there")
    for one in found.traces:
        why = f"kept: {one.kept}" if one.kept else f"not looked at: {one.reason}" if one.reason else "LEFT"
        table.add_row(one.system, one.place, str(one.count), why, style="red" if why == "LEFT" else "")
    console.print(table)
    for system, said in found.scans.items():
        told = f"{system}: {said.left} places left, {said.unread} could not be looked at"
        console.print(told, markup=False)
    for keys in found.keys.values():
        for place, some in keys.items():
            for key in some:
                console.print(f"{place}: {quoted(key)}", markup=False, soft_wrap=True)
