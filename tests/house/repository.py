"""The repository as the house tests see it: the files Git knows (or would), and their syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "dsar",
    "workflows",
    "activities",
    "connectors",
    "register",
    "vault",
    "bundle",
    "letters",
    "policy",
    "calendars",
    "relay",
    "desk",
    "console",
    "commands",
    "rehearsal",
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[str, ...]:
    """Paths of all files that are tracked or waiting to be, relative to the root."""
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return tuple(sorted(name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()))


def ending(*suffixes: str) -> list[str]:
    return [name for name in files() if name.endswith(suffixes)]


def house_modules() -> list[str]:
    """Python files of the rooms, and those that stand at the root (worker.py, starter.py, …)."""
    return [name for name in ending(".py") if name.split("/")[0] in ROOMS or "/" not in name]


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(text(name), filename=name)


def functions(module: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(module) if isinstance(node, Function))


def body_lines(function: Function) -> int:
    """Lines of a function without its signature and its docstring."""
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0
