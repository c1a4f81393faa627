"""An erasure may empty a row and leave it: the sweep takes it for nobody, and sees who comes back."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from connectors import sql
from dsar.evidence import EvidenceKind
from dsar.orders import Replayed
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House
from tests.workflow.erasures import approved, closed, entries
from tests.workflow.test_nobody_comes_back import sweep

MAP = """
person: {table: customers, finds_by: {email: email}}
collections:
  customers: {category: identity, key: id, erase: {email: null}}
"""


def shop(folder: Path) -> tuple[sql.SqlSystem, Callable[[int], None]]:
    """A database of one customer. Returns also what makes her one more."""
    path, url = folder / "shop.sqlite", f"sqlite:///{folder}/shop.sqlite"

    def come(number: int) -> None:
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("insert into customers values (?, ?)", (number, ADA_EMAIL))

    with closing(sqlite3.connect(path)) as database:
        database.execute("create table customers (id integer primary key, email text)")
    come(1)
    (folder / "map.yaml").write_text(MAP)
    return sql.connect("shop", sql.Settings(url=url, write_url=url, map=folder / "map.yaml")), come


@pytest.mark.parametrize("accounts", [1, 2], ids=["once", "twice: no plan could say which is meant"])
async def test_the_sweep_sees_who_came_back_and_not_the_row_that_stayed(
    house: House, tmp_path: Path, accounts: int
) -> None:
    house.systems["shop"], come = shop(tmp_path)  # type: ignore[assignment]  # a real one
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
        before = await sweep(house)
        for number in range(accounts):
            come(number + 2)
        after = await sweep(house)

    assert [Replayed(cases=1), Replayed(cases=1, back=1)] == [before, after]
    [found] = entries(house, case, EvidenceKind.RETURNED)
    assert ("shop", accounts) == (found.facts["system"], found.facts["count"])
