"""The residue scan of a database: every table, mapped or not, on each database."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.mysql import LONGTEXT

from dsar.person import Identity
from dsar.residue import Residue, Scan
from tests.contract.connectors.reading import known
from tests.contract.connectors.systems.sql import BATCHED, VARIANTS, PretendShop
from tests.contract.connectors.test_sql_deeds_alone import connected, rows
from tests.people import ADA_EMAIL

ALL_GO = """
  customers: {category: identity, erase: remove}
  orders: {category: transaction, via: {customer_id: customers.id}, erase: remove}
  order_lines:
    {category: transaction, key: [order_id, line], via: {order_id: orders.id}, erase: remove}
  consents: {category: marketing_comms, key: [email, topic], via: {email: customers.email}, erase: remove}
  replies:
    category: support
    key: code
    via: {order_id: order_lines.order_id, line: order_lines.line}
    erase: remove
"""
HOSTILE = 'mail "log"; drop table customers;--'
COLUMN = "it's % a `:column`"


@pytest.fixture(params=BATCHED)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PretendShop]:
    with VARIANTS[request.param](tmp_path) as pretend:
        assert isinstance(pretend, PretendShop)
        yield pretend


def planted(shop: PretendShop) -> None:
    """Plant copies where no map leads: JSON, long text, generated columns, names that bite."""
    meta = sa.MetaData()
    stored = shop.url.get_backend_name() != "duckdb"  # which reckons such a column whenever it is read
    audit = sa.Table(
        "audit",
        meta,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("change", sa.JSON),
        sa.Column("body", sa.Text().with_variant(LONGTEXT(), "mysql", "mariadb")),
        sa.Column("folded", sa.String(200), sa.Computed("lower(who)", persisted=stored or None)),
        sa.Column("who", sa.String(200)),
        sa.Column("score", sa.Numeric(9, 2)),
        sa.Column("raw", sa.LargeBinary),
    )
    biting = sa.Table(
        HOSTILE, meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column(COLUMN, sa.Text)
    )
    engine = sa.create_engine(shop.url)
    meta.create_all(engine)
    huge = "x" * 5_000_000 + f" {ADA_EMAIL.upper()} " + "y" * 1_000_000
    with engine.begin() as connection:
        connection.execute(
            audit.insert(),
            [
                {"id": 1, "change": {"old": {"email": ADA_EMAIL}}, "body": huge, "who": ADA_EMAIL.title()},
                {"id": 2, "change": [json.dumps({"to": ADA_EMAIL})], "body": "none", "who": "somebody"},
                {"id": 3, "change": None, "body": None, "who": None},
            ],
        )
        connection.execute(biting.insert(), [{"id": 1, COLUMN: f"to={ADA_EMAIL}"}])
        connection.exec_driver_sql("create view audit_view as select who from audit")
    engine.dispose()


async def erased(system: Any) -> tuple[Identity, Scan, Scan]:
    """Erase her, and scan before and after."""
    who = await known(system)
    before = await system.scan(who)
    await system.erase(who, await system.plan_erasure(who))
    return who, before, await system.scan(who)


def places(scan: Scan) -> dict[str, int]:
    return {one.place: one.count for one in scan.found if one.count}


async def test_what_the_erasure_forgets_is_found_by_table_column_and_count(
    shop: PretendShop, tmp_path: Path
) -> None:
    planted(shop)
    async with connected(shop, tmp_path, ALL_GO) as system:
        _who, before, after = await erased(system)

    assert {"customers.email", "consents.email"} <= places(before).keys()
    assert places(after) == {
        "audit.change": 2,
        "audit.body": 1,
        "audit.folded": 1,
        "audit.who": 1,
        f"{HOSTILE}.{COLUMN}": 1,
    }
    assert after.records < before.records
    assert ADA_EMAIL not in repr(after)


async def test_a_mapped_table_is_called_by_its_collection(shop: PretendShop, tmp_path: Path) -> None:
    async with connected(shop, tmp_path, ALL_GO) as system:
        found = await system.scan(await known(system))

    assert {"customers.email": "customers"}.items() <= {
        one.place: one.collection for one in found.found
    }.items()


async def test_looking_changes_nothing_and_a_stranger_is_nowhere(shop: PretendShop, tmp_path: Path) -> None:
    planted(shop)
    before = rows(shop, "select * from customers order by id")
    async with connected(shop, tmp_path, ALL_GO) as system:
        found = await system.scan(Identity())
        again = await system.scan(await known(system))

    assert (found.found, found.places > 0) == ((), True)
    assert places(again)
    assert before == rows(shop, "select * from customers order by id")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[PretendShop]:
    with VARIANTS["sqlite"](tmp_path) as pretend:
        assert isinstance(pretend, PretendShop)
        yield pretend


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PretendShop]:
    with VARIANTS["postgresql"](tmp_path) as pretend:
        assert isinstance(pretend, PretendShop)
        yield pretend


async def test_a_table_that_cannot_be_read_is_named_and_the_others_are_looked_at(
    file: PretendShop, tmp_path: Path
) -> None:
    """A virtual table of SQLite whose program is not installed here, beside one whose is."""
    with closing(sqlite3.connect(str(file.url.database))) as database, database:
        database.executescript(
            """
            create virtual table notes using fts5(body);
            pragma writable_schema = on;
            insert into sqlite_master values
                ('table', 'gone', 'gone', 0, 'CREATE VIRTUAL TABLE gone USING nosuch(x)');
            """
        )
    with closing(sqlite3.connect(str(file.url.database))) as database, database:
        database.execute("insert into notes values (?)", (f"write to {ADA_EMAIL}",))
    async with connected(file, tmp_path, ALL_GO) as system:
        found = await system.scan(await known(system))

    assert 1 == places(found)["notes.body"]
    assert {"gone": "schema_unreadable"} == {one.place: one.reason for one in found.found if one.reason}


async def test_a_column_of_sqlite_holds_what_it_was_given(file: PretendShop, tmp_path: Path) -> None:
    """Its declared type binds nobody: text in a number's column, and bytes, are looked at as well."""
    with closing(sqlite3.connect(str(file.url.database))) as database, database:
        database.execute("create table loose (amount integer, raw blob)")
        database.execute("insert into loose values (?, ?)", (ADA_EMAIL, ADA_EMAIL.encode()))
    async with connected(file, tmp_path, ALL_GO) as system:
        found = places(await system.scan(await known(system)))

    assert {"loose.amount": 1, "loose.raw": 1}.items() <= found.items()


