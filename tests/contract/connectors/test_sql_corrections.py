"""New values in a database: what a column cannot hold is refused, and an empty cell is completed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from connectors import sql
from dsar.deeds import Correction, Result
from dsar.errors import OperatorError, UnsupportedError
from tests.contract.connectors.reading import known
from tests.contract.connectors.systems.sql import BATCHED, VARIANTS, PretendShop
from tests.people import ADA_PHONE

MAP = """
person: {table: customers, finds_by: {email: email}}
collections:
  customers: {category: identity, rectify: [phone, account, id]}
  orders: {category: transaction, via: {customer_id: customers.id}, rectify: [customer_id]}
"""


@pytest.fixture(params=BATCHED)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PretendShop]:
    with VARIANTS[request.param](tmp_path) as pretend:
        assert isinstance(pretend, PretendShop)
        yield pretend


@asynccontextmanager
async def connected(shop: PretendShop, folder: Path) -> AsyncIterator[Any]:
    (folder / "own.map.yaml").write_text(MAP, "utf-8")
    url = shop.url.render_as_string(hide_password=False)
    system = sql.connect("shop", sql.Settings(url=url, write_url=url, map=folder / "own.map.yaml"))
    try:
        yield system
    finally:
        await system.close()


def phone(value: str, old: str | None = None) -> Correction:
    return Correction(collection="customers", attribute="phone", value=value, old=old)


async def test_a_value_that_a_column_cannot_hold_is_refused(shop: PretendShop, tmp_path: Path) -> None:
    wrong = [phone("9" * 100_000), Correction(collection="customers", attribute="account", value="many")]
    if shop.url.get_backend_name() == "duckdb":
        del wrong[0]  # its texts are of any length
    async with connected(shop, tmp_path) as system:
        who = await known(system)
        for correction in wrong:
            with pytest.raises(OperatorError, match="value_unfit"):
                await system.rectify(who, [correction])


async def test_an_empty_cell_is_completed_and_what_stands_there_is_not(
    shop: PretendShop, tmp_path: Path
) -> None:
    async with connected(shop, tmp_path) as system:
        who = await known(system)
        [nothing] = await system.rectify(who, [phone("0115", old="")])
        await system.rectify(who, [phone("", old=ADA_PHONE)])
        [done] = await system.rectify(who, [phone("0115", old="")])

    assert (Result.ALREADY, Result.DONE) == (nothing.result, done.result)


async def test_no_map_lets_a_key_be_corrected(shop: PretendShop, tmp_path: Path) -> None:
    """By `id` a row is known, and by `customer_id` it is Ada's: written anew, it would be another's."""
    async with connected(shop, tmp_path) as system:
        who = await known(system)
        assert ("account", "phone") == system.card.collection("customers").corrects
        assert () == system.card.collection("orders").corrects
        for collection, key in (("customers", "id"), ("orders", "customer_id")):
            with pytest.raises(UnsupportedError, match="attribute_by_hand"):
                await system.rectify(who, [Correction(collection=collection, attribute=key, value="7")])
