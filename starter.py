"""The front desk: commands for support staff, the DPO and whoever runs the engine. See `--help`."""

import os
import sys

import typer

from commands import casework, opening, proof, stack

app = typer.Typer(
    help=__doc__,
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (opening, casework, proof, stack):
    app.registered_commands += room.app.registered_commands


def main() -> int:
    """Run one command. Returns its exit code."""
    try:
        app()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # the SDK's own threads can abort an interpreter that ends in the ordinary way
