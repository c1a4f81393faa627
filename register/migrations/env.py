"""Alembic's way in. The engine brings its own connection; a developer names one: `alembic -x url=…`."""

from alembic import context
from sqlalchemy import Connection

from register.database import Database
from register.tables_of_batches import METADATA


def migrate(connection: Connection) -> None:
    """Run the migrations inside the connection's own transaction, so that they happen whole or not at all."""
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


ours = context.config.attributes.get("connection")
if ours is None:
    Database(context.get_x_argument(as_dictionary=True)["url"]).write(migrate)
else:
    migrate(ours)
