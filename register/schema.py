"""The register's schema: brought up to date by Alembic, in one transaction, as often as you like."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from register.database import Database
from register.revision import is_current

_MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:key)")
_LOCK_KEY = 0x64736172  # "dsar"


def prepare(url: str) -> list[str]:
    """Bring the database to the newest schema and say what was changed; an empty list if nothing.

    Raises:
        OperatorError: `url_invalid`, `access_refused`, `database_missing`.
        TemporaryError: it cannot be reached now.
    """
    database = Database(url)
    try:
        return database.write(lambda connection: _upgrade(connection, sqlite=database.is_sqlite))
    finally:
        database.close()


def schema_is_current(url: str) -> bool:
    """Whether the database has the newest schema.

    Raises:
        OperatorError, TemporaryError: as `prepare`.
    """
    database = Database(url)
    try:
        return is_current(database)
    finally:
        database.close()


def _upgrade(connection: Connection, *, sqlite: bool) -> list[str]:
    if not sqlite:  # SQLite's writers come one at a time anyway
        connection.execute(_ONE_AT_A_TIME, {"key": _LOCK_KEY})
    config = _config()
    before = _revision(connection)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    steps = ScriptDirectory.from_config(config).iterate_revisions("head", before)
    return [f"register schema {step.revision}: {step.doc.rstrip('.')}" for step in reversed(list(steps))]


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
