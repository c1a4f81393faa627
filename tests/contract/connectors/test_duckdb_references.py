"""What DuckDB cannot change while a foreign key refers to the row. Found out in the middle of a case, it
would leave an approved erasure half done: so the check looks beforehand.
"""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors import sql
from dsar.errors import OperatorError
from tests.contract.connectors.reading import known

FAMILY = """
create table homes (
  id integer primary key, email varchar, number varchar unique, tags varchar[], "a, b" varchar, plain varchar,
  marked integer);
create index lowered on homes (lower(email));
create index odd on homes ("a, b");
create table visits (id integer primary key, home integer references homes (id), day varchar);
create table steps (id integer primary key, visit integer references visits (id));
insert into homes values (1, 'ada.osei@subject.example', '7', ['x'], 'y', 'z', 0);
insert into visits values (1, 1, 'monday');
insert into steps values (1, 1);
"""
PERSON = "person: {table: homes, finds_by: {email: email}}\n"
HOMES = "collections:\n  homes: {category: identity}\n"
VISITS = "  visits: {category: profile, via: {home: homes.id}}\n"
VISITS_GO = "  visits: {category: profile, via: {home: homes.id}, erase: remove}\n"
STEPS = "  steps: {category: profile, via: {visit: visits.id}}\n"
STEPS_GO = "  steps: {category: profile, via: {visit: visits.id}, erase: remove}\n"


def erasing(fields: str) -> str:
    return HOMES.replace("identity}", f"identity, erase: {fields}}}")


def shop(tmp_path: Path, map_: str) -> Any:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as database:
        database.execute(FAMILY)
    (tmp_path / "map.yaml").write_text(PERSON + map_, "utf-8")
    url = f"duckdb:///{tmp_path / 'shop.duckdb'}"
    return sql.connect("shop", sql.Settings(url=url, write_url=url, map=tmp_path / "map.yaml"))


@pytest.mark.parametrize(
    ("map_", "reason"),
    [
        (erasing("{number: null}"), "column_referenced:homes.number"),
        (erasing("{email: null}"), "column_referenced:homes.email"),
        (erasing("{tags: null}"), "column_referenced:homes.tags"),
        (erasing("{'a, b': null}"), "column_referenced"),
        (HOMES.replace("y}", "y, rectify: [email]}") + VISITS_GO, "column_referenced:homes.email"),
        ("restrict: {column: number, to: 1, back: 0}\n" + HOMES, "column_referenced:homes.number"),
        (
            HOMES + VISITS.replace("id}}", "id}, erase: {home: null}}") + STEPS,
            "column_referenced:visits.home",
        ),
    ],
)
async def test_a_change_that_duckdb_cannot_make_is_refused_at_the_check(
    tmp_path: Path, map_: str, reason: str
) -> None:
    with pytest.raises(OperatorError) as caught:
        await shop(tmp_path, map_).check()

    assert caught.value.reason == reason


async def test_what_can_be_changed_once_the_rows_that_refer_to_it_are_gone_is_changed(tmp_path: Path) -> None:
    system = shop(tmp_path, erasing("{number: null, tags: null, plain: null}") + VISITS_GO + STEPS_GO)
    await system.check()

    who = await known(system)
    receipts = await system.erase(who, await system.plan_erasure(who))

    assert {r.collection: r.count for r in receipts} == {"steps": 1, "visits": 1, "homes": 1}
