"""What people type or pipe: on standard input it stands in no shell's history."""

import sys

import typer

from commands._counter import Exit, complaints


def typed(value: str) -> str:
    """Return a value, or the next line of standard input for '-'."""
    return sys.stdin.readline().rstrip("\n") if value == "-" else value


def asked() -> str:
    """Ask whoever types for the address. A script that gave none is told where one goes."""
    try:
        return str(typer.prompt("e-mail address", err=True))
    except typer.Abort:
        complaints.print("\nemail: nothing was opened; give an address with --email -", markup=False)
        raise typer.Exit(Exit.INPUT) from None
