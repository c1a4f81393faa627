"""What only ClickHouse can do to us: mutations, keys that are none, defaults for NULL."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors import sql
from dsar.deeds import Correction, Result, Verdict
from dsar.errors import InputError, OperatorError, TemporaryError
from dsar.vocabulary import Verb
from tests.contract.connectors.reading import known, pages
from tests.contract.connectors.systems.sql import MAP, VARIANTS, PretendShop
from tests.contract.connectors.test_sql_deeds_alone import rows
from tests.people import ADA

PERSON = "person: {table: customers, finds_by: {email: email}}\ncollections:\n"
ONLY = "  customers: {category: identity}\n"
ORDERS = ONLY + "  orders: {category: transaction, via: {customer_id: customers.id}, erase: remove}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PretendShop]:
    with VARIANTS["clickhouse"](tmp_path) as pretend:
        assert isinstance(pretend, PretendShop)
        yield pretend


@asynccontextmanager
async def connected(shop: PretendShop, text: str = MAP, **url: str) -> AsyncIterator[Any]:
    data_map = shop._map.with_name("own.map.yaml")
    data_map.write_text(text, "utf-8")
    address = shop.url.set(**url).render_as_string(hide_password=False)  # type: ignore[arg-type]  # names
    system = sql.connect("shop", sql.Settings(url=address, write_url=address, map=data_map))
    try:
        yield system
    finally:
        await system.close()


async def test_a_default_that_stands_for_no_link_leads_to_nobody(shop: PretendShop) -> None:
    """A column that is not Nullable says 0, an empty text or a UUID of zeros where nothing was said."""
    for name, kind, own in (
        ("texts", "String", "''"),
        ("numbers", "UInt64", "0"),
        ("ids", "UUID", "toUUID('00000000-0000-0000-0000-000000000000')"),
    ):
        rows(shop, f"create table {name}_of (id Int64, link {kind}) engine = MergeTree order by id")
        rows(shop, f"create table {name} (id Int64, link {kind}) engine = MergeTree order by id")
        rows(shop, f"insert into {name}_of values (1, {own})")  # noqa: S608  # our own words
        rows(shop, f"insert into {name} select number, {own} from numbers(3)")  # noqa: S608  # as above
    more = "".join(
        f"  {name}_of: {{category: profile, via: {{id: customers.id}}}}\n"
        f"  {name}: {{category: profile, via: {{link: {name}_of.link}}}}\n"
        for name in ("texts", "numbers", "ids")
    )
    async with connected(shop, PERSON + ONLY + more) as system:
        found = await system.find(ADA)

    assert {h.collection for h in found.holdings} == {"customers", "texts_of", "numbers_of", "ids_of"}


async def test_rows_that_are_alike_in_their_key_stop_the_export(shop: PretendShop) -> None:
    """Nothing makes a key unique there, and after a resumption one of them would be missing."""
    rows(shop, "insert into orders select * from orders where id = 1007")
    async with connected(shop) as system:
        who = await known(system)
        with pytest.raises(OperatorError, match="key_not_unique:orders"):
            await pages(system, who, "orders")

        assert await pages(system, who, "order_lines")


@pytest.mark.parametrize(
    ("collections", "reason"),
    [
        ("  customers: {category: identity, rectify: [id]}\n", "column_in_key:customers.id"),
        (
            ONLY
            + "  consents: {category: marketing_comms, key: [email, topic], via: {email: customers.email},"
            " erase: {topic: {replace: x}}}\n",
            "column_in_key:consents.topic",
        ),
        (
            ONLY + "  seen: {category: profile, via: {customer_id: customers.id}, erase: remove}\n",
            "table_unchangeable:seen",
        ),
    ],
)
async def test_what_no_mutation_can_change_is_refused_at_the_check(
    shop: PretendShop, collections: str, reason: str
) -> None:
    rows(shop, "create view seen as select * from orders")
    async with connected(shop, PERSON + collections) as system:
        with pytest.raises(OperatorError, match=reason):
            await system.check()


def test_a_hash_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(
        PERSON + "  customers: {category: identity, erase: {email: hash}}\n", "utf-8"
    )
    url = "clickhouse://me@sample.example/shop"
    settings = sql.Settings(url=url, write_url=url, map=tmp_path / "map.yaml", hash_key="x" * 40)

    with pytest.raises(InputError, match="cannot hash"):
        sql.connect("shop", settings)


async def test_the_card_says_how_an_erasure_comes_about(shop: PretendShop) -> None:
    async with connected(shop) as system:
        assert "parts" in system.card.abilities[Verb.ERASE].note


async def test_an_erasure_that_was_cut_short_is_finished_by_repeating_it(shop: PretendShop) -> None:
    async with connected(shop) as system:
        who = await known(system)
        plan = await system.plan_erasure(who)
        writing, left = system._writing.run, 2

        async def dies_after_two(work: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise RuntimeError("the worker was killed")
            return await writing(work)

        system._writing.run = dies_after_two
        with pytest.raises(RuntimeError, match="killed"):
            await system.erase(who, plan)
        system._writing.run = writing
        receipts = await system.erase(who, plan)
        seen = await system.verify(who, receipts)

    assert sorted(r.result for r in receipts) == [Result.ALREADY] * 2 + [Result.DONE] * 3
    assert {one.verdict for one in seen} == {Verdict.VERIFIED}
    assert rows(shop, "select count(*) from customers where id = 1") == [(0,)]


async def test_a_mutation_that_is_under_way_is_waited_for_and_not_begun_again(shop: PretendShop) -> None:
    rows(shop, "system stop merges orders")
    rows(shop, "alter table orders update total = 1 where id = 1000 settings mutations_sync = 0")
    async with connected(shop, PERSON + ORDERS) as system:
        who = await known(system)
        plan = await system.plan_erasure(who)
        with pytest.raises(TemporaryError, match="mutation_running"):
            await system.erase(who, plan)
        begun = rows(shop, "select count(*) from system.mutations where table = 'orders' and not is_done")
        rows(shop, "system start merges orders")
        rows(shop, "alter table orders update total = 2 where id = 1000 settings mutations_sync = 2")

        [receipt] = await system.erase(who, plan)

    assert begun == [(1,)]
    assert receipt.count == 23


async def test_a_mutation_that_fails_for_ever_is_for_a_person(shop: PretendShop) -> None:
    failing = "alter table orders update total = throwIf(id = 1000) where 1 settings mutations_sync = {}"
    with pytest.raises(sa.exc.DBAPIError):
        rows(shop, failing.format(1))
    async with connected(shop, PERSON + ORDERS) as system:
        who = await known(system)
        with pytest.raises(OperatorError, match="mutation_failed:orders"):
            await system.erase(who, await system.plan_erasure(who))


async def test_a_correction_is_written_and_seen(shop: PretendShop) -> None:
    async with connected(shop) as system:
        who = await known(system)
        new = Correction(collection="customers", attribute="full_name", value="it's \\ % 'Ada' ☃")
        [receipt] = await system.rectify(who, [new])

    assert receipt.result is Result.DONE
    assert rows(shop, "select full_name from customers where id = 1") == [("it's \\ % 'Ada' ☃",)]
