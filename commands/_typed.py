"""What people type or pipe: on standard input it stands in no shell's history."""

import sys
from pathlib import Path

import typer

from commands._counter import Exit, complaints
from dsar.corrections import LONGEST_TEXT


def typed(value: str) -> str:
    """Return a value, or the next line of standard input for '-'."""
    return sys.stdin.readline().rstrip("\n") if value == "-" else value


def told(given: str) -> str:
    """Return corrections out of a file, or what is left of standard input for '-'; nothing for nothing.

    No more is read than is taken: of an endless file the rest stays where it is.
    """
    most = LONGEST_TEXT + 1  # one too many, so that it is refused and not cut
    if not given:
        return ""
    try:
        if given == "-":
            return sys.stdin.read(most)
        with Path(given).open(encoding="utf-8") as file:
            return file.read(most)
    except (OSError, UnicodeDecodeError):
        complaints.print("corrections: give them in UTF-8, in a file that can be read", style="red")
        raise typer.Exit(Exit.INPUT) from None


def asked() -> str:
    """Ask whoever types for the address. A script that gave none is told where one goes."""
    try:
        return str(typer.prompt("e-mail address", err=True))
    except typer.Abort:
        complaints.print("\nemail: nothing was opened; give an address with --email -", markup=False)
        raise typer.Exit(Exit.INPUT) from None
