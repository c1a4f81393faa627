"""Deeds as only a database has them: column by column, in batches, among foreign keys."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors import _sql_deeds, sql
from dsar.deeds import Method, Receipt, Result, Verdict
from dsar.errors import InputError, OperatorError
from dsar.vocabulary import Verb
from tests.contract.connectors.pretend import cast
from tests.contract.connectors.reading import known
from tests.contract.connectors.systems.sql import BATCHED, VARIANTS, PretendShop
from tests.people import ADA, ADA_EMAIL, ADA_NAME, ADA_PHONE

SECRET = "a secret of more than thirty-two characters"
PERSON = """
person: {table: customers, finds_by: {email: email}}
collections:
"""
COLUMNS = """
  customers:
    category: identity
    erase: {email: null, full_name: {replace: erased}, phone: hash, account: null}
  orders:
    category: transaction
    via: {customer_id: customers.id}
    erase: {customer_id: null, signature: null}
  order_lines:
    category: transaction
    key: [order_id, line]
    via: {order_id: orders.id}
    erase: {article: null}
  consents: {category: marketing_comms, key: [email, topic], via: {email: customers.email}}
"""
ORDERS = """
  customers: {category: identity}
  orders: {category: transaction, via: {customer_id: customers.id}, erase: remove}
"""


@pytest.fixture(params=BATCHED)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PretendShop]:
    with VARIANTS[request.param](tmp_path) as pretend:
        assert isinstance(pretend, PretendShop)
        yield pretend


@asynccontextmanager
async def connected(shop: PretendShop, folder: Path, collections: str) -> AsyncIterator[Any]:
    (folder / "own.map.yaml").write_text(PERSON + collections, "utf-8")
    url = shop.url.render_as_string(hide_password=False)
    settings = sql.Settings(url=url, write_url=url, hash_key=SECRET, map=folder / "own.map.yaml")
    system = sql.connect("shop", settings)
    try:
        yield system
    finally:
        await system.close()


def rows(shop: PretendShop, statement: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(shop.url)
    try:
        with engine.begin() as connection:
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


async def test_erasing_a_column_leaves_the_row_and_nothing_of_the_person(
    shop: PretendShop, tmp_path: Path
) -> None:
    async with connected(shop, tmp_path, COLUMNS) as system:
        await system.check()
        who = await known(system)
        others = rows(shop, "select * from customers where id <> 1 order by id")

        plan = await system.plan_erasure(who)
        receipts = await system.erase(who, plan)

        assert {s.collection: (s.count, s.method) for s in plan} == {
            "order_lines": (23, Method.NULL),
            "orders": (23, Method.ANONYMISE),
            "customers": (1, Method.KEYED_HASH),
        }
        assert {r.result for r in receipts} == {Result.DONE}
        assert {s.verdict for s in await system.verify(who, receipts)} == {Verdict.VERIFIED}
    [(email, name, phone, account)] = rows(
        shop, "select email, full_name, phone, account from customers where id = 1"
    )
    assert (email, name, account) == (None, "erased", None)
    assert phone.startswith("keyed:")
    assert ADA_PHONE not in phone
    assert others == rows(shop, "select * from customers where id <> 1 order by id")


async def test_what_is_anonymised_leads_back_to_nobody(shop: PretendShop, tmp_path: Path) -> None:
    """No column of the rows that stay holds what the person is known by, and none leads to their row."""
    async with connected(shop, tmp_path, COLUMNS) as system:
        who = await known(system)
        await system.erase(who, await system.plan_erasure(who))

        assert [h.collection for h in (await system.find(who)).holdings] == ["customers"]
        assert (await system.find(ADA)).holdings == ()
    stays = repr(rows(shop, "select * from orders") + rows(shop, "select * from customers where id = 1"))
    assert [word for word in (ADA_EMAIL, ADA_PHONE, ADA_NAME) if word in stays] == []
    assert rows(shop, "select count(*) from orders where customer_id = 1") == [(0,)]


async def test_an_erasure_that_was_cut_short_is_finished_by_repeating_it(
    shop: PretendShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sql_deeds, "BATCH", 5)
    monkeypatch.setattr(_sql_deeds, "AT_ONCE", 0)
    async with connected(shop, tmp_path, ORDERS) as system:
        who = await known(system)
        plan = await system.plan_erasure(who)
        writing, left = system._writing.run, 3

        async def dies_after_three(work: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise RuntimeError("the worker was killed")
            return await writing(work)

        system._writing.run = dies_after_three
        with pytest.raises(RuntimeError, match="killed"):
            await system.erase(who, plan)
        half = rows(shop, "select count(*) from orders where customer_id = 1")
        system._writing.run = writing

        [receipt] = await system.erase(who, plan)

    assert half == [(8,)]
    assert (receipt.result, receipt.count) == (Result.DONE, 8)
    assert rows(shop, "select count(*) from orders where customer_id = 1") == [(0,)]
    assert rows(shop, "select count(*) from orders")[0][0] == sum(m.rows for m in cast() if m.number != 1)


@pytest.mark.parametrize("collections", [COLUMNS, ORDERS], ids=["columns", "rows"])
async def test_in_batches_or_at_once_the_same_is_erased(
    shop: PretendShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, collections: str
) -> None:
    monkeypatch.setattr(_sql_deeds, "BATCH", 5)
    monkeypatch.setattr(_sql_deeds, "AT_ONCE", 0)
    async with connected(shop, tmp_path, collections) as system:
        who = await known(system)
        plan = await system.plan_erasure(who)
        batched = [(r.collection, r.count) for r in await system.erase(who, plan)]
        seen = await system.verify(who, await system.erase(who, plan))

    assert {Verdict.VERIFIED} == {one.verdict for one in seen}
    assert [(step.collection, step.count) for step in plan] == batched


MAPPED = "  customers: {category: identity, erase: remove}\n"
LEANING = (
    "create table loyalty (id integer primary key, customer_id bigint not null,"
    " foreign key (customer_id) references customers (id){})"
)


async def test_rows_that_a_cascade_would_take_along_unseen_stop_it(shop: PretendShop, tmp_path: Path) -> None:
    if shop.url.get_backend_name() == "duckdb":
        with pytest.raises(sa.exc.DBAPIError, match="CASCADE"):  # it has none
            rows(shop, LEANING.format(" on delete cascade"))
        return
    rows(shop, LEANING.format(" on delete cascade"))
    async with connected(shop, tmp_path, MAPPED) as system:
        with pytest.raises(OperatorError, match="cascade_unplanned:loyalty"):
            await system.check()


async def test_rows_that_lean_on_an_erased_one_and_are_in_no_map_stop_it(
    shop: PretendShop, tmp_path: Path
) -> None:
    """The database refuses, and nothing is half done."""
    rows(shop, LEANING.format(""))
    rows(shop, "insert into loyalty values (1, 1)")
    async with connected(shop, tmp_path, MAPPED) as system:
        await system.check()
        who = await known(system)

        with pytest.raises(OperatorError, match="still_referenced"):
            await system.erase(who, await system.plan_erasure(who))

    assert rows(shop, "select count(*) from customers where id = 1") == [(1,)]


@pytest.mark.parametrize(
    ("erase", "reason"),
    [
        ("{restricted: null}", "column_not_nullable:customers.restricted"),
        ("{id: {replace: 7}}", "column_unique:customers.id"),
        ("{emial: null}", "column_missing:customers.emial"),
    ],
)
async def test_a_map_that_cannot_be_carried_out_is_refused_at_the_check(
    shop: PretendShop, tmp_path: Path, erase: str, reason: str
) -> None:
    async with connected(shop, tmp_path, f"  customers: {{category: identity, erase: {erase}}}\n") as system:
        with pytest.raises(OperatorError, match=reason):
            await system.check()


async def test_a_system_that_says_done_and_did_not_is_found_out(shop: PretendShop, tmp_path: Path) -> None:
    async with connected(shop, tmp_path, COLUMNS) as system:
        who = await known(system)
        lies = [
            Receipt(
                system="shop",
                collection=step.collection,
                verb=Verb.ERASE,
                result=Result.DONE,
                count=step.count,
            )
            for step in await system.plan_erasure(who)
        ]

        seen = await system.verify(who, lies)

    assert {(s.collection, s.verdict, s.count) for s in seen} == {
        ("order_lines", Verdict.STILL_PRESENT, 23),
        ("orders", Verdict.STILL_PRESENT, 23),
        ("customers", Verdict.STILL_PRESENT, 1),
    }


def test_without_an_account_that_may_write_no_deed_is_offered(tmp_path: Path) -> None:
    (tmp_path / "own.map.yaml").write_text(PERSON + COLUMNS, "utf-8")
    system = sql.connect("shop", sql.Settings(url="sqlite:///nowhere.db", map=tmp_path / "own.map.yaml"))

    assert system.card.can == {Verb.FIND, Verb.EXPORT}
    assert not hasattr(system, "erase")


def test_a_hash_without_a_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.map.yaml").write_text(PERSON + COLUMNS, "utf-8")
    url = "sqlite:///nowhere.db"

    with pytest.raises(InputError, match="hash"):
        sql.connect("shop", sql.Settings(url=url, write_url=url, map=tmp_path / "own.map.yaml"))
