"""What SQLAlchemy must know of DuckDB: how it is opened and spelled, and how its schema is read.

A schema is `archive`, or `database.archive`; where a file is attached under that name, `archive` is its
schema `main`, as in DuckDB's own statements. Where the facts come from: duckdb.org/docs, "DuckDB_% Metadata
Functions".
"""

import re
from collections.abc import Sequence
from typing import Any

import duckdb
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

from connectors import _duckdb
from connectors._sql_fitting import Wide

_FACTS = "FROM duckdb_{0}() WHERE database_name = ? AND schema_name = ?"
_INTEGERS = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"), sa.Integer()),
    "BIGINT": sa.BigInteger(),
    "UBIGINT": Wide(20),
    "HUGEINT": Wide(39),
    "UHUGEINT": Wide(39),
}
_KINDS: dict[str, sa.types.TypeEngine[Any]] = {
    **_INTEGERS,
    **dict.fromkeys(("FLOAT", "DOUBLE"), sa.Float()),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), sa.DateTime()),
    "TIMESTAMP WITH TIME ZONE": sa.DateTime(timezone=True),
    **dict.fromkeys(("TIME", "TIME WITH TIME ZONE"), sa.Time()),
    "BLOB": sa.LargeBinary(),
    "BOOLEAN": sa.Boolean(),
    "DATE": sa.Date(),
    "ENUM": sa.Enum(),
    "INTERVAL": sa.Interval(),
    "JSON": sa.JSON(),
    "UUID": sa.Uuid(),
    "VARCHAR": sa.String(),
}


_REWRITTEN = re.compile(r"\[|\b(MAP|UNION)\(")  # also within a struct


