"""House equipment for databases: engines that can only read, streamed pages, errors by their remedy.

Everything runs in threads, a page at a time, in read-only transactions; what changes rows has an engine and
an account of its own. Nothing of a statement, a row or an address of a database ever reaches a message or a
log.
"""

import asyncio
import logging
import sqlite3
import warnings
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import quote

import psycopg
import sqlalchemy as sa
from psycopg.adapt import Buffer, Loader
from psycopg.pq import Format

from connectors import _sql_errors
from connectors._threads import to_the_end
from dsar.errors import InputError

CONNECTIONS = 8  # at once, per system: other people work there too
STATEMENT_SECONDS = 120
PAGE_BYTES = 8 * 2**20  # a page of fat rows ends early

_FIRST_FETCH = 64  # rows, before we know how fat they are
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
# The planner is told that we read a cursor to its end; instants come in UTC wherever the server stands.
_POSTGRES_OPENING = (
    f"SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'; "
    "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL TIME ZONE 'UTC'"
)
_MARIADB_OPENING = "START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT"
_OPENINGS = {"postgresql": _POSTGRES_OPENING, "mysql": _MARIADB_OPENING, "mariadb": _MARIADB_OPENING}
# MariaDB reads /*M! */ and leaves 5.7-style comments alone; MySQL does the opposite. The session itself is
# read-only, because a DDL statement would end a read-only transaction and run.
_MARIADB_SESSION = (
    f"SET SESSION net_write_timeout = 600, time_zone = '+00:00' "
    f"/*M!100100 , tx_read_only = 1, max_statement_time = {STATEMENT_SECONDS} */ "
    f"/*!50720 , transaction_read_only = 1, max_execution_time = {STATEMENT_SECONDS * 1000} */"
)
_MARIADB_WRITING = (
    f"SET SESSION time_zone = '+00:00' /*M!100100 , max_statement_time = {STATEMENT_SECONDS} */"
)
_SESSIONS = {False: _MARIADB_SESSION, True: _MARIADB_WRITING}

T = TypeVar("T")
Rows = list[sa.Row[Any]]


def _silent(_record: logging.LogRecord) -> bool:
    return False


for _name in ("sqlalchemy.engine.Engine", "sqlalchemy.pool"):
    logging.getLogger(_name).addFilter(_silent)  # at DEBUG they would print rows and addresses


