"""House equipment: what drivers complain of, as our errors, by remedy.

PostgreSQL speaks SQLSTATE (its manual, appendix A), MariaDB and MySQL numbers (their error reference),
SQLite names of result codes (sqlite.org/rescode.html), DuckDB kinds of exceptions. Messages are read only
where a driver gives nothing else, and are never passed on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from connectors import _clickhouse
from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError

Remedy = tuple[Callable[[str, str], DsarError], str]

_REFUSED: Remedy = (OperatorError, "credentials_refused")
_NO_DATABASE: Remedy = (OperatorError, "database_missing")
_NO_TABLE: Remedy = (OperatorError, "table_missing")
_NO_COLUMN: Remedy = (OperatorError, "column_missing")
_FORBIDDEN: Remedy = (OperatorError, "permission_missing")
_AWAY: Remedy = (TemporaryError, "unreachable")
_BUSY: Remedy = (TemporaryError, "busy")
_LOCKED: Remedy = (TemporaryError, "database_locked")  # another process writes to the file
_SLOW: Remedy = (TemporaryError, "statement_timeout")
_WRITES: Remedy = (ContractError, "tried_to_write")
_DAMAGED: Remedy = (OperatorError, "database_damaged")
_REFERENCED: Remedy = (OperatorError, "still_referenced")  # a row that no plan names leans on this one
_CONSTRAINT: Remedy = (OperatorError, "constraint_refused")
_UNFIT: Remedy = (OperatorError, "value_unfit")  # the column cannot hold what somebody typed
_STRANGE: Remedy = (ContractError, "reply_malformed")
_ODD: Remedy = (OperatorError, "statement_refused")

_POSTGRES = {
    "28": _REFUSED,
    "23503": _REFERENCED,
    "23": _CONSTRAINT,
    "22": _UNFIT,
    "3D": _NO_DATABASE,
    "42P01": _NO_TABLE,
    "3F": _NO_TABLE,
    "42703": _NO_COLUMN,
    "42501": _FORBIDDEN,
    "57014": _SLOW,
    "25006": _WRITES,
    "08": _AWAY,
    "57": _AWAY,
    "53": _BUSY,
    "40": _BUSY,
    "55": _BUSY,
    "58": _AWAY,
    "XX": _DAMAGED,
}
_MARIADB = {
    1040: _BUSY,
    1044: _REFUSED,
    1048: _CONSTRAINT,
    1062: _CONSTRAINT,
    1264: _UNFIT,
    1292: _UNFIT,
    1366: _UNFIT,
    1406: _UNFIT,
    1451: _REFERENCED,
    1045: _REFUSED,
    1049: _NO_DATABASE,
    1054: _NO_COLUMN,
    1142: _FORBIDDEN,
    1143: _FORBIDDEN,
    1146: _NO_TABLE,
    1203: _BUSY,
    1205: _BUSY,
    1213: _BUSY,
    1226: _BUSY,
    1698: _REFUSED,
    1792: _WRITES,
    1969: _SLOW,
    3024: _SLOW,
}
_SQLITE = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_CANTOPEN": _NO_DATABASE,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_READONLY": _WRITES,
    "SQLITE_IOERR": _AWAY,
    "SQLITE_CONSTRAINT_FOREIGNKEY": _REFERENCED,
    "SQLITE_CONSTRAINT": _CONSTRAINT,
    "SQLITE_PERM": _FORBIDDEN,
    "SQLITE_AUTH": _FORBIDDEN,
}
# Names of DuckDB's exceptions, or words where one name says several things; the first that fits decides.
_DUCKDB = (
    ("IOException", "Could not set lock", _LOCKED),
    ("ConnectionException", "different configuration", _LOCKED),
    ("IOException", "does not exist", _NO_DATABASE),
    ("IOException", "not a valid DuckDB", _DAMAGED),
    ("IOException", "Permission denied", _FORBIDDEN),
    ("IOException", "", _AWAY),
    ("InterruptException", "", _SLOW),
    ("InvalidInputException", "read-only mode", _WRITES),
    ("CatalogException", "", _NO_TABLE),
    ("BinderException", "", _NO_COLUMN),
    ("ConstraintException", "foreign key", _REFERENCED),
    ("ConstraintException", "", _CONSTRAINT),
    ("ConversionException", "", _UNFIT),
    ("OutOfRangeException", "", _UNFIT),
    ("TransactionException", "", _BUSY),
    ("OutOfMemoryException", "", _BUSY),
    ("PermissionException", "", _FORBIDDEN),
    ("SerializationException", "", _DAMAGED),
    ("FatalException", "", _DAMAGED),
)
# Codes of ClickHouse: its source, `src/Common/ErrorCodes.cpp`.
_CLICKHOUSE = {
    0: _STRANGE,
    **dict.fromkeys((192, 193, 194, 516), _REFUSED),
    81: _NO_DATABASE,
    60: _NO_TABLE,
    **dict.fromkeys((10, 16, 47), _NO_COLUMN),
    497: _FORBIDDEN,
    164: _WRITES,
    **dict.fromkeys((159, 160), _SLOW),
    **dict.fromkeys((201, 202, 241, 252, 439), _BUSY),
    **dict.fromkeys((209, 210, 225, 242, 279, 999), _AWAY),
    **dict.fromkeys((6, 27, 38, 41, 53, 69, 70, 72, 349, 457), _UNFIT),
    341: (OperatorError, "mutation_failed"),
    420: (OperatorError, "column_in_key"),
}
_CLIENT_ERRORS = 2000  # from here on MariaDB's numbers are the driver's own: the connection is gone
# libpq gives no SQLSTATE while it connects, so the server's own words must do.
_CONNECTING = {
    "authentication failed": _REFUSED,
    "no password supplied": _REFUSED,
    "no pg_hba.conf entry": _REFUSED,
    'role "': _REFUSED,
    'database "': _NO_DATABASE,
    "too many": _BUSY,
    "no such table": _NO_TABLE,
    "no such column": _NO_COLUMN,
}


@contextmanager
def by_remedy(system: str) -> Iterator[None]:
    """Raise our error instead of a driver's.

    Raises:
        DsarError: `OperatorError` for what a person must mend, `TemporaryError` for what passes.
    """
    try:
        yield
    except sa.exc.TimeoutError:
        raise TemporaryError(system, "busy") from None
    except sa.exc.DBAPIError as error:
        kind, reason = _remedy(error)
        raise kind(system, reason) from None
    except sa.exc.NoSuchTableError:
        raise OperatorError(system, "table_missing") from None
    except sa.exc.SQLAlchemyError:
        raise OperatorError(system, "statement_refused") from None
    except UnicodeError:
        raise ContractError(system, "text_unreadable") from None
    except OSError:
        raise TemporaryError(system, "unreachable") from None


def named(system: str, reason: str, what: str) -> OperatorError:
    """Return an error whose code names the table or column, if that name can stand in a code."""
    try:
        return OperatorError(system, f"{reason}:{what.lower()}")
    except ValueError:
        return OperatorError(system, reason)


def _remedy(error: sa.exc.DBAPIError) -> Remedy:
    driver = error.orig
    if type(driver).__module__ in {"duckdb", "_duckdb"}:
        return _of_duckdb(type(driver).__name__, str(driver))
    if isinstance(driver, _clickhouse.Error):
        return _of_clickhouse(driver)
    state = getattr(driver, "sqlstate", None)
    number = driver.args[0] if driver is not None and driver.args else None
    if isinstance(number, int):
        return _MARIADB.get(
            number, _AWAY if error.connection_invalidated or number >= _CLIENT_ERRORS else _ODD
        )
    if isinstance(state, str):
        return _POSTGRES.get(state) or _POSTGRES.get(state[:2], _ODD)
    if name := getattr(driver, "sqlite_errorname", None):
        known = [remedy for code, remedy in _SQLITE.items() if name.startswith(code)]
        return known[0] if known else _by_words(str(driver), _ODD)
    return _by_words(str(driver), _AWAY if isinstance(error, sa.exc.OperationalError) else _ODD)


def _by_words(message: str, otherwise: Remedy) -> Remedy:
    known = [remedy for words, remedy in _CONNECTING.items() if words in message]
    return known[0] if known else otherwise


def _of_clickhouse(error: _clickhouse.Error) -> Remedy:
    """An account that may not even choose how instants are spelled has `readonly = 1`, where 2 is needed."""
    if error.settings:
        return OperatorError, "settings_refused"
    return _AWAY if error.code is None else _CLICKHOUSE.get(error.code, _ODD)


def _of_duckdb(kind: str, message: str) -> Remedy:
    return next((remedy for name, words, remedy in _DUCKDB if name == kind and words in message), _ODD)
