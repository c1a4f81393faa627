"""A replica takes the load of exports, and no row is missing because it lags."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors import sql
from dsar.errors import OperatorError
from tests.contract.connectors.reading import known, pages
from tests.contract.connectors.sql_tables import fill
from tests.contract.connectors.systems.sql import MAP
from tests.people import ADA

_MARKED = "update order_lines set article = 'read from the replica'"


def connected(folder: Path, replica: str = "replica") -> sql.SqlSystem:
    (folder / "map.yaml").write_text(MAP, "utf-8")
    urls = {n: f"sqlite:///{folder / n}.sqlite" for n in ("primary", replica)}
    settings = sql.Settings(url=urls["primary"], read_url=urls[replica], map=folder / "map.yaml")
    return sql.connect("shop", settings)


async def articles(connector: sql.SqlSystem) -> set[str]:
    found = await pages(connector, await known(connector), "order_lines")
    await connector.close()
    return {row["article"] for page in found for row in page.rows}


def changed(folder: Path, statement: str) -> None:
    engine = sa.create_engine(f"sqlite:///{folder / 'replica'}.sqlite")
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def both(tmp_path: Path) -> Path:
    for name in ("primary", "replica"):
        fill(f"sqlite:///{tmp_path / name}.sqlite")
    changed(tmp_path, _MARKED)
    return tmp_path


async def test_an_export_is_read_from_the_replica(both: Path) -> None:
    assert await articles(connected(both)) == {"read from the replica"}


async def test_a_replica_that_lags_is_passed_over(both: Path) -> None:
    changed(
        both,
        "delete from order_lines where order_id = (select max(order_id) from order_lines "
        "where order_id < 2000)",
    )

    found = await articles(connected(both))

    assert len(found) == 23
    assert "read from the replica" not in found


async def test_searches_ask_where_the_truth_is_and_a_lost_replica_is_named(both: Path) -> None:
    changed(both, "delete from customers")

    searched = connected(both)
    holdings = (await searched.find(ADA)).holdings
    await searched.close()
    lost = connected(both, "missing")
    with pytest.raises(OperatorError, match="database_missing"):
        await lost.check()
    await lost.close()

    assert holdings
