"""Two tables on SQLite, for promises that need a table of their own."""

import sqlite3
from contextlib import closing
from pathlib import Path

from connectors import _sql, sql
from dsar.ports import Connector
from tests.contract.connectors.systems.sql import PretendShop

MAP = """
person: {table: customers, finds_by: {email: email, phone: phone, account_id: account}}
collections:
  customers: {category: identity, key: id}
  visits: {category: technical_usage, via: {customer_id: customers.id}}
"""
SCHEMA = """
create table customers (id integer primary key, email text, phone text, account text);
create table visits (id integer primary key, customer_id integer, page);
create index visits_customer on visits (customer_id);
insert into customers values (1, 'ada.osei@subject.example', '+44 (20) 7946-0101', 'ACC-1');
"""


def build(folder: Path) -> Path:
    """Create the shop and its map, and return the shop's file."""
    path = folder / "shop.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SCHEMA)
    (folder / "map.yaml").write_text(MAP, "utf-8")
    return path


def execute(shop: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(shop)) as database, database:
        database.execute(statement, values)


def connector(shop: Path, page_rows: int = 1000) -> Connector:
    settings = sql.Settings(url=f"sqlite:///{shop}", map=shop.with_name("map.yaml"), page_rows=page_rows)
    return sql.connect("shop", settings)


def opened(pretend: PretendShop) -> _sql.Database:
    return _sql.Database("shop", pretend.url.render_as_string(hide_password=False))
