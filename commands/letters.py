"""Commands about letters: look at one, see which did not arrive, settle them."""

import sys
from typing import Annotated

import typer
from rich.table import Table

import fitter
from commands._counter import By, CaseId, Json, console, tell
from commands._desk import with_desk
from commands._typed import asked, typed
from desk import letters
from desk.desk import Desk
from desk.letters import Waiting
from dsar.ports import Letter

app = typer.Typer()
Kind = Annotated[str, typer.Argument(help="The kind of letter, e.g. acknowledgement, refusal.")]


@app.command("letter")
def preview(
    case: CaseId,
    kind: Kind,
    *,
    locale: Annotated[str, typer.Option(help="In this language, not the case's own: en, de.")] = "",
    html: Annotated[bool, typer.Option("--html", help="Print the HTML instead of the text.")] = False,
    as_json: Json = False,
) -> None:
    """Show a letter as this case would write it now. Nothing is sent; what is not known yet is named.

    Example: starter.py letter case_… refusal --locale de --html > refusal.html
    """

    async def work(desk: Desk) -> tuple[Letter, tuple[str, ...]]:
        known = letters.facts_of(desk, case)
        language = locale or desk.case(case).request.locale
        return fitter.letters().preview(letters.kind_of(kind), language, known)

    letter, missing = with_desk(work, as_json=as_json)
    told = {"kind": letter.kind, "subject": letter.subject, "text": letter.text, "html": letter.html}
    tell(
        {**told, "missing": missing},
        lambda: _print_letter(letter, missing, html=html),
        as_json=as_json,
    )


@app.command("letters")
def waiting(*, as_json: Json = False) -> None:
    """List the letters that nobody received. Exit code 0, also if there are some.

    Example: starter.py letters
    """

    async def work(desk: Desk) -> list[Waiting]:
        return list(letters.waiting(desk))

    found = with_desk(work, as_json=as_json)
    tell(found, lambda: _print_waiting(found), as_json=as_json)


@app.command()
def bounced(case: CaseId, kind: Kind, *, by: By, as_json: Json = False) -> None:
    """Note that a letter came back after the mail server had taken it.

    Example: starter.py bounced case_… acknowledgement --by support_anna
    """

    async def work(desk: Desk) -> None:
        letters.note_bounce(desk, case, letters.kind_of(kind), by=by)

    with_desk(work, as_json=as_json)
    said = f"noted; once it reached the person another way: posted {case} {kind}"
    tell({"bounced": kind}, lambda: console.print(said, markup=False), as_json=as_json)


@app.command()
def posted(case: CaseId, kind: Kind, *, by: By, as_json: Json = False) -> None:
    """Note that a letter which did not arrive reached the person another way.

    Example: starter.py posted case_… acknowledgement --by support_anna
    """

    async def work(desk: Desk) -> None:
        await letters.hand_over(desk, case, letters.kind_of(kind), by=by)

    with_desk(work, as_json=as_json)
    tell({"posted": kind}, lambda: console.print("noted"), as_json=as_json)


@app.command()
def readdress(
    case: CaseId,
    *,
    email: Annotated[str, typer.Option(help="The right address; '-' reads a line of standard input.")] = "",
    by: By,
    as_json: Json = False,
) -> None:
    """Correct an address before identity is proved. A fresh letter asks there.

    Example: echo ada@example.com | starter.py readdress case_… --email - --by support_anna
    """
    address = typed(email).strip() if email else asked()

    async def work(desk: Desk) -> None:
        await letters.readdress(desk, case, address, by=by)

    with_desk(work, as_json=as_json)
    tell({"readdressed": case}, lambda: console.print("a fresh letter is on its way"), as_json=as_json)


def _print_letter(letter: Letter, missing: tuple[str, ...], *, html: bool) -> None:
    sys.stdout.write(letter.html if html else f"Subject: {letter.subject}\n\n{letter.text}\n")
    if missing:
        sys.stderr.write(f"not known yet, shown by a stand-in: {', '.join(missing)}\n")


def _print_waiting(found: list[Waiting]) -> None:
    if not found:
        console.print("every letter arrived")
        return
    table = Table("case", "letter", "why", "since")
    for one in found:
        since = f"{one.letter.since_at:%Y-%m-%d %H:%M}"
        table.add_row(one.case, one.letter.kind, one.letter.reason, since)
    console.print(table)