class _Preparer(compiler.IdentifierPreparer):
    def quote_schema(self, schema: str, force: Any = None) -> str:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Quote each part: `database.schema` are two names."""
        return ".".join(map(self.quote, schema.split(".")))


class _Compiler(compiler.SQLCompiler):
    """DuckDB speaks plain SQL."""


class _Types(compiler.GenericTypeCompiler):
    def visit_datetime(self, type_: Any, **_more: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
        return "TIMESTAMPTZ" if type_.timezone else "TIMESTAMP"

    def visit_JSON(self, _type: Any, **_more: Any) -> str:  # noqa: ANN401, N802 - as above
        return "JSON"


class _Bytes(sa.LargeBinary):
    def bind_processor(self, dialect: sa.Dialect) -> None:
        """Bytes go as they are: the driver has no `Binary`."""


class DuckDB(default.DefaultDialect):
    """The dialect. It reads what a data map is held against, and no more."""

    name = driver = "duckdb"
    default_paramstyle = "qmark"
    statement_compiler = _Compiler
    preparer = _Preparer
    type_compiler_cls = _Types
    colspecs = {sa.LargeBinary: _Bytes}  # noqa: RUF012 - SQLAlchemy's own attribute
    supports_statement_cache = True
    supports_native_boolean = True
    supports_native_decimal = True
    supports_native_uuid = True
    supports_sane_rowcount_returning = False

    @classmethod
    def import_dbapi(cls) -> Any:  # noqa: ANN401 - a driver's module
        return duckdb

    @classmethod
    def get_pool_class(cls, url: sa.URL) -> type[sa.Pool]:  # noqa: ARG003 - SQLAlchemy's signature
        return sa.NullPool

    def create_connect_args(self, url: sa.URL) -> Any:  # noqa: ANN401 - SQLAlchemy's signature
        attach = url.normalized_query.get("attach", ())
        return [url.database or ""], {"mode": url.query.get("mode", ""), "attach": attach}

    def connect(self, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's signature
        return _duckdb.connect(*args, **more)

    def do_begin(self, dbapi_connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's signature
        dbapi_connection.begin()

    def _get_default_schema_name(self, _connection: sa.Connection) -> str:
        return "main"

    def has_table(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **_more: object
    ) -> bool:
        return bool(self._columns(connection, table_name, schema))

    def get_schema_names(self, connection: sa.Connection, **_more: object) -> list[str]:
        said = "SELECT schema_name FROM duckdb_schemas() WHERE database_name = current_database() ORDER BY 1"
        return [*connection.exec_driver_sql(said).scalars()]

    def get_table_names(
        self, connection: sa.Connection, schema: str | None = None, **_more: object
    ) -> list[str]:
        return [name for (name,) in self._facts(connection, "tables", "table_name", schema)]

    def get_view_names(
        self, connection: sa.Connection, schema: str | None = None, **_more: object
    ) -> list[str]:
        return [name for (name,) in self._facts(connection, "views", "view_name", schema, "AND NOT internal")]

    def get_columns(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **_more: object
    ) -> list[ReflectedColumn]:
        found = self._columns(connection, table_name, schema)
        if not found:
            raise sa.exc.NoSuchTableError(table_name)
        return [
            {"name": name, "type": _kind(told), "nullable": nullable, "default": None}
            for name, told, nullable in found
        ]

    def get_pk_constraint(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **_more: object
    ) -> ReflectedPrimaryKeyConstraint:
        keys = self._constraints(connection, "PRIMARY KEY", table_name, schema)
        return {"name": None, "constrained_columns": keys[0][0] if keys else []}

    def get_unique_constraints(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **_more: object
    ) -> list[ReflectedUniqueConstraint]:
        keys = self._constraints(connection, "UNIQUE", table_name, schema)
        return [{"name": None, "column_names": key[0]} for key in keys]

    def get_foreign_keys(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **_more: object
    ) -> list[ReflectedForeignKeyConstraint]:
        """A key leads to a table of the same schema, and never takes its row along."""
        return [
            {
                "name": None,
                "constrained_columns": own,
                "referred_schema": schema,
                "referred_table": parent,
                "referred_columns": theirs,
                "options": {},
            }
            for own, parent, theirs in self._constraints(connection, "FOREIGN KEY", table_name, schema)
        ]

    def get_indexes(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **_more: object
    ) -> list[ReflectedIndex]:
        found = self._facts(
            connection,
            "indexes",
            "index_name, is_unique, expressions::VARCHAR[]",
            schema,
            "AND table_name = ?",
            table_name,
        )
        columns = {name for name, _told, _nullable in self._columns(connection, table_name, schema)}
        return [
            {"name": name, "unique": unique, "column_names": named}
            for name, unique, told in found
            if {*(named := _names(told))} <= columns
        ]

    def bound_columns(self, connection: sa.Connection, table: str, schema: str | None) -> frozenset[str]:
        """Return the columns that DuckDB changes by removing the row and writing it anew: those in an index,
        also in an expression, those of a key, and lists, maps and unions (duckdb.org/docs, "Indexes").
        """
        kinds = ("PRIMARY KEY", "UNIQUE", "FOREIGN KEY")
        keys = [key[0] for kind in kinds for key in self._constraints(connection, kind, table, schema)]
        which = "AND table_name = ?"
        told = self._facts(connection, "indexes", "expressions::VARCHAR", schema, which, table)
        indexed = " ".join(expressions for (expressions,) in told)
        return frozenset(
            name
            for name, kind, _nullable in self._columns(connection, table, schema)
            if any(name in key for key in keys)
            or re.search(rf"(?<!\w){re.escape(name)}(?!\w)", indexed)
            or _REWRITTEN.search(re.sub("'[^']*'", "", kind))
        )

    def _columns(self, connection: sa.Connection, table: str, schema: str | None) -> Sequence[Any]:
        what = "column_name, data_type, is_nullable"
        return self._facts(
            connection, "columns", what, schema, "AND table_name = ? ORDER BY column_index", table
        )

    def _constraints(
        self, connection: sa.Connection, kind: str, table: str, schema: str | None
    ) -> Sequence[Any]:
        what = "constraint_column_names, referenced_table, referenced_column_names"
        which = "AND constraint_type = ? AND table_name = ?"
        return self._facts(connection, "constraints", what, schema, which, kind, table)

    def _facts(
        self, connection: sa.Connection, of: str, what: str, schema: str | None, which: str = "", *told: str
    ) -> Sequence[Any]:
        statement = f"SELECT {what} {_FACTS.format(of)} {which}"
        place = self._place(connection, schema or "main")
        return connection.exec_driver_sql(statement, (*place, *told)).all()

    def _place(self, connection: sa.Connection, schema: str) -> tuple[str, str]:
        database, _, name = schema.rpartition(".")
        if database:
            return database, name
        said = "SELECT 1 FROM duckdb_databases() WHERE database_name = ?"
        attached = connection.exec_driver_sql(said, (schema,)).all()
        if attached:
            return schema, "main"
        return str(connection.exec_driver_sql("SELECT current_database()").scalar_one()), schema


def _kind(told: str) -> sa.types.TypeEngine[Any]:
    """Return the kind of a column. Lists, structs, maps and what came later are of none."""
    if decimal := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", told):
        return sa.Numeric(int(decimal[1]), int(decimal[2]))
    return _KINDS.get(
        "ENUM" if told.startswith("ENUM(") and told.endswith(")") else told, sa.types.NullType()
    )


def _names(told: Sequence[str]) -> list[str | None]:
    """Return the columns of an index, whose names stand there as in a statement."""
    return [part[1:-1].replace('""', '"') if part.startswith('"') else part for part in told]
