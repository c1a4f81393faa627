"""What every command shares: one way to print, one way to fail. Light, so that help comes at once."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Column, Table

from dsar.errors import DsarError, InputError

T = TypeVar("T")
console = Console(highlight=False)
complaints = Console(stderr=True, highlight=False)
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of prose.")]
CaseId = Annotated[str, typer.Argument(help="The case, as `list` prints it: case_….")]
By = Annotated[str, typer.Option("--by", help="Your staff handle, from policy/company.yaml.")]

# What a person can do about an engine that is not ready, by reason.
NEXT_MOVES = {
    "schema_old": "run `starter.py prepare`",
    "bucket_missing": "run `starter.py prepare`, or correct DSAR_S3_BUCKET",
    "access_refused": "check the credentials named in the settings",
    "credentials_missing": "set DSAR_S3_ACCESS_KEY and DSAR_S3_SECRET, or AWS's own settings",
    "database_missing": "create it, then run `starter.py prepare`; or correct DSAR_REGISTER_URL",
    "store_unreachable": "start the S3 server, or correct DSAR_S3_ENDPOINT; nothing is lost",
    "store_busy": "look at the S3 server: it has too much to do, or its disk is full and it does not say so",
    "work_unreadable": "see the worker's log: most likely the key service or the S3 store gave it no key",
    "store_full": "make room in the S3 store, or raise its quota; nothing is lost",
    "unreachable": "start it, or correct its address (and its certificates) in the settings",
    "keys_left_behind": "move what is under keys/ in DSAR_S3_BUCKET into DSAR_S3_KEYS_BUCKET",
    "column_referenced": "rows refer to its row: leave it out of the map, or drop its index",
    "credentials_refused": "correct the key or password, or its scopes",
    "not_registered": "a canary is expected here: put it back into systems.yaml, or out of the canaries",
    "canary_silent": "it answers and does not find its canary: see docs/how-to/keep-canaries.md",
    "not_ended_yet": "see `show`: what is under way ends first, or start a worker; then withdraw again",
    "no_answer": "start a worker: python worker.py",
    "master_key_missing": "run `starter.py prepare` once, or restore the key file",
    **dict.fromkeys(
        ("master_key_unwritable", "signing_key_unwritable"),
        "name a file in a directory that can be written and has room, in the settings",
    ),
    "suite_missing": "install the test tools (`make .venv/.ready`) in a checkout of the repository",
    "suite_broken": "run the tests in tests/contract/connectors: they do not start",
    **dict.fromkeys(
        ("object_missing", "seal_broken", "parcels_mixed"),
        "what was exported is not whole: restore the bucket's objects and try again, or `open` it anew",
    ),
    "disk_full": "make room; nothing was half written",
}


class Exit(IntEnum):
    """Exit codes: what a script may rely on."""

    DONE = 0
    FAILED = 1  # a check failed: evidence broken, bundle not valid, a system unhealthy
    INPUT = 2  # what was typed cannot be taken
    NOT_READY = 4  # a part of the engine must be mended or started
    STOPPED = 130  # by Ctrl-C or TERM


def whole(*names: str) -> Table:
    """Return a table that cuts nothing off, however narrow the terminal is."""
    return Table(*(Column(name, overflow="fold") for name in names))


def next_move(reason: str, otherwise: str) -> str:
    """Return what a person can do; a reason may name a place after a colon."""
    return NEXT_MOVES.get(reason.partition(":")[0], otherwise)


def guarded(work: Callable[[], T], *, as_json: bool) -> T:
    """Run `work`; turn our errors into a message with the next move and an honest exit code."""
    try:
        return work()
    except InputError as error:
        complain(error, error.hint, as_json=as_json, field=error.field)
        raise typer.Exit(Exit.INPUT) from None
    except DsarError as error:
        hint = next_move(error.reason, "see `starter.py systems`")
        complain(error, f"{error.system}: {error.reason.replace('_', ' ')}; {hint}", as_json=as_json)
        raise typer.Exit(Exit.NOT_READY) from None


def complain(error: DsarError, hint: str, *, as_json: bool, field: str = "") -> None:
    """Say on standard error what is wrong and the next move."""
    if as_json:
        told = {"error": error.reason, "system": error.system, "field": field, "hint": hint}
        sys.stderr.write(json.dumps(told) + "\n")
    else:
        where = f"{field}: " if field else ""
        complaints.print("✗", style="red", end=" ")
        complaints.print(f"{where}{hint}", markup=False)


def tell(data: object, prose: Callable[[], None], *, as_json: bool) -> None:
    """Print `data` as JSON, or let `prose` print it for a person."""
    if as_json:
        sys.stdout.write(json.dumps(data, default=_plain, ensure_ascii=False, indent=2) + "\n")
    else:
        prose()


def quoted(value: object) -> str:
    """Return a value as JSON in which nothing can act on a terminal."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return str(value)
