"""House equipment for DuckDB: its connections, with one writer or many readers at a file, and a time-out.

A file of DuckDB is open for reading in many processes or for writing in one
(duckdb.org/docs/current/connect/concurrency), and one process cannot have it open in both ways. So nobody
here keeps it open between two questions, and whoever writes waits until the readers of this process are gone.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

LOCKED = "Could not set lock"  # how DuckDB begins to say that another process has the file
_PATIENCE = 30  # seconds that one question waits for the file within this process
# No extension is fetched from the network unasked; what does not fit in memory is sorted on disk.
_CONFIG = {"autoinstall_known_extensions": "false", "memory_limit": "1GB"}


class File:
    """Who has a file open in this process: any number for reading, or one for writing."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._open = 0  # readers; -1 is a writer

    def take(self, *, writing: bool) -> Callable[[], None]:
        """Wait until it is free for that. Returns what gives it back.

        Raises:
            duckdb.IOException: others had it for too long.
        """
        with self._free:
            if not self._free.wait_for(lambda: self._open == 0 if writing else self._open >= 0, _PATIENCE):
                raise duckdb.IOException(LOCKED)
            self._open += -1 if writing else 1
        return self._leave_writing if writing else self._leave_reading

    def _leave_writing(self) -> None:
        self._left(1)

    def _leave_reading(self) -> None:
        self._left(-1)

    def _left(self, step: int) -> None:
        with self._free:
            self._open += step
            self._free.notify_all()


@cache
def _file(_path: Path) -> File:
    return File()


def connect(database: str, mode: str = "", attach: Sequence[str] = (), seconds: float = 120) -> "Connection":
    """Open a file and those attached to it. `mode` is `ro` or `rw`, which creates nothing; else it creates.

    Raises:
        duckdb.Error: it is not there, is no database, or another process writes to it.
    """
    paths = [Path(each).resolve() for each in (database, *attach)]
    if mode and (missing := [path for path in paths if not path.exists()]):
        raise duckdb.IOException(f"{len(missing)} files: database does not exist")
    leaving: list[Callable[[], None]] = []
    try:
        leaving += (_file(path).take(writing=mode != "ro") for path in sorted({*paths}))
        raw = duckdb.connect(str(paths[0]), read_only=mode == "ro", config={**_CONFIG})
        _open(raw, paths[1:], mode)
    except BaseException:
        _leave(leaving)
        raise
    return Connection(raw, leaving, seconds, reading=mode == "ro")


def _open(raw: duckdb.DuckDBPyConnection, attached: Sequence[Path], mode: str) -> None:
    """Instants come in UTC wherever the machine stands. An attached file is called as its name begins."""
    try:
        raw.execute("SET TimeZone = 'UTC'")
        for path in attached:
            file, name = str(path).replace("'", "''"), path.stem.replace('"', '""')
            how = " (READ_ONLY)" if mode == "ro" else ""
            raw.execute(f"ATTACH IF NOT EXISTS '{file}' AS \"{name}\"{how}")
    except BaseException:
        raw.close()
        raise


def _leave(leaving: list[Callable[[], None]]) -> None:
    while leaving:
        leaving.pop()()


class Connection:
    """A connection as PEP 249 has it. DuckDB's own cursors would each be in a transaction of their own."""

    def __init__(
        self,
        raw: duckdb.DuckDBPyConnection,
        leaving: list[Callable[[], None]],
        seconds: float,
        *,
        reading: bool,
    ) -> None:
        self._raw, self._leaving, self._seconds, self._reading = raw, leaving, seconds, reading
        self._begun = False

    def begin(self) -> None:
        """Begin a transaction. Reading needs none: nobody can write to a file that is open for it."""
        if not self._reading:
            self._raw.begin()
            self._begun = True

    def commit(self) -> None:
        if self._begun:
            self._begun = False
            self._raw.commit()

    def rollback(self) -> None:
        if self._begun:
            self._begun = False
            self._raw.rollback()

    def cursor(self) -> "Cursor":
        return Cursor(self._raw, self._seconds)

    def close(self) -> None:
        """Close the file at once, for the sake of others. Safe to repeat."""
        self._raw.close()
        _leave(self._leaving)


class Cursor:
    """The one cursor of a connection. What takes too long is interrupted: DuckDB has no time-out."""

    arraysize = 1

    def __init__(self, raw: duckdb.DuckDBPyConnection, seconds: float) -> None:
        self._raw, self._seconds = raw, seconds
        self.rowcount = -1
        self.description: Any = None

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement. A change answers with one row, how many it was, which no caller wants as a row."""
        changes = duckdb.ExpectedResultType.CHANGED_ROWS
        with self._in_time():
            told = self._raw.extract_statements(statement)[-1].expected_result_type
            self._raw.execute(statement, parameters)
            self.description = self._raw.description
            if changes in told and " returning " not in statement.lower():
                self.rowcount = int((self._raw.fetchone() or [0])[0])
                self.description = None

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        with self._in_time():
            self._raw.executemany(statement, rows)
        self.description = None

    def fetchone(self) -> Any:  # noqa: ANN401 - any row
        with self._in_time():
            return self._raw.fetchone()

    def fetchmany(self, size: int = 1) -> list[Any]:
        with self._in_time():
            return self._raw.fetchmany(size)

    def fetchall(self) -> list[Any]:
        with self._in_time():
            return self._raw.fetchall()

    def close(self) -> None:
        """Nothing is to be closed: the connection has what there is."""

    def _in_time(self) -> AbstractContextManager[None]:
        return _watch().limited(self._seconds, self._raw.interrupt)


class _Watch(threading.Thread):
    """Interrupts what takes too long. One thread for all: one a fetch would cost more than the fetch."""

    def __init__(self) -> None:
        super().__init__(name="duckdb-time-out", daemon=True)
        self._news = threading.Condition()
        self._running: dict[object, tuple[float, Callable[[], None]]] = {}
        self.start()

    @contextmanager
    def limited(self, seconds: float, interrupt: Callable[[], None]) -> Iterator[None]:
        """Interrupt what is done within, if it takes longer than that."""
        this = object()
        with self._news:
            self._running[this] = time.monotonic() + seconds, interrupt
            self._news.notify()
        try:
            yield
        finally:
            with self._news:
                self._running.pop(this, None)

    def run(self) -> None:
        with self._news:
            while True:
                first = min((at for at, _ in self._running.values()), default=None)
                self._news.wait(None if first is None else max(0, first - time.monotonic()))
                self._stop_the_late()

    def _stop_the_late(self) -> None:
        now = time.monotonic()
        for this, (at, interrupt) in [*self._running.items()]:
            if at <= now:
                del self._running[this]
                interrupt()


@cache
def _watch() -> _Watch:
    return _Watch()
