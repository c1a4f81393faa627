"""Commands about evidence: one case's chain, or all of them under their checkpoints."""

import json
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

import fitter
import settings
from commands._counter import Exit, Json, console, guarded, tell
from commands._desk import with_desk
from commands._private import kept, not_there
from desk import cases
from desk.desk import Desk
from desk.packing import packed
from dsar.checkpoints import Audit, Checkpoint
from dsar.errors import InputError
from dsar.evidence import Entry, Verification, written
from dsar.pack import Pack, PackReason
from relay.destinations import anchors

app = typer.Typer()
_WHICH = "A case (case_…); or `verify`: examine all evidence; or `seal`: write a checkpoint now."


@app.command()
def evidence(  # noqa: PLR0913  # one option per way of asking
    which: Annotated[str, typer.Argument(metavar="CASE|verify|seal", help=_WHICH)],
    *,
    out: Annotated[Path | None, typer.Option(help="Write the chain of the case to this file.")] = None,
    public_key: Annotated[
        list[Path] | None, typer.Option(help="A signing key of earlier days, its public half as PEM.")
    ] = None,
    pack: Annotated[Path | None, typer.Option(help="Write a signed pack for an authority here.")] = None,
    why: Annotated[str, typer.Option(help=f"With --pack: {' | '.join(PackReason)}.")] = "",
    by: Annotated[str, typer.Option("--by", help="With --pack: your staff handle.")] = "",
    with_personal_data: Annotated[
        bool, typer.Option("--with-personal-data", help="With --pack: unseal reasons (the DPO alone).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Verify the chain of a case, or all chains and their signed checkpoints; also against those
    that a bucket keeps under a lock (DSAR_EVENTS_FILE). Exit code 1 if one is broken.

    With --pack, hand the evidence of a case out: signed, verifiable offline (`verify-bundle`). It names
    nobody unless you ask, and that it was handed out is on record.

    Examples:
      starter.py evidence verify
      starter.py evidence case_… --pack evidence.zip --why authority --by dpo_robin
    """
    if which == "verify":
        _verify(public_key or [], as_json=as_json)
    elif which == "seal":
        _seal(as_json=as_json)
    elif pack:
        asked = partial(packed, why=why, by=by, with_personal_data=with_personal_data)
        _pack(which, pack, asked, as_json=as_json)
    else:
        _one(which, out, as_json=as_json)


def _verify(earlier: list[Path], *, as_json: bool) -> None:
    def work() -> Audit:
        kit = fitter.tools(settings.load())
        file, judge = kit.settings.events_file, fitter.signer(kit).judge(*earlier)
        with ExitStack() as open_ones:
            places = [open_ones.enter_context(closing(one)) for one in (anchors(file) if file else ())]
            return kit.register.audit(judge, chain(*(one.checkpoints() for one in places)))

    found = guarded(work, as_json=as_json)
    tell(found, lambda: _print_audit(found), as_json=as_json)
    if found.damages:
        raise typer.Exit(Exit.FAILED)


def _seal(*, as_json: bool) -> None:
    def work() -> Checkpoint | None:
        kit = fitter.tools(settings.load())
        return kit.register.seal(datetime.now(UTC), fitter.signer(kit))

    made = guarded(work, as_json=as_json)
    said = "nothing was added since the last checkpoint"
    if made:
        said = f"checkpoint {made.statement.number} over {made.statement.cases} cases: {made.statement.root}"
    tell(made, lambda: console.print(said), as_json=as_json)


def _pack(case: str, target: Path, asked: Callable[..., Pack], *, as_json: bool) -> None:
    kit = guarded(lambda: fitter.tools(settings.load()), as_json=as_json)

    async def work(desk: Desk) -> Pack:
        not_there(target)
        writer, archive = fitter.packs(kit), BytesIO()  # without a key nothing is put on record
        made = asked(desk, kit.register, case)
        writer.write(made, archive)
        kept([archive.getvalue()], target)
        return made

    made = with_desk(work, as_json=as_json)
    flag = "it holds PERSONAL DATA" if made.personal else "it names nobody"
    told = {"case": case, "file": str(target), "entries": len(made.entries), "personal_data": made.personal}
    said = f"{len(made.entries)} entries, {len(made.inclusions)} checkpoints; {flag}; written to {target}"
    tell(told, lambda: console.print(said, markup=False), as_json=as_json)
    if not made.verification.whole:
        raise typer.Exit(Exit.FAILED)


def _one(case: str, out: Path | None, *, as_json: bool) -> None:
    async def work(desk: Desk) -> tuple[tuple[Entry, ...], Verification]:
        return cases.show(desk, case).evidence, desk.register.verify_evidence(case)

    chain, found = with_desk(work, as_json=as_json)
    told = {"case": case, "verification": asdict(found), "entries": [written(entry) for entry in chain]}
    if out:
        guarded(lambda: _write(out, json.dumps(told, indent=2) + "\n"), as_json=as_json)
    tell(told, lambda: _print_verification(found, out), as_json=as_json)
    if not found.whole:
        raise typer.Exit(Exit.FAILED)


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text)
    except OSError:
        raise InputError("file_unwritable", "name a file in a directory that exists", field="out") from None


def _print_verification(found: Verification, out: Path | None) -> None:
    if found.whole:
        console.print(f"{found.entries} entries, the chain is whole")
    else:
        console.print(f"[red]broken at entry {found.broken_at}: {found.reason}[/red]")
    if out:
        console.print(f"written to {out}", markup=False)


def _print_audit(found: Audit) -> None:
    for damage in found.damages:
        where = f"{damage.case_id}, entry" if damage.case_id else "checkpoint"
        console.print(f"[red]{where} {damage.place}: {damage.reason}[/red]")
    counted = f"{found.entries} entries of {found.cases} cases under {found.checkpoints} checkpoints"
    counted += f", {found.anchored} of them anchored" if found.anchored else ""
    console.print(f"{counted}; {len(found.damages)} damaged, {found.uncovered} not covered yet")
