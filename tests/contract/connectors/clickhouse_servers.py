"""A running ClickHouse: the real engine, chDB, behind a small server of the tests' own."""

import atexit
import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from rehearsal.processes import LOOPBACK, Child, Program, accepts, free_port, serving

VARIABLE = "DSAR_TEST_CHDB"
MISSING = f"chDB is not here; {VARIABLE} names a virtual environment with chdb-core (tests/README.md)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A running server. Each test makes a database of its own."""

    port: int
    child: Child

    def url(self, database: str) -> str:
        return f"clickhouse://default@{LOOPBACK}:{self.port}/{database}?secure=false"


def running() -> Engine:
    """Return one server for the session; skip the test where there is none."""
    home = os.environ.get(VARIABLE, "")
    if not home:
        pytest.skip(MISSING)
    return _started(Path(home) / "bin" / "python")


@cache
def _started(python: Path) -> Engine:
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
    return stack.enter_context(serving(lambda: _described(python, folder)))


def _described(python: Path, folder: Path) -> Engine:
    port = free_port()
    program = Path(__file__).with_name("clickhouse_program.py")
    command = (str(python), str(program), str(folder / "data"), str(port))
    described = Program(name="chdb", command=command, log=folder / "chdb.log", ready=lambda: accepts(port))
    return Engine(port=port, child=Child(described))