class Database:
    """One database, for looking only; with `writing`, for deeds only."""

    def __init__(self, system: str, url: str, *, writing: bool = False) -> None:
        self._system = system
        self._writing = writing
        self._engine = _engine(url, writing=writing)
        self._slots = asyncio.Semaphore(CONNECTIONS)

    def __repr__(self) -> str:
        return f"Database({self._system})"

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in a thread and one transaction, which is read-only unless this database is for deeds.

        Raises:
            DsarError: by remedy; see `_sql_errors`.
        """
        async with self._slots:
            return await to_the_end(self._run, work)

    async def stream(self, statement: sa.Select[Any], most: int) -> AsyncIterator[Rows]:
        """Read a statement through one server-side cursor, at most `most` rows or `PAGE_BYTES` at a time."""
        async with self._slots:
            pages = self._pages(statement, most)
            try:
                while page := await to_the_end(next, pages, None):
                    yield page
            finally:
                await to_the_end(pages.close)

    async def close(self) -> None:
        """Close all connections. Safe to repeat."""
        await asyncio.to_thread(self._engine.dispose)

    def _run(self, work: Callable[[sa.Connection], T]) -> T:
        with self._changing() if self._writing else self._reading() as connection:
            return work(connection)

    def _pages(self, statement: sa.Select[Any], most: int) -> Generator[Rows, None, None]:
        with self._reading() as connection:
            streamed = connection.execution_options(stream_results=True)
            with streamed.execute(statement) as result:
                yield from _pages(result, most)

    @contextmanager
    def _changing(self) -> Iterator[sa.Connection]:
        with _sql_errors.by_remedy(self._system), self._engine.begin() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _sql_errors.by_remedy(self._system), self._engine.connect() as connection:
            if opening := _OPENINGS.get(self._engine.dialect.name):
                connection.exec_driver_sql(opening)
            yield connection


def unique_keys(inspector: sa.Inspector, table: str, schema: str | None) -> list[frozenset[str]]:
    """Return every set of columns that the table promises to be unique; a view promises nothing."""
    keys = [inspector.get_pk_constraint(table, schema)["constrained_columns"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)  # an index on an expression is skipped: fine
        keys += [found["column_names"] for found in inspector.get_unique_constraints(table, schema)]
        indexes = [found for found in inspector.get_indexes(table, schema) if found["unique"]]
    keys += [[name for name in found["column_names"] if name] for found in indexes]
    return [frozenset(key) for key in keys if key]


def _pages(result: sa.CursorResult[Any], most: int) -> Iterator[Rows]:
    rows: Rows = []
    weight, step = 0, _FIRST_FETCH
    while batch := result.fetchmany(max(1, min(step, most - len(rows)))):
        rows.extend(batch)
        weight += sum(map(_weight, batch))
        step = (PAGE_BYTES - weight) * len(rows) // (weight + 1)
        if len(rows) >= most or weight >= PAGE_BYTES:
            yield rows
            rows, weight = [], 0
    if rows:
        yield rows


def _weight(row: Sequence[object]) -> int:
    return sum(len(value) if isinstance(value, (str, bytes)) else 16 for value in row)


def _engine(url: str, *, writing: bool) -> sa.Engine:
    try:
        address = _opened(sa.make_url(url), "rw" if writing else "ro")
        engine = sa.create_engine(
            address,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=CONNECTIONS,
            max_overflow=0,
            connect_args=_connect_args(address.get_backend_name(), _SESSIONS[writing]),
        )
    except sa.exc.NoSuchModuleError:
        raise InputError("driver_unknown", "use postgresql, mariadb, mysql or sqlite", field="url") from None
    except ImportError:
        raise InputError("driver_missing", "install the driver that the URL names", field="url") from None
    except (sa.exc.ArgumentError, ValueError):
        hint = "write it as postgresql://name:password@host/database"
        raise InputError("url_unreadable", hint, field="url") from None
    sa.event.listen(engine, "connect", _prepare)
    if writing:
        sa.event.listen(engine, "connect", _heed_references)
    return engine


def _opened(url: sa.URL, mode: str) -> sa.URL:
    """Name our driver; and open a SQLite file so that a missing one is not created by looking for it."""
    if url.get_backend_name() == "sqlite" and url.database:
        file = f"file:{quote(url.database)}"
        return url.set(drivername="sqlite", database=file, query={"mode": mode, "uri": "true"})
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def _connect_args(backend: str, session: str) -> dict[str, object]:
    known: dict[str, dict[str, object]] = {
        "postgresql": {"connect_timeout": 10},
        "mysql": {"connect_timeout": 10, "init_command": session},
        "sqlite": {"timeout": 10},
    }
    return known.get("mysql" if backend == "mariadb" else backend, {})


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's connection
    if isinstance(connection, sqlite3.Connection):
        connection.text_factory = _text_or_bytes
    elif isinstance(connection, psycopg.Connection):
        for name in ("date", "timestamp", "timestamptz"):
            known = connection.adapters.types[name]
            exact = connection.adapters.get_loader(known.oid, Format.TEXT)
            if exact:
                connection.adapters.register_loader(known.oid, _forgiving(exact))


def _heed_references(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's connection
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma foreign_keys = on")  # SQLite looks at them only when told to


def _text_or_bytes(data: bytes) -> str | bytes:
    """SQLite stores any bytes as text; what is not UTF-8 is still the person's and must not stop the rest."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _forgiving(exact: type[Any]) -> type[Loader]:
    class Forgiving(Loader):
        """`infinity` and dates before Christ are valid in PostgreSQL, not in Python: take the text."""

        def __init__(self, oid: int, context: Any = None) -> None:  # noqa: ANN401 - psycopg's signature
            super().__init__(oid, context)
            self._exact = exact(oid, context)

        def load(self, data: Buffer) -> object:
            try:
                return self._exact.load(data)
            except psycopg.DataError:
                return bytes(data).decode()

    return Forgiving
