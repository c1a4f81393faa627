"""Commands about the keys: changing the master key."""

from typing import Annotated

import typer

import fitter
import settings
from commands._counter import Exit, Json, console, guarded, tell
from vault.rotation import Rotated

app = typer.Typer()


@app.command()
def keys(
    _rotate: Annotated[str, typer.Argument(metavar="rotate", help="Wrap every data key anew.")],
    *,
    as_json: Json = False,
) -> None:
    """Change the master key: wrap every case's key with the new one. No data is written anew; safe to repeat.

    Exit code 1 while keys are left. Example: starter.py keys rotate
    """

    def work() -> Rotated:
        return fitter.tools(settings.load()).vault.rotate()

    found = guarded(work, as_json=as_json)
    tell(found, lambda: _print(found), as_json=as_json)
    if found.left:
        raise typer.Exit(Exit.FAILED)


def _print(found: Rotated) -> None:
    console.print(f"{found.rewrapped} keys wrapped anew, {found.already} were already; {found.left} left")
    if found.left or found.rewrapped:
        console.print("run it again until nothing is wrapped anew; then the old key may retire")
    else:
        console.print("the old master key opens nothing any more: take DSAR_OLD_… out of the settings")
