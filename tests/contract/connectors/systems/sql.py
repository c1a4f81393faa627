"""The pretend shop behind the SQL connector: the same five tables on every kind of database."""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors import sql
from dsar.errors import DsarError, OperatorError, TemporaryError
from dsar.ports import Connector
from tests.contract.connectors import clickhouse_servers
from tests.contract.connectors.pretend import PAGE_ROWS, Pretend, Trouble, Variants, cast

POSTGRES = os.environ.get("DSAR_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
MARIADB = os.environ.get("DSAR_TEST_MARIADB", "mysql+pymysql://root@127.0.0.1:3306/")

MAP = """
vendor: Pretend shop
person:
  table: customers
  finds_by: {email: email, phone: phone, account_id: account}
  teaches: {account_id: account}
restrict: {column: restricted, to: true, back: false}
suppress:
  marketing: {remove: consents}
  consent: {column: profiled, to: false}
collections:
  customers: {category: identity, except: [secret], erase: remove, rectify: [full_name, phone]}
  orders: {category: transaction, via: {customer_id: customers.id}, erase: remove}
  order_lines: {category: transaction, key: [order_id, line], via: {order_id: orders.id}, erase: remove}
  consents: {category: marketing_comms, key: [email, topic], via: {email: customers.email}, erase: remove}
  replies:
    category: support
    key: code
    via: {order_id: order_lines.order_id, line: order_lines.line}
    erase: remove
"""

_tables = sa.MetaData()
_text = sa.String(200).with_variant(sa.String(200, collation="utf8mb4_general_ci"), "mysql", "mariadb")
_customers = sa.Table(
    "customers",
    _tables,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("email", _text),
    sa.Column("full_name", sa.String(200)),
    sa.Column("phone", sa.String(40)),
    sa.Column("account", sa.BigInteger),
    sa.Column("born_on", sa.Date),
    sa.Column("secret", sa.LargeBinary),
    sa.Column("restricted", sa.Boolean, nullable=False, default=False),
    sa.Column("profiled", sa.Boolean, nullable=False, default=True),
)
_orders = sa.Table(
    "orders",
    _tables,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("customer_id", sa.BigInteger, index=True),
    sa.Column("placed_at", sa.DateTime(timezone=True)),
    sa.Column("total", sa.Numeric(12, 2)),
    sa.Column("signature", sa.LargeBinary),
)
_lines = sa.Table(
    "order_lines",
    _tables,
    sa.Column("order_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("article", sa.String(200)),
)
_consents = sa.Table(
    "consents",
    _tables,
    sa.Column("email", _text, primary_key=True),
    sa.Column("topic", _text, primary_key=True),
)
_replies = sa.Table(
    "replies",
    _tables,
    sa.Column("code", _text, primary_key=True),
    sa.Column("order_id", sa.BigInteger),
    sa.Column("line", sa.Integer),
)


def fill(url: str | sa.URL) -> None:
    """Create the tables and write the cast into them."""
    engine = sa.create_engine(url)
    _fill(engine)
    engine.dispose()


def _fill(engine: sa.Engine) -> None:
    _tables.create_all(engine)
    with engine.begin() as connection:
        for m in cast():
            _write(connection, m.number, m.rows, email=m.email, full_name=m.name, phone=m.phone)


def _write(connection: sa.Connection, n: int, rows: int, **person: str) -> None:
    extra = {"id": n, "account": 7000 + n, "born_on": date(1980, 1, 1), "secret": b"never"}
    connection.execute(_customers.insert(), {**extra, **person})
    at = datetime(2024, 5, 1, 12, tzinfo=UTC)
    for k in range(rows):
        order = {"id": n * 1000 + 7 * k, "customer_id": n, "placed_at": at + timedelta(minutes=k)}
        connection.execute(
            _orders.insert(), {**order, "total": Decimal("12.30"), "signature": b"\xff\x00%d" % k}
        )
        connection.execute(
            _lines.insert(), {"order_id": order["id"], "line": k % 3, "article": f"Article {k}"}
        )
        reply = {"code": f"R{n}-{k % 2}-{k}", "order_id": order["id"], "line": k % 3}
        connection.execute(_replies.insert(), reply)
    topics = [{"email": person["email"], "topic": f"topic {k}"} for k in range(min(rows, 7))]
    known = sa.select(sa.func.count()).select_from(_consents).where(_consents.c.email == person["email"])
    if not connection.execute(known).scalar():
        connection.execute(_consents.insert(), topics)


class PretendShop:
    held: Mapping[str, int] = {"customers": 1, "orders": 23, "order_lines": 23, "consents": 7, "replies": 23}
    keys: Mapping[str, tuple[str, ...]] = {
        "customers": ("id",),
        "orders": ("id",),
        "order_lines": ("order_id", "line"),
        "consents": ("email", "topic"),
        "replies": ("code",),
    }

    correctable: Mapping[str, tuple[str, ...]] = {"customers": ("full_name", "phone")}

    def __init__(self, url: sa.URL, folder: Path, wrong: Mapping[str, sa.URL]) -> None:
        self.url = url
        self._wrong = wrong
        self._map = folder / "shop.map.yaml"
        self._map.write_text(MAP, "utf-8")
        self.cannot: Mapping[str, str] = {
            "throttle": "a database waits or times out, it does not throttle",
            "malformed": "the driver speaks the protocol, not we",
        }
        if "refusal" not in wrong:
            nor = {"refusal": "a file has no password", "outage": "a file is there or it is not"}
            self.cannot = {**self.cannot, **nor}

    def connector(self, url: sa.URL | None = None, data_map: Path | None = None) -> Connector:
        text = (url or self.url).render_as_string(hide_password=False)
        settings = sql.Settings(url=text, write_url=text, map=data_map or self._map, page_rows=PAGE_ROWS)
        return sql.connect("shop", settings)

    def state(self) -> str:
        engine = sa.create_engine(self.url)
        with engine.connect() as connection:
            rows = [
                connection.execute(sa.select(t).order_by(*t.primary_key)).all() for t in _tables.sorted_tables
            ]
        engine.dispose()
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    def changing_calls(self) -> list[str]:
        return []  # `state` tells: a statement leaves no other trace

    def troubles(self) -> Iterator[tuple[str, AbstractContextManager[Trouble]]]:
        expected: dict[str, tuple[type[DsarError], str]] = {
            "refusal": (OperatorError, "credentials_refused"),
            "outage": (TemporaryError, "unreachable"),
            "no such database": (OperatorError, "database_missing"),
            "not a database": (OperatorError, "database_damaged"),
        }
        for name, url in self._wrong.items():
            yield name, self._trouble(self.connector(url), *expected[name])
        for wrong, right, reason in (
            ("orders:", "ordrs:", "table_missing:ordrs"),
            ("except: [secret]", "except: [secrt]", "column_missing:customers.secrt"),
            ("{customer_id: cus", "{custmer_id: cus", "column_missing:orders.custmer_id"),
        ):
            changed = self._map.with_name(f"{reason.replace(':', '-')}.yaml")
            text = MAP.replace(wrong, right)
            changed.write_text(text.replace("orders.id", "ordrs.id") if right == "ordrs:" else text, "utf-8")
            yield reason, self._trouble(self.connector(data_map=changed), OperatorError, reason)

    @contextmanager
    def _trouble(self, connector: Connector, error: type[DsarError], reason: str) -> Iterator[Trouble]:
        yield Trouble(connector, error, reason)


def _file(backend: str) -> Callable[[Path], AbstractContextManager[Pretend]]:
    @contextmanager
    def opened(folder: Path) -> Iterator[Pretend]:
        url = sa.URL.create(backend, database=str(folder / f"shop ü?.{backend}"))
        fill(url)
        text = folder / f"text.{backend}"
        text.write_text("This is not a database. " * 100, "utf-8")
        wrong = {
            "no such database": url.set(database=str(folder / f"missing.{backend}")),
            "not a database": url.set(database=str(text)),
        }
        yield PretendShop(url, folder, wrong)

    return opened


def _server(name: str, variable: str, address: str) -> Callable[[Path], AbstractContextManager[Pretend]]:
    @contextmanager
    def opened(folder: Path) -> Iterator[Pretend]:
        url = sa.make_url(address)
        admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        database = f"dsar_test_{secrets.token_hex(6)}"
        _run(
            admin,
            f"create database {database}",
            else_skip=f"{name} is not reachable; {variable} says where it is",
        )
        own = url.set(database=database)
        wrong = {
            "refusal": own.set(username="dsar_nobody", password="wrong"),
            "outage": own.set(port=1),
            "no such database": own.set(database="dsar_no_such_database"),
        }
        try:
            fill(own)
            yield PretendShop(own, folder, wrong)
        finally:
            _run(admin, f"drop database {database}{' with (force)' if name == 'PostgreSQL' else ''}")
            admin.dispose()

    return opened


_CLICKHOUSE = """
create table customers (id Int64, email Nullable(String), full_name Nullable(String), phone Nullable(String),
  account Nullable(UInt64), born_on Nullable(Date32), secret Nullable(String), restricted Bool, profiled Bool)
  engine = MergeTree order by id;
create table orders (id Int64, customer_id Nullable(Int64), placed_at DateTime64(6, 'UTC'),
  total Decimal(12, 2), signature Nullable(String)) engine = MergeTree order by id;
create table order_lines (order_id Int64, line Int32, article LowCardinality(Nullable(String)))
  engine = MergeTree order by (order_id, line);
create table consents (email String, topic String) engine = MergeTree order by (email, topic);
create table replies (code String, order_id Int64, line Int32) engine = MergeTree order by code
"""


@contextmanager
def _clickhouse(folder: Path) -> Iterator[Pretend]:
    """The rows of the SQLite shop, each table in one statement."""
    name = f"dsar_test_{secrets.token_hex(6)}"
    server = clickhouse_servers.running()
    admin = sa.create_engine(server.url("default"))
    _run(admin, f"create database {name}")
    url, copied = sa.make_url(server.url(name)), sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    engine = sa.create_engine(url)
    _fill(copied)
    with copied.connect() as source, engine.begin() as target:
        for statement in _CLICKHOUSE.split(";"):
            target.exec_driver_sql(statement)
        for table in _tables.sorted_tables:
            rows = [dict(row._mapping) for row in source.execute(sa.select(table))]
            target.execute(table.insert().values(rows))
    engine.dispose()
    copied.dispose()
    wrong = {
        "refusal": url.set(username="nobody", password="wrong"),
        "outage": url.set(port=1),
        "no such database": url.set(database="dsar_no_such_database"),
    }
    try:
        yield PretendShop(url, folder, wrong)
    finally:
        _run(admin, f"drop database {name}")
        admin.dispose()


def _run(admin: sa.Engine, statement: str, *, else_skip: str = "") -> None:
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(statement)
    except sa.exc.OperationalError:
        if not else_skip:
            raise
        pytest.skip(else_skip)


VARIANTS: Variants = {
    "sqlite": _file("sqlite"),
    "duckdb": _file("duckdb"),
    "postgresql": _server("PostgreSQL", "DSAR_TEST_POSTGRES", POSTGRES),
    "clickhouse": _clickhouse,
    "mariadb": _server("MariaDB", "DSAR_TEST_MARIADB", MARIADB),
}
# ClickHouse has no batches, hashes or references: `test_clickhouse_alone.py` has promises of its own.
BATCHED = tuple(name for name in VARIANTS if name != "clickhouse")
