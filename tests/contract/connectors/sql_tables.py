"""The tables of the pretend shop, and the cast written into them on each kind of database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from tests.contract.connectors.pretend import cast

TABLES = sa.MetaData()
_text = sa.String(200).with_variant(sa.String(200, collation="utf8mb4_general_ci"), "mysql", "mariadb")
_customers = sa.Table(
    "customers",
    TABLES,
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
    TABLES,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("customer_id", sa.BigInteger, index=True),
    sa.Column("placed_at", sa.DateTime(timezone=True)),
    sa.Column("total", sa.Numeric(12, 2)),
    sa.Column("signature", sa.LargeBinary),
)
_lines = sa.Table(
    "order_lines",
    TABLES,
    sa.Column("order_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("article", sa.String(200)),
)
_consents = sa.Table(
    "consents",
    TABLES,
    sa.Column("email", _text, primary_key=True),
    sa.Column("topic", _text, primary_key=True),
)
_replies = sa.Table(
    "replies",
    TABLES,
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
    TABLES.create_all(engine)
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


def fill_clickhouse(url: sa.URL) -> None:
    """Write the rows of a SQLite shop, each table in one statement: each makes a part of its own."""
    copied = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    engine = sa.create_engine(url)
    _fill(copied)
    with copied.connect() as source, engine.begin() as target:
        for statement in _CLICKHOUSE.split(";"):
            target.exec_driver_sql(statement)
        for table in TABLES.sorted_tables:
            rows = [dict(row._mapping) for row in source.execute(sa.select(table))]
            target.execute(table.insert().values(rows))
    engine.dispose()
    copied.dispose()
