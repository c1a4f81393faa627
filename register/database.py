"""The connection to the register's database: SQLite by default, PostgreSQL by one setting."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Executable,
    Row,
    create_engine,
    event,
    exc,
    func,
    make_url,
    select,
)

from dsar.errors import OperatorError
from register import failures

_T = TypeVar("_T")
_TRIES = 5
_PATIENCE = 30  # seconds to wait for a lock, a connection or a turn
_AT_ONCE = 10_000  # rows fetched in one piece
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}

# A reader never waits for a writer (WAL), a commit survives a power cut (FULL), and what was dropped is
# overwritten on the disk (secure_delete).
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


class Database:
    """Reads one statement at a time and writes one piece of work per transaction. Safe for many threads.

    Raises:
        OperatorError: `url_invalid`: not the address of a SQLite file or a PostgreSQL database.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(_parsed(url))
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        self._reader: Engine = self._engine
        self._writer: Engine = self._engine
        if self.is_sqlite:
            self._writer = self._engine.execution_options()
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._writer, "begin", _begin_immediate)
        else:
            self._reader = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        # SQLite lets waiting writers starve; in one process they queue instead.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    def read(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """Return all rows of one statement: one snapshot.

        Raises:
            TemporaryError, OperatorError: see `failures.told`.
        """
        with failures.told(), self._reader.connect() as connection:
            return connection.execute(statement, values or {}).all()

    def inspect(self, look: Callable[[Connection], _T]) -> _T:
        """Show a connection to something that only looks.

        Raises:
            TemporaryError, OperatorError: see `failures.told`.
        """
        with failures.told(), self._reader.connect() as connection:
            return look(connection)

    def clock(self) -> datetime:
        """Return the moment by the clock that all who share the database share.

        Raises:
            TemporaryError, OperatorError: see `failures.told`.
        """
        return self.inspect(self.clock_of)

    def clock_of(self, connection: Connection) -> datetime:
        """Return the same inside a transaction, which may have waited for a while."""
        if self.is_sqlite:  # all who share a file share a clock
            return datetime.now(UTC)
        said: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return said

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Show one moment of the whole database, read row by row: memory stays flat.

        Raises:
            TemporaryError, OperatorError: see `failures.told`.
        """
        with failures.told(), self._engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")  # its driver begins only before it writes
                yield connection
            else:
                options = connection.execution_options(isolation_level="REPEATABLE READ")
                yield options.execution_options(stream_results=True, max_row_buffer=_AT_ONCE)

    def write(self, work: Callable[[Connection], _T]) -> _T:
        """Do `work` in one transaction; do it again if another writer was quicker. Nothing is written if
        it raises. A commit of which the answer was lost is not repeated: the caller asks again.

        Raises:
            TemporaryError, OperatorError: see `failures.told`; and what `work` raises.
        """
        with failures.told():
            for _ in range(_TRIES - 1):
                with suppress(failures.LostRaceError):
                    return self._try(work)
            return self._try(work)

    def _try(self, work: Callable[[Connection], _T]) -> _T:
        with self._turn, self._writer.connect() as connection:
            try:
                result = work(connection)
            except exc.DBAPIError as error:
                if failures.is_lost_race(error):
                    raise failures.LostRaceError from None
                raise
            connection.commit()
            return result

    def close(self) -> None:
        """Close all connections. Safe to repeat."""
        self._engine.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):  # also a port that is no number
        raise OperatorError("register", "url_invalid") from None
    backend = parsed.get_backend_name()
    if backend not in _DRIVERS or parsed.database in {None, "", ":memory:"}:
        raise OperatorError("register", "url_invalid")
    return parsed.set(drivername=_DRIVERS[backend])


def _engine(url: URL) -> Engine:
    """Fewer connections than threads: a write takes milliseconds, and a server has few places."""
    waiting = {"timeout": _PATIENCE} if url.get_backend_name() == "sqlite" else _POSTGRES_SESSION
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=_PATIENCE,
        pool_use_lifo=True,
        connect_args=waiting,
    )


_POSTGRES_SESSION = {
    "connect_timeout": 10,
    "application_name": "dsar-register",
    "options": f"-c lock_timeout={_PATIENCE}s -c idle_in_transaction_session_timeout=60s",
}


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLAlchemy's own shape
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: a read that turns into a write could lose what it had read."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
