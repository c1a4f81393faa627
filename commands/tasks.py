"""Commands about tasks: what waits for a hand, and what a person did about it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

import fitter
import settings
from commands._counter import By, CaseId, Json, complaints, console, tell
from commands._desk import with_desk
from desk import tasks as desk_tasks
from desk.copies import Copy
from desk.desk import Desk
from desk.tasks import Shown
from dsar.errors import InputError
from dsar.holdings import Card, Collection, Holding
from dsar.tasks import Task

app = typer.Typer()


@app.command("tasks")
def list_tasks(
    *,
    owner: Annotated[str, typer.Option(help="Only tasks of this desk or handle.")] = "",
    as_json: Json = False,
) -> None:
    """List what no machine could do, most urgent first: the system, why, whose it is, until when.

    Example: starter.py tasks --owner support_anna
    """

    async def work(desk: Desk) -> tuple[Task, ...]:
        return desk_tasks.tasks(desk, owner=owner)

    found = with_desk(work, as_json=as_json)
    tell(found, lambda: _print(found), as_json=as_json)


@app.command()
def task(  # noqa: PLR0913  # a form has as many fields as it has
    outcome: Annotated[str, typer.Argument(help="take | done | found | not-found | exception")],
    case: CaseId,
    system: Annotated[str, typer.Argument(help="The system that waits, as `tasks` prints it.")],
    *,
    by: By,
    note: Annotated[str, typer.Option(help="What you did, found or decided; sealed.")] = "",
    proof: Annotated[Path | None, typer.Option(help="A file that shows it; sealed.")] = None,
    held: Annotated[
        list[str] | None, typer.Option(help="With found: what is held, such as contracts=3; repeat.")
    ] = None,
    file: Annotated[
        list[str] | None,
        typer.Option(help="A copy for the answer, such as contracts=box7.pdf; reviewed first; repeat."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take a task, or say how it ended: done, found, nothing found, or an exception (the DPO's alone).

    `take` prints what to do in that system. `found` goes on as if the machine had searched:
    what is held there is put to the DPO with the rest. Copies given with `done --file` are reviewed
    like marked records before they go into the answer: CSV and JSON as records, short texts as texts,
    the rest as files.

    Examples:
      starter.py task take case_… crm --by support_anna
      starter.py task done case_… crm --by support_anna --note "Unsubscribed in the console." --proof shot.png
      starter.py task found case_… attic --by support_ben --held contracts=3 --note "Box 7: three contracts."
      starter.py task done case_… attic --by support_ben --file contracts=box7.pdf --note "All, scanned."
      starter.py task not-found case_… attic --by support_ben --note "All three boxes of 2019 were read."
      starter.py task exception case_… attic --by dpo_robin --note "The attic burnt; nothing can be read."
    """

    async def work(desk: Desk) -> str:
        if outcome == "take":
            desk_tasks.take(desk, case, system, by=by)
            return _instructions(system)
        own = _own(system) if held or file else {}
        found = [_holding(system, own, one) for one in held or []]
        marked = sum(1 for one in found if own[one.collection].third_party)
        copies = [_copy(own, one) for one in file or []]
        shown = Shown(proof=read_proof(proof), held=found, marked=marked, copies=copies)
        await desk_tasks.settle(desk, case, system, outcome, by=by, note=note, shown=shown)
        return ""

    told = with_desk(work, as_json=as_json)
    said = {"case": case, "system": system, "outcome": outcome, "instructions": told}

    def prose() -> None:
        console.print(f"{system}: {outcome}", markup=False)
        if told:
            console.print(told, markup=False, highlight=False)

    tell(said, prose, as_json=as_json)


def _instructions(system: str) -> str:
    """Return what the system's settings tell staff to do there."""
    card = _cards().get(system)
    return card.by_hand if card else ""


def _own(system: str) -> Mapping[str, Collection]:
    """Return the collections of a connected system that are ours to hand over: a client's are not."""
    card = _cards().get(system)
    own = (c for c in card.collections if card.controller and not c.client) if card else ()
    return {c.name: c for c in own}


def _holding(system: str, own: Mapping[str, Collection], said: str) -> Holding:
    """Read `collection=count`; the card says of which category that is."""
    name, _, count = said.partition("=")
    if name not in own or not (count.isascii() and count.isdecimal()):
        hint = f"write collection=count, of {', '.join(own) or 'a connected system'}"
        raise InputError("held_unreadable", hint, field="--held")
    return Holding(system=system, collection=name, category=own[name].category, count=int(count))


def _copy(own: Mapping[str, Collection], said: str) -> Copy:
    """Read `collection=path`: by its collection a copy meets the gates that records of it meet."""
    name, _, path = said.partition("=")
    if name not in own or not path:
        hint = f"write collection=path, of {', '.join(own) or 'a connected system'}"
        raise InputError("copy_unplaced", hint, field="--file")
    return Copy(collection=own[name], path=Path(path))


def _cards() -> Mapping[str, Card]:
    connected = fitter.connectors(fitter.tools(settings.load()))
    return {name: system.card for name, system in connected.items()}


def read_proof(proof: Path | None) -> bytes:
    """Return what a file shows; nothing if none was named."""
    try:
        return proof.read_bytes() if proof else b""
    except OSError:
        raise InputError("proof_unreadable", "name a file that can be read", field="--proof") from None


def _print(found: tuple[Task, ...]) -> None:
    if not found:
        complaints.print("nothing waits for a hand")
        return
    fixed = (Column(name, no_wrap=True) for name in ("until", "case"))
    whole = (Column(name, overflow="fold") for name in ("system", "why", "owner", "since", "right"))
    table = Table(*fixed, *whole)
    for one in found:
        cells = (one.system, one.reason, one.owner, str(one.since_on), one.right)
        table.add_row(str(one.deadline_on), one.case_id, *cells)
    console.print(table)
