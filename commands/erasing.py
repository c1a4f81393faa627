"""Commands about erasure: read a plan, repeat erasures after a restore."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from commands._counter import By, CaseId, Exit, Json, console, tell, whole
from commands._desk import with_desk
from desk import erasing, returning
from desk.desk import Desk
from dsar.erasure import SHORT, Plan
from dsar.orders import Replayed
from dsar.replays import Undone

app = typer.Typer()


@app.command()
def plan(case: CaseId, *, as_json: Json = False) -> None:
    """Show what an erasure would touch, what must stay and why, and the digits that an approval needs.

    Example: starter.py plan case_0123456789abcdef0123
    """

    async def work(desk: Desk) -> Plan:
        return erasing.plan_of(desk, case)

    found = with_desk(work, as_json=as_json)
    tell({**asdict(found), "digest": found.digest}, lambda: print_plan(found), as_json=as_json)


@app.command("replay-erasures")
def replay_erasures(
    *,
    since: Annotated[str, typer.Option(help="The day of the back-up that was restored.")],
    by: By,
    as_json: Json = False,
) -> None:
    """Repeat erasures after a restore from back-up, and prove them; name the corrections that are to be
    repeated by hand. Exit code 1 if something is left.

    Example: starter.py replay-erasures --since 2026-11-01 --by dpo_robin
    """

    async def work(desk: Desk) -> tuple[Replayed, tuple[Undone, ...]]:
        return await returning.replay(desk, since, by=by), returning.undone_corrections(desk, since)

    done, undone = with_desk(work, as_json=as_json)
    said = f"{done.cases} erasures looked at; {done.back} collections were back, {done.erased} are gone again"
    left = f"; look at {', '.join(done.left)}" if done.left else ""

    def prose() -> None:
        console.print(said + left, markup=False)
        print_undone(undone)

    tell({**asdict(done), "corrections": [asdict(one) for one in undone]}, prose, as_json=as_json)
    if done.left or undone:
        raise typer.Exit(Exit.FAILED)


def print_undone(undone: Iterable[Undone]) -> None:
    """Print which corrections the back-up undid, each with the next move."""
    for one in undone:
        move = (
            f"see `corrections {one.case_id} --reveal`"
            if one.known
            else "nobody here knows the values any more"
        )
        where = ", ".join(one.systems)
        console.print(
            f"correct again by hand: {one.case_id} in {where}; {move}", markup=False, soft_wrap=True
        )


def print_plan(found: Plan) -> None:
    """Print a plan: one line for each collection, its fate and its reason."""
    table = whole("system", "collection", "category", "records", "what happens", "why", "until")
    for line in found.lines:
        fate = "stays" if line.stays else "by hand" if line.by_hand else line.method.value
        until = line.until.isoformat() if line.until else ""
        why = f"{line.ground} {line.because}".strip()
        row = (line.system, line.collection, line.category, str(line.count), fate, why, until)
        table.add_row(*row, style="yellow" if line.stays or line.by_hand else "")
    console.print(table)
    console.print(f"plan {found.number}: {found.digest[:SHORT]}")
