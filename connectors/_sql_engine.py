"""House equipment: how a database is opened, for looking or for deeds, and what it is told first."""

import sqlite3
from typing import Any
from urllib.parse import quote

import psycopg
import sqlalchemy as sa
from psycopg.adapt import Buffer, Loader
from psycopg.pq import Format

from dsar.errors import InputError

CONNECTIONS = 8  # at once, per system: other people work there too
STATEMENT_SECONDS = 120

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
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
_POOL = {"pool_pre_ping": True, "pool_size": CONNECTIONS, "max_overflow": 0}
# Dialects of our own. Their drivers are extras, called as the database is.
_OURS = {
    "duckdb": ("connectors._duckdb_dialect", "DuckDB"),
    "clickhouse": ("connectors._clickhouse_dialect", "ClickHouse"),
}
_UNPOOLED = frozenset({"duckdb"})  # whoever has its file open keeps others out
_KNOWN = ("postgresql", "mariadb", "mysql", "sqlite", *_OURS)

for _name, (_module, _class) in _OURS.items():
    sa.dialects.registry.register(_name, _module, _class)


def opened(url: str, *, writing: bool) -> sa.Engine:
    """Return an engine. Nothing is opened before it is first asked.

    Raises:
        InputError: `url_unreadable`, `driver_unknown`, `driver_missing`.
    """
    kind = url.partition(":")[0].partition("+")[0]
    try:
        address = _addressed(sa.make_url(url), "rw" if writing else "ro")
        engine = sa.create_engine(
            address,
            hide_parameters=True,
            connect_args=_connect_args(address.get_backend_name(), _SESSIONS[writing]),
            **({} if kind in _UNPOOLED else _POOL),
        )
    except sa.exc.NoSuchModuleError:
        raise InputError("driver_unknown", f"use one of: {', '.join(_KNOWN)}", field="url") from None
    except ImportError:
        own = f"add the extra `{kind}` (uv sync --extra {kind})"
        hint = own if kind in _OURS else "install the driver that the URL names"
        raise InputError("driver_missing", hint, field="url") from None
    except (sa.exc.ArgumentError, ValueError):
        hint = "write it as postgresql://name:password@host/database"
        raise InputError("url_unreadable", hint, field="url") from None
    sa.event.listen(engine, "connect", _prepare)
    if writing:
        sa.event.listen(engine, "connect", _heed_references)
    return engine


def _addressed(url: sa.URL, mode: str) -> sa.URL:
    """Name our driver; and open a SQLite file so that a missing one is not created by looking for it."""
    if url.get_backend_name() == "sqlite" and url.database:
        file = f"file:{quote(url.database)}"
        return url.set(drivername="sqlite", database=file, query={"mode": mode, "uri": "true"})
    if url.get_backend_name() == "duckdb":
        if not url.database or url.database == ":memory:":
            raise InputError("url_unreadable", "name the file: duckdb:////path/to/file.duckdb", field="url")
        return url.update_query_dict({"mode": mode})
    if url.get_backend_name() == "clickhouse":
        return url.update_query_dict({"mode": mode})
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def _connect_args(backend: str, session: str) -> dict[str, object]:
    known: dict[str, dict[str, object]] = {
        "postgresql": {"connect_timeout": 10},
        "mysql": {"connect_timeout": 10, "init_command": session},
        "sqlite": {"timeout": 10},
        "duckdb": {"seconds": STATEMENT_SECONDS},
        "clickhouse": {"seconds": STATEMENT_SECONDS},
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
