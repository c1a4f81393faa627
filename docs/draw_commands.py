"""Draws the page of commands from the front desk itself."""

import inspect
from typing import Any

import typer

import starter
from commands._counter import Exit
from docs.draw_settings import cell

INTRO = """The front desk, `starter.py`. Most commands print prose for people, or JSON with `--json`;
all tell scripts by their exit code how it went. They find the engine by its [settings](settings.md).
`make demo` makes the Python to run them with: `.venv/bin/python starter.py …`."""
EXITS = {
    Exit.DONE: "done",
    Exit.FAILED: "a check failed: evidence broken, bundle not valid, a part unhealthy, rows not computed",
    Exit.INPUT: "what was typed cannot be taken; the message says what to type instead",
    Exit.NOT_READY: "a part of the engine must be mended or started; the message says which",
    Exit.STOPPED: "stopped by Ctrl-C or TERM",
}


def commands() -> dict[str, Any]:
    """Every command of the front desk by its name, in the order a case meets them."""
    desk: Any = typer.main.get_command(starter.app)
    context = desk.make_context("starter.py", [], resilient_parsing=True)
    found = {name: desk.get_command(context, name) for name in desk.list_commands(context)}
    return {spelled: each for name, command in found.items() for spelled, each in _whole(name, command)}


def _whole(name: str, command: Any) -> list[tuple[str, Any]]:  # noqa: ANN401  # as `options`
    """A command, or every command of a group by both its words."""
    inner = getattr(command, "commands", None)
    return [(f"{name} {word}", each) for word, each in inner.items()] if inner else [(name, command)]


def options(command: Any) -> set[str]:  # noqa: ANN401  # click, which typer carries inside, has no public types
    """Every spelling of a command's options, those that every command has included."""
    spelled = {spelling for each in command.params for spelling in (*each.opts, *each.secondary_opts)}
    return {spelling for spelling in spelled if spelling.startswith("-")} | {"-h", "--help"}


def commands_page(note: str) -> str:
    """Every command: what it does, its examples, its arguments and options."""
    exits = "\n".join(
        ["| exit code | meaning |", "|---|---|", *(f"| {k:d} | {v} |" for k, v in EXITS.items())]
    )
    sections = [section(name, command) for name, command in commands().items()]
    return "\n\n".join([note, "# Commands", INTRO, exits, *sections]) + "\n"


def section(name: str, command: Any) -> str:  # noqa: ANN401  # as `options`
    """One command."""
    said = inspect.cleandoc(command.help or "").replace("\b\n", "")
    rows = [row(each) for each in command.params if each.name != "help"]
    table = "\n".join(["| argument or option | default | meaning |", "|---|---|---|", *rows])
    return f"## {name}\n\n```text\n{said}\n```" + (f"\n\n{table}" if rows else "")


def row(each: Any) -> str:  # noqa: ANN401  # as `options`
    """One argument or option as a line of a table."""
    shown = "|".join(spelling for spelling in each.opts if spelling.startswith("-")) or each.name.upper()
    given = "must be given" if each.required else cell(each.default)
    return f"| `{shown}` | {given} | {' '.join((each.help or '').split()).replace('|', '·')} |"
