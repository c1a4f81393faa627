"""The front desk, for support staff, the DPO and whoever runs the engine. Each command has its --help."""

import importlib
import io
import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

# Each room is imported when its command is called: help must not wait for every tool, and the rehearsal
# room is not installed everywhere.
ROOMS = {
    "open": "opening",
    "import": "opening",
    "list": "casework",
    "deadlines": "deadlines",
    "rearm": "deadlines",
    "show": "casework",
    "watch": "casework",
    "prove": "proving",
    "review": "reviewing",
    "redact": "reviewing",
    "clear": "reviewing",
    "plan": "erasing",
    "decide": "deciding",
    "corrections": "correcting",
    "correction": "correcting",
    "restriction": "restricting",
    "mark-lifted": "restricting",
    "mark-restricted": "restricting",
    "replay-erasures": "erasing",
    "withdraw": "casework",
    "residue": "residue",
    "tasks": "tasks",
    "task": "tasks",
    "recipients": "recipients",
    "forward": "forwarding",
    "instruct": "forwarding",
    "letter": "letters",
    "letters": "letters",
    "bounced": "letters",
    "posted": "letters",
    "readdress": "letters",
    "evidence": "evidence",
    "send-again": "proof",
    "take-out": "proof",
    "protect": "proof",
    "verify-bundle": "bundles",
    "retention": "keeping",
    "hold": "keeping",
    "shred": "keeping",
    "due": "law",
    "regimes": "law",
    "keys": "keys",
    "events": "events",
    "metrics": "reports",
    "company": "reports",
    "systems": "stack",
    "canary": "canaries",
    "connector": "connectors",
    "prepare": "stack",
    "serve": "stack",
    "dev": "stage",
    "demo": "stage",
}


class Desk(TyperGroup):
    """Finds a command's room by its name."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  # click, which typer carries inside, has no public types
        """Return all commands in the order a case meets them."""
        return list(ROOMS)

    def get_command(self, ctx: Any, name: str) -> Any:  # noqa: ANN401, ARG002  # as above
        """Import a command. One whose room is not installed here is not offered."""
        try:
            room = importlib.import_module(f"commands.{ROOMS[name]}")
        except KeyError:
            return None
        except ModuleNotFoundError as missing:
            if missing.name and missing.name.partition(".")[0] in {"rehearsal", "aiosmtpd"}:
                return None
            raise
        return typer.main.get_group(room.app).commands[name]


_ESCAPES = "backslashreplace"
app = typer.Typer(
    cls=Desk,
    help=__doc__,
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _desk() -> None:
    """Hold the commands together."""


def main() -> int:
    """Run one command. Returns its exit code."""
    _bear_any_text()
    try:
        app()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _bear_any_text() -> None:
    """Bytes that are no text arrive as half characters, which every check refuses by name; letters that the
    terminal does not know leave as escapes. Neither is a reason to break off.
    """
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, _ESCAPES), (sys.stderr, _ESCAPES)):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # the SDK's own threads can abort an interpreter that ends in the ordinary way
