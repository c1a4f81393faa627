"""The command that checks a bundle or an evidence pack: it needs no engine, only the file."""

from pathlib import Path
from typing import Annotated

import typer

from bundle.verify import verify as verify_archive
from commands._counter import Exit, Json, console, guarded, tell

app = typer.Typer()


@app.command("verify-bundle")
def verify_bundle(
    file: Annotated[Path, typer.Argument(help="The archive, as it was downloaded.")],
    *,
    key: Annotated[Path | None, typer.Option(help="The company's public key, to prove who signed.")] = None,
    as_json: Json = False,
) -> None:
    """Check an export bundle offline: files, hashes, signature. Exit code 1 if anything is wrong.

    Of an evidence pack it also checks every entry of the chain, and every checkpoint over it.

    Example: starter.py verify-bundle bundle.zip
    """
    report = guarded(lambda: verify_archive(file, key), as_json=as_json)
    tell(report, lambda: console.print("\n".join(report.lines()), markup=False), as_json=as_json)
    if not report.ok:
        raise typer.Exit(Exit.FAILED)
