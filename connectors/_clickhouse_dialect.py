"""What SQLAlchemy must know of ClickHouse: how it is opened and spelled, and how its schema is read.

`clickhouse://NAME:PASSWORD@HOST/DATABASE` speaks HTTPS at port 8443; with `?secure=false` HTTP at 8123. Rows
are changed by mutations, `ALTER TABLE … UPDATE` and `… DELETE` (its manual, "Manipulating Data"): they
rewrite parts, where `DELETE FROM` would only hide the rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import default
from sqlalchemy.engine.interfaces import (
    ReflectedColumn,
    ReflectedForeignKeyConstraint,
    ReflectedIndex,
    ReflectedPrimaryKeyConstraint,
    ReflectedUniqueConstraint,
)
from sqlalchemy.sql import compiler

from connectors import _clickhouse
from connectors._sql_fitting import Wide, defaulting

_SMALL = ("Int8", "Int16", "Int32", "UInt8", "UInt16", "UInt32")
_WIDE = {"Int64": 18, "UInt64": 20, "Int128": 39, "UInt128": 39, "Int256": 77, "UInt256": 78}
_KINDS: Mapping[str, sa.types.TypeEngine[Any]] = {
    **dict.fromkeys(_SMALL, sa.Integer()),
    **{name: Wide(digits) for name, digits in _WIDE.items()},
    **dict.fromkeys(("Float32", "Float64", "BFloat16"), sa.Float()),
    **dict.fromkeys(("Decimal", "Decimal32", "Decimal64", "Decimal128", "Decimal256"), sa.Numeric()),
    **dict.fromkeys(("Date", "Date32"), sa.Date()),
    **dict.fromkeys(("DateTime", "DateTime64"), sa.DateTime()),
    **dict.fromkeys(("String", "FixedString"), sa.String()),
    **dict.fromkeys(("Enum8", "Enum16"), sa.Enum()),
    "Bool": sa.Boolean(),
    "UUID": sa.Uuid(),
}
# What stands in a column where nothing was said. Only a text's is looked at where it is a key.
_DEFAULTS: Mapping[str, object] = {
    **dict.fromkeys((*_SMALL, *_WIDE), 0),
    "UUID": "00000000-0000-0000-0000-000000000000",
}


class _Preparer(compiler.IdentifierPreparer):
    def _escape_identifier(self, value: str) -> str:
        """A backslash escapes within names, too; and a percent sign begins a parameter of ours."""
        return super()._escape_identifier(value.replace("\\", "\\\\"))


class _Compiler(compiler.SQLCompiler):
    """Plain SQL, but for what changes rows."""

    def visit_delete(self, delete_stmt: Any, visiting_cte: Any = None, **_more: Any) -> str:  # noqa: ANN401, ARG002 - as SQLAlchemy has it
        self._is_no_select(delete_stmt)
        return f"ALTER TABLE {self._target(delete_stmt)} DELETE WHERE {self._which(delete_stmt)}"

    def visit_update(self, update_stmt: Any, visiting_cte: Any = None, **_more: Any) -> str:  # noqa: ANN401, ARG002 - as SQLAlchemy has it
        self._is_no_select(update_stmt)
        changed = ", ".join(
            f"{self.preparer.quote(getattr(column, 'name', column))} = {self.process(value)}"
            for column, value in update_stmt._values.items()  # noqa: SLF001 - a compiler reads a statement
        )
        return f"ALTER TABLE {self._target(update_stmt)} UPDATE {changed} WHERE {self._which(update_stmt)}"

    def _is_no_select(self, statement: Any) -> None:  # noqa: ANN401 - a statement
        self.stack.append({"correlate_froms": set(), "asfrom_froms": set(), "selectable": statement})

    def _target(self, statement: Any) -> str:  # noqa: ANN401 - a statement
        return self.preparer.format_table(statement.table)

    def _which(self, statement: Any) -> str:  # noqa: ANN401 - a statement
        return str(self.process(statement.whereclause, include_table=False))


class _Bytes(sa.LargeBinary):
    def bind_processor(self, dialect: sa.Dialect) -> None:
        """Bytes go as they are."""

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> None:
        """A text is any bytes; it comes as text where it is one."""


class ClickHouse(default.DefaultDialect):
    """The dialect. It reads what a data map is held against, and no more."""

    name = driver = "clickhouse"
    default_paramstyle = "pyformat"
    statement_compiler = _Compiler
    preparer = _Preparer
    colspecs = {sa.LargeBinary: _Bytes}  # noqa: RUF012 - SQLAlchemy's own attribute
    supports_statement_cache = False
    supports_native_boolean = True
    supports_native_decimal = True
    supports_native_uuid = True
    supports_sane_rowcount = False
    supports_multivalues_insert = True
    promises_no_keys = True  # an ORDER BY orders; it lets rows be alike

    @classmethod
    def import_dbapi(cls) -> Any:  # noqa: ANN401 - a driver's module
        return _clickhouse

    def create_connect_args(self, url: sa.URL) -> Any:  # noqa: ANN401 - SQLAlchemy's signature
        secure = url.query.get("secure", "true") != "false"
        port = url.port or (8443 if secure else 8123)
        host = f"[{url.host}]" if ":" in (url.host or "") else url.host or "localhost"
        who = {
            "User": url.username or "default",
            "Key": str(url.password or ""),
            "Database": url.database or "",
        }
        headers = {f"X-ClickHouse-{name}": value for name, value in who.items() if value}
        address = f"http{'s' if secure else ''}://{host}:{port}"
        return [], {"address": address, "headers": headers, "mode": url.query.get("mode", "")}

    def connect(self, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's signature
        return _clickhouse.connect(*args, **{"seconds": 120, **more})

    def _get_default_schema_name(self, connection: sa.Connection) -> str:
        return str(connection.exec_driver_sql("SELECT currentDatabase()").scalar_one())

    def has_table(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **_more: object
    ) -> bool:
        return bool(self._columns(connection, table_name, schema))

    def get_schema_names(self, connection: sa.Connection, **_more: object) -> list[str]:
        return [*connection.exec_driver_sql("SELECT name FROM system.databases ORDER BY name").scalars()]

    def get_table_names(
        self, connection: sa.Connection, schema: str | None = None, **_more: object
    ) -> list[str]:
        """Tables, and the hidden ones in which a materialised view keeps its copy."""
        return self._named(connection, schema, "NOT LIKE")

    def get_view_names(
        self, connection: sa.Connection, schema: str | None = None, **_more: object
    ) -> list[str]:
        return self._named(connection, schema, "LIKE")

    def _named(self, connection: sa.Connection, schema: str | None, how: str) -> list[str]:
        which = f"engine {how} '%%View' AND NOT is_temporary ORDER BY name"
        return [row.name for row in self._facts(connection, "tables", "name", schema, which)]

    def get_columns(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **_more: object
    ) -> list[ReflectedColumn]:
        found = self._columns(connection, table_name, schema)
        if not found:
            raise sa.exc.NoSuchTableError(table_name)
        return [
            {"name": row.name, "type": _kind(row.type), "nullable": "Nullable(" in row.type, "default": None}
            for row in found
        ]

    def get_pk_constraint(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **_more: object
    ) -> ReflectedPrimaryKeyConstraint:
        """What a table is sorted by: the best guess of a key. Nothing makes it unique."""
        found = self._columns(connection, table_name, schema)
        return {"name": None, "constrained_columns": [row.name for row in found if row.is_in_sorting_key]}

    def get_unique_constraints(self, *_args: object, **_more: object) -> list[ReflectedUniqueConstraint]:
        return []

    def get_foreign_keys(self, *_args: object, **_more: object) -> list[ReflectedForeignKeyConstraint]:
        return []

    def get_indexes(self, *_args: object, **_more: object) -> list[ReflectedIndex]:
        return []

    def fixed_columns(
        self, connection: sa.Connection, table: str, schema: str | None
    ) -> frozenset[str] | None:
        """Return the columns that no mutation can change; None if no row of the table can be."""
        engines = self._facts(connection, "tables", "engine", schema, "name = %(table)s", table=table)
        if not engines or not engines[0].engine.endswith("MergeTree"):
            return None
        found = self._columns(connection, table, schema)
        kept = ("is_in_sorting_key", "is_in_primary_key", "is_in_partition_key")
        return frozenset(row.name for row in found if any(getattr(row, each) for each in kept))

    def _columns(self, connection: sa.Connection, table: str, schema: str | None) -> Sequence[Any]:
        what = "name, type, is_in_sorting_key, is_in_primary_key, is_in_partition_key"
        which = "table = %(table)s AND default_kind <> 'EPHEMERAL' ORDER BY position"
        return self._facts(connection, "columns", what, schema, which, table=table)

    def _facts(
        self, connection: sa.Connection, of: str, what: str, schema: str | None, which: str, **told: str
    ) -> Sequence[Any]:
        place = "%(schema)s" if schema else "currentDatabase()"
        statement = f"SELECT {what} FROM system.{of} WHERE database = {place} AND {which}"  # noqa: S608 - our own words
        known = {**told, "schema": schema} if schema else told
        return connection.exec_driver_sql(statement, known).all()


def _kind(told: str) -> sa.types.TypeEngine[Any]:
    """Return the kind of a column. Arrays, tuples, maps, JSON and what came later are of none."""
    name = _clickhouse.inner(told).partition("(")[0]
    kind = _KINDS.get(name, sa.types.NullType())
    return kind if "Nullable(" in told or name not in _DEFAULTS else defaulting(kind, _DEFAULTS[name])