async def test_a_table_or_column_that_is_called_after_her_is_sealed(
    file: PretendShop, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(str(file.url.database))) as database, database:
        for table, column in (("audit", ADA_EMAIL), (ADA_EMAIL, "said")):
            database.execute(f'create table "{table}" ("{column}" text)')
            database.execute(f'insert into "{table}" values (?)', (ADA_EMAIL,))  # noqa: S608  # our own names
    async with connected(file, tmp_path, ALL_GO) as system:
        scan = await system.scan(await known(system))

    hidden = {one.place: one.keys for one in scan.found if "*" in one.place}
    assert {"audit.*": (f"audit.{ADA_EMAIL}",), "*.said": (f"{ADA_EMAIL}.said",)} == hidden
    assert ADA_EMAIL not in repr(scan)


async def test_a_page_at_a_time_and_every_row_of_it(shop: PretendShop, tmp_path: Path) -> None:
    meta = sa.MetaData()
    log = sa.Table("log", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("said", sa.Text))
    engine = sa.create_engine(shop.url)
    meta.create_all(engine)
    with engine.begin() as connection:
        said = [{"id": n, "said": ADA_EMAIL if n % 7 == 0 else "x" * 50} for n in range(1, 12_001)]
        connection.execute(log.insert(), said)
    engine.dispose()
    async with connected(shop, tmp_path, ALL_GO) as system:
        found = await system.scan(await known(system))

    assert 12_000 // 7 == places(found)["log.said"]
    assert found.records > 12_000


async def test_postgres_copies_that_are_no_ordinary_tables_are_looked_at(
    postgres: PretendShop, tmp_path: Path
) -> None:
    """Partitions, materialised views, search vectors and arrays."""
    for statement in (
        "create table events (day date, who text) partition by range (day)",
        "create table events_26 partition of events for values from ('2026-01-01') to ('2027-01-01')",
        f"insert into events values ('2026-02-02', '{ADA_EMAIL}')",  # noqa: S608  # our own address
        f"create materialized view copied as select array['x', '{ADA_EMAIL}'] as many",
        f"create table searched as select to_tsvector('simple', 'mail {ADA_EMAIL}') as words",
        "create schema other",
        f"create table other.hidden as select '{ADA_EMAIL}'::text as who",
    ):
        rows(postgres, statement)
    async with connected(postgres, tmp_path, ALL_GO) as system:
        found = places(await system.scan(await known(system)))

    assert {"events_26.who": 1, "copied.many": 1, "searched.words": 1}.items() <= found.items()
    assert "events.who" not in found, "a partitioned table holds nothing itself"
    assert not [place for place in found if "hidden" in place], "another schema is not this system's"


def test_a_place_that_could_not_be_looked_at_has_no_count() -> None:
    assert 0 == Residue(place="payroll", reason="permission_missing").count
