"""Commands about proof: evidence, and making a case unreadable."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from commands._counter import By, CaseId, Exit, Json, console, guarded, tell
from commands._desk import with_desk
from desk import cases, delivery
from desk.desk import Desk
from desk.shredding import shred as shred_case
from dsar.errors import InputError
from dsar.evidence import Entry, Verification, instant
from dsar.orders import Posted

app = typer.Typer()


@app.command()
def evidence(
    case: CaseId,
    *,
    out: Annotated[Path | None, typer.Option(help="Write the chain to this file.")] = None,
    as_json: Json = False,
) -> None:
    """Print or write the chain of evidence of a case, and verify it. Exit code 1 if it is broken.

    Example: starter.py evidence case_… --out evidence.json
    """

    async def work(desk: Desk) -> tuple[tuple[Entry, ...], Verification]:
        return cases.show(desk, case).evidence, desk.register.verify_evidence(case)

    chain, found = with_desk(work, as_json=as_json)
    told = {"case": case, "verification": asdict(found), "entries": [written(entry) for entry in chain]}
    if out:
        guarded(lambda: _write(out, json.dumps(told, indent=2) + "\n"), as_json=as_json)
    tell(told, lambda: _print_verification(found, out), as_json=as_json)
    if not found.whole:
        raise typer.Exit(Exit.FAILED)


@app.command("send-again")
def send_again(case: CaseId, *, by: By, as_json: Json = False) -> None:
    """Send an answer again: a fresh link and a fresh code. The earlier ones end.

    Example: starter.py send-again case_… --by support_anna
    """

    async def work(desk: Desk) -> Posted:
        return await delivery.send_again(desk, case, by=by)

    posted = with_desk(work, as_json=as_json)
    said = "a fresh link and code are on their way" if posted.ok else f"not sent: {posted.reason}"
    tell(posted, lambda: console.print(said, markup=False), as_json=as_json)
    if not posted.ok:
        raise typer.Exit(Exit.FAILED)


@app.command("take-out")
def take_out(
    case: CaseId,
    out: Annotated[
        Path, typer.Argument(help="Where to write the bundle: it is the person's data, in clear.")
    ],
    *,
    by: By,
    as_json: Json = False,
) -> None:
    """Write an answer to a file, to be handed over by post or in person. Only the DPO; it is on record.

    Example: starter.py take-out case_… answer.zip --by dpo_robin
    """

    async def work(desk: Desk) -> int:
        if out.exists():
            raise InputError("file_exists", "name a file that does not exist yet", field="out")
        chunks = delivery.take_out(desk, case, by=by)
        return _kept(chunks, out)

    size = with_desk(work, as_json=as_json)
    tell({"case": case, "size": size}, lambda: console.print(f"{size:,} bytes in {out}"), as_json=as_json)


@app.command()
def shred(case: CaseId, *, by: By, as_json: Json = False) -> None:
    """Make a closed case unreadable for ever: destroy its key. Evidence stays, without the person.

    Example: starter.py shred case_… --by dpo_robin
    """

    async def work(desk: Desk) -> int:
        return await shred_case(desk, case, by=by)

    count = with_desk(work, as_json=as_json)
    tell(
        {"case": case, "objects": count},
        lambda: console.print(f"{case} is unreadable now; {count} sealed objects are gone"),
        as_json=as_json,
    )


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text)
    except OSError:
        raise InputError("file_unwritable", "name a file in a directory that exists", field="out") from None


def _kept(chunks: Iterator[bytes], out: Path) -> int:
    with open(out, "xb", opener=_private) as file:  # Path.open takes no opener
        return sum(file.write(chunk) for chunk in chunks)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def written(entry: Entry) -> dict[str, object]:
    """Return an entry as it stands in an evidence file."""
    return {**asdict(entry), "at": instant(entry.at)}


def _print_verification(found: Verification, out: Path | None) -> None:
    if found.whole:
        console.print(f"{found.entries} entries, the chain is whole")
    else:
        console.print(f"[red]broken at entry {found.broken_at}: {found.reason}[/red]")
    if out:
        console.print(f"written to {out}")
