"""House equipment for databases: engines that can only read, streamed pages, errors by their remedy.

Everything runs in threads, a page at a time, in read-only transactions; what changes rows has an engine and
an account of its own. Nothing of a statement, a row or an address of a database ever reaches a message or a
log.
"""

import asyncio
import logging
import warnings
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.engine.interfaces import ReflectedIndex

from connectors import _sql_errors
from connectors._sql_engine import CONNECTIONS, STATEMENT_SECONDS, opened
from connectors._threads import to_the_end

PAGE_BYTES = 8 * 2**20  # a page of fat rows ends early

_FIRST_FETCH = 64  # rows, before we know how fat they are
# The planner is told that we read a cursor to its end; instants come in UTC wherever the server stands.
_POSTGRES_OPENING = (
    f"SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'; "
    "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL TIME ZONE 'UTC'"
)
_MARIADB_OPENING = "START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT"
_OPENINGS = {"postgresql": _POSTGRES_OPENING, "mysql": _MARIADB_OPENING, "mariadb": _MARIADB_OPENING}
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
        self._engine = opened(url, writing=writing)
        self.mutates = self._engine.dialect.name == "clickhouse"  # no transactions, and no unique keys
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


def unharmed(connection: sa.Connection) -> AbstractContextManager[object]:
    """Keep a transaction usable if what follows fails. Only PostgreSQL needs it; some have no savepoints."""
    return connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext()


def base_type(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """Return what a column holds in truth: a domain of PostgreSQL is another type with conditions."""
    return kind.data_type if isinstance(kind, DOMAIN) else kind


def unique_keys(inspector: sa.Inspector, table: str, schema: str | None) -> list[frozenset[str]]:
    """Return every set of columns that the table promises to be unique; a view promises nothing."""
    keys = [inspector.get_pk_constraint(table, schema)["constrained_columns"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)  # an index on an expression is skipped: fine
        keys += [found["column_names"] for found in inspector.get_unique_constraints(table, schema)]
        indexes = [found for found in inspector.get_indexes(table, schema) if _is_whole(found)]
    keys += [[name for name in found["column_names"] if name] for found in indexes]
    return [frozenset(key) for key in keys if key]


def _is_whole(index: ReflectedIndex) -> bool:
    """Whether an index makes all rows unique, and not only those that fit its condition."""
    told = index.get("dialect_options", {})
    return bool(index["unique"]) and not any(told.get(f"{name}_where") for name in ("postgresql", "sqlite"))


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
