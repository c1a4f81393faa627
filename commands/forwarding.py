"""The commands about clients: pass a request on to one, and carry out what one instructs."""

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from commands._counter import By, CaseId, Exit, Json, console, tell
from commands._desk import cards, connected, with_desk
from commands._typed import told, typed
from desk.desk import Desk
from desk.forwarding import dismiss
from desk.forwarding import forward as pass_on
from desk.instructing import Foreseen, Given, foresee
from desk.instructing import instruct as carry_out
from desk.instructing_corrections import Changes, corrections_in, foresee_corrections
from dsar.instructions import To
from dsar.orders import Posted

app = typer.Typer()


@app.command()
def forward(
    case: CaseId,
    system: Annotated[str, typer.Argument(help="The client's system, `exempt` in `show`.")],
    *,
    by: By,
    not_theirs: Annotated[bool, typer.Option(help="Say that it is not about their data.")] = False,
    as_json: Json = False,
) -> None:
    """Pass a request on to the client whose data it is about; the person learns whom to ask.

    We only process that data: it is neither searched nor disclosed nor erased on the person's word.

    Examples:
      starter.py forward case_… training --by support_anna
      starter.py forward case_… payroll --not-theirs --by support_anna
    """

    async def work(desk: Desk) -> Posted:
        return await pass_on(desk, case, system, by=by)

    async def set_aside(desk: Desk) -> None:
        dismiss(desk, case, system, by=by)

    if not_theirs:
        with_desk(set_aside, as_json=as_json)
        tell({"not_theirs": system}, lambda: console.print("noted: nobody is told"), as_json=as_json)
        return
    posted = with_desk(work, as_json=as_json)
    said = "the client and the person were told" if posted.ok else f"not sent: {posted.reason}"
    tell({"sent": posted.ok, "reason": posted.reason}, lambda: console.print(said), as_json=as_json)
    if not posted.ok:
        raise typer.Exit(Exit.FAILED)


@app.command()
def instruct(  # noqa: PLR0913 - each is an option of its own
    case: CaseId,
    client: Annotated[str, typer.Argument(help="The client's code, under `clients` in policy/company.yaml.")],
    *,
    to: Annotated[
        str,
        typer.Option(help="What they instruct: erase, correct, hand-over (to them), or leave (do nothing)."),
    ],
    instructed_by: Annotated[str, typer.Option(help="Who instructed us, at the client.")],
    reference: Annotated[str, typer.Option(help="Their reference, or that of their message.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day on which they did.")],
    by: By,
    by_hand: Annotated[
        list[str] | None, typer.Option(help="A system in which it was carried out by hand; may be repeated.")
    ] = None,
    send_to: Annotated[
        str,
        typer.Option(
            help="Of hand-over: the client's address, at their own host; '-' reads it from standard input."
        ),
    ] = "",
    corrections: Annotated[
        str,
        typer.Option(
            help="Of correct: a file of lines 'field = value', or JSON; '-' reads the rest of standard input."
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Note nothing: check it, and say what would be done.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Note what a client instructs about their data of this person, and carry it out on that data alone.

    The request must have been passed on to them. What is left for a hand stands in `tasks`; say that it was
    done with `--by-hand`. When nothing is left the client gets a letter.

    Examples:
      starter.py instruct case_… training --to erase --instructed-by "Kim Rowe" --reference HT-118
        --on 2026-11-20 --by dpo_robin
      starter.py instruct case_… training --to hand-over --send-to - --instructed-by "Kim Rowe"
        --reference HT-118 --on 2026-11-20 --by dpo_robin
      starter.py instruct case_… training --to correct --corrections - --instructed-by "Kim Rowe"
        --reference HT-118 --on 2026-11-20 --by dpo_robin < lines.txt
    """
    address, right = typed(send_to), told(corrections)

    def given() -> Given:
        return Given(
            to=to,
            instructed_by=instructed_by,
            reference=reference,
            on=on.date(),
            by_hand=tuple(by_hand or ()),
            send_to=address,
            corrections=corrections_in(right, cards().values(), client) if corrections else (),
        )

    async def look(desk: Desk) -> Foreseen | Changes:
        if to != To.CORRECT:
            return foresee(desk, cards().values(), case, client, given(), by=by)
        async with connected() as systems:
            return await foresee_corrections(desk, systems, case, client, given(), by=by)

    async def work(desk: Desk) -> int:
        return await carry_out(desk, case, client, given(), by=by)

    if dry_run:
        seen = with_desk(look, as_json=as_json)
        tell(seen, lambda: _print(seen), as_json=as_json)
        return

    number = with_desk(work, as_json=as_json)
    said = f"instruction {number} is noted; what is left of it stands in `tasks`"
    tell({"client": client, "instruction": number}, lambda: console.print(said), as_json=as_json)


def _print(seen: Foreseen | Changes) -> None:
    """Print what would be done."""
    if isinstance(seen, Changes):
        _print_changes(seen)
        seen = seen.seen
    for system, collections in seen.places.items():
        console.print(f"{seen.to} in {system}: {', '.join(collections)}", markup=False)
    for system in seen.by_hand:
        console.print(f"{system}: done by hand, as you say", markup=False)
    if seen.host:
        console.print(f"one signed file goes to {seen.host}, and none to the person", markup=False)
    console.print(f"{seen.told} is told" if seen.told else "nothing is done and nobody is told", markup=False)


def _print_changes(seen: Changes) -> None:
    """Print what would be changed, by number: a value stands in no line, and so on no screen."""
    table = Table("correction", "found in", "kind", "wrong", "right", "by hand, because")
    for one in seen.changes:
        where = f"{one.system} {one.collection}"
        table.add_row(
            str(one.correction), where, one.category, str(one.rows), str(one.right), one.reason or "-"
        )
    if seen.changes:
        console.print(table)
    for number in seen.unplaced:
        console.print(f"correction {number}: no record read here has that field, or that wrong value")
    for system, reason in seen.unread.items():
        console.print(f"{system}: cannot be looked at: {reason}", markup=False)
