"""A page is the most that is ever in memory, however much a person has."""

import gc
import resource
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from dsar.person import Identity
from tests.contract.connectors.small_shop import connector, execute, opened
from tests.contract.connectors.systems.sql import PretendShop
from tests.people import ADA, identity


async def test_a_page_is_the_most_that_is_ever_in_memory(shop: Path) -> None:
    execute(
        shop,
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000) "
        "insert into visits select i, 1 + (i <= 3000), 'https://shop.example.com/' || i from n",
    )
    execute(shop, "insert into customers values (2, 'few@subject.example', null, null)")

    few, few_rows = await _peak(shop, identity("few@subject.example"))
    many, many_rows = await _peak(shop, ADA)

    assert (few_rows, many_rows) == (3000, 97_000)
    assert many < few * 2  # the thread that read a page may hold it a moment longer


@pytest.mark.parametrize(
    ("database", "many"),
    [
        ("postgresql", "generate_series(1, 200000)"),
        ("mariadb", "seq_1_to_200000"),
        ("duckdb", "range(200000)"),
    ],
    indirect=["database"],
)
async def test_the_rows_wait_at_the_server_until_they_are_asked_for(database: PretendShop, many: str) -> None:
    connection = opened(database)
    await connection.run(lambda c: c.execute(sa.text("select 1")).all())
    before = _resident()

    wide = sa.select(sa.text(f"repeat('x', 400) from {many}"))
    grown = [_resident() - before async for _ in connection.stream(wide, 1000)]
    await connection.close()

    assert len(grown) == 200
    assert max(grown) < 40 * 2**20  # of some 80 MiB; DuckDB itself takes half of that


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


async def _peak(shop: Path, who: Identity) -> tuple[int, int]:
    """Export and return the most blocks of memory that were alive at any page, and the number of rows."""
    found, count, alive = connector(shop), 0, []
    await found.find(who)
    gc.collect()
    gc.freeze()
    before = sys.getallocatedblocks()
    async for page in found.export(who, "visits"):
        count += len(page.rows)
        gc.collect()
        alive.append(sys.getallocatedblocks() - before)
    gc.unfreeze()
    await found.close()
    return max(alive), count
