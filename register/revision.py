"""Which schema this register needs, and whether a database has it.

Apart from `schema.py`, because Alembic is needed only to change a schema and would be an eighth of every
process's start. A test holds `NEWEST` to the migrations.
"""

from sqlalchemy import Connection, String, column, inspect, select, table

from register.database import Database

NEWEST = "0009"
_TABLE = "alembic_version"
_VERSION = select(column("version_num", String)).select_from(table(_TABLE))


def is_current(database: Database) -> bool:
    """Whether an open database has the newest schema."""
    return database.inspect(_revision) == NEWEST


def _revision(connection: Connection) -> str | None:
    return connection.execute(_VERSION).scalar() if inspect(connection).has_table(_TABLE) else None
