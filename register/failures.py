"""What a database says, as our errors: codes only. SQL, parameters and server texts stay here."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from dsar.errors import DsarError, OperatorError, TemporaryError

_SYSTEM = "register"

# https://www.sqlite.org/rescode.html (the low byte is the primary code)
_SQLITE: dict[int, tuple[type[DsarError], str]] = {
    3: (OperatorError, "access_refused"),
    5: (TemporaryError, "busy"),
    6: (TemporaryError, "busy"),
    8: (OperatorError, "access_refused"),
    10: (TemporaryError, "disk_failed"),
    11: (OperatorError, "database_damaged"),
    13: (TemporaryError, "disk_full"),
    14: (TemporaryError, "unreachable"),
    26: (OperatorError, "database_damaged"),
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html, the longest prefix wins
_POSTGRES: dict[str, tuple[type[DsarError], str]] = {
    "08": (TemporaryError, "unreachable"),
    "28": (OperatorError, "access_refused"),
    "42501": (OperatorError, "access_refused"),
    "3D000": (OperatorError, "database_missing"),
    "42P01": (OperatorError, "schema_old"),
    "42703": (OperatorError, "schema_old"),
    "25006": (TemporaryError, "read_only"),
    "40": (TemporaryError, "busy"),
    "55P03": (TemporaryError, "busy"),
    "53100": (TemporaryError, "disk_full"),
    "53": (TemporaryError, "busy"),
    "57": (TemporaryError, "unreachable"),
    "58": (TemporaryError, "disk_failed"),
}

# A refused connection has no code, only the server's words.
_REFUSED_WORDS = ("authentication failed", "pg_hba.conf", "no password supplied", "is not permitted")


class LostRaceError(Exception):
    """Another writer was quicker, or a connection had gone stale, before anything was written: try again."""


def is_lost_race(error: exc.DBAPIError) -> bool:
    """Whether the same work may simply be done again, because nothing of it was kept."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return isinstance(error, exc.IntegrityError) or error.connection_invalidated or state.startswith("40")


@contextmanager
def told() -> Iterator[None]:
    """Raise what goes wrong inside as `dsar.errors`.

    Raises:
        TemporaryError: `unreachable`, `busy`, `disk_full`, `disk_failed` or `read_only`.
        OperatorError: `access_refused`, `schema_old`, `database_missing`, `database_damaged`,
            `database_refused` or `row_unreadable`.
    """
    try:
        yield
    except exc.DBAPIError as error:
        raise _remedy(error) from None
    except (exc.TimeoutError, LostRaceError):
        raise TemporaryError(_SYSTEM, "busy") from None
    except exc.SQLAlchemyError:
        raise OperatorError(_SYSTEM, "database_refused") from None
    except ValueError:  # a stored value that is none of ours: somebody else wrote it
        raise OperatorError(_SYSTEM, "row_unreadable") from None


def _remedy(error: exc.DBAPIError) -> DsarError:
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return _sqlite_remedy(original)
    state = getattr(original, "sqlstate", None) or ""
    for length in (5, 2):
        if found := _POSTGRES.get(state[:length]):
            return found[0](_SYSTEM, found[1])
    if state:
        return OperatorError(_SYSTEM, "database_refused")
    return _connection_remedy(str(original))


def _sqlite_remedy(error: sqlite3.Error) -> DsarError:
    if "no such table" in str(error) or "no such column" in str(error):
        return OperatorError(_SYSTEM, "schema_old")
    kind, reason = _SQLITE.get(
        getattr(error, "sqlite_errorcode", 0) & 0xFF, (OperatorError, "database_refused")
    )
    return kind(_SYSTEM, reason)


def _connection_remedy(words: str) -> DsarError:
    if any(word in words for word in _REFUSED_WORDS):
        return OperatorError(_SYSTEM, "access_refused")
    if "does not exist" in words:
        return OperatorError(_SYSTEM, "access_refused" if "role" in words else "database_missing")
    return TemporaryError(_SYSTEM, "unreachable")
