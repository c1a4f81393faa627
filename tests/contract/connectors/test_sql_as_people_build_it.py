"""What real schemas do and a small shop does not: rows over two tables, rows that name each other, rows of
many kinds in one table, and columns of every type that PostgreSQL has.
"""
# ruff: noqa: S608  # the statements are of invented people

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors import sql
from dsar.deeds import Result, Verdict
from dsar.errors import OperatorError
from dsar.person import Identity
from tests.contract.connectors.reading import known
from tests.contract.connectors.systems.sql import VARIANTS, PretendShop
from tests.people import ADA, ADA_EMAIL, ADA_PHONE

SECRET = "a secret of more than thirty-two characters"
LATER = "deferrable initially deferred"
SCHEMA = f"""
create type mood as enum ('glad', 'sad');
create domain mail_address as varchar(200) check (value like '%%@%%');
create table thing (id uuid primary key, kind text not null, "order" text, notes text);
create table "Person Of Ours" (
  thing_id uuid primary key references thing (id) {LATER},
  email mail_address, first_home bigint, shouted text generated always as (upper(email)) stored);
create table home (id bigint primary key, thing_id uuid not null references thing (id) {LATER}, street text);
alter table "Person Of Ours" add foreign key (first_home) references home (id) {LATER};
create table bond (id bigint primary key, one uuid not null references thing (id) {LATER},
  other uuid not null references thing (id) {LATER}, back bigint references bond (id) {LATER});
create table remark (id bigint generated always as identity primary key, about_type text not null,
  about_id uuid not null, body text);
create table facets (
  thing_id uuid not null references thing (id) {LATER}, at date not null, said jsonb not null default '{{}}',
  plain json, feeling mood not null default 'glad', words text[], seen tstzrange, origin inet, mark uuid,
  weight numeric(8, 2), raw bytea, code char(12), found tsvector, primary key (thing_id, at)
) partition by range (at);
create table facets_old partition of facets for values from ('2000-01-01') to ('2020-01-01');
create table facets_new partition of facets for values from ('2020-01-01') to ('2040-01-01');
create table journal (id bigint generated always as identity primary key, line text);
create function keep() returns trigger language plpgsql as
  $$ begin insert into journal (line) values (old::text); return null; end $$;
create trigger kept after delete on home for each row execute function keep();
create view people as select email, thing_id from "Person Of Ours";
"""
A, B = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
ROWS = (
    "".join(
        f"""
insert into thing values ('{who}', 'person', 'x', '{email}');
insert into home values ({n}, '{who}', '1 High Street, {email}');
insert into "Person Of Ours" (thing_id, email, first_home) values ('{who}', '{email}', {n});
insert into remark (about_type, about_id, body) values ('person', '{who}', 'wrote to {email}');
insert into remark (about_type, about_id, body) values ('parcel', '{who}', 'another thing of that number');
insert into facets values ('{who}', '2010-05-01', '{{"mail": "{email}"}}', '["{email}"]', 'sad',
  '{{{email}}}', '[2020-01-01, 2021-01-01)', '192.0.2.1', '{who}', 1.5, '\\x00', '{email[:9]}',
  to_tsvector('simple', '{email}'));
insert into facets (thing_id, at) values ('{who}', '2030-05-01');
"""
        for n, who, email in ((1, A, ADA_EMAIL), (2, B, "ben@subject.example"))
    )
    + f"""
insert into bond values (1, '{A}', '{B}', null), (2, '{B}', '{A}', 1), (3, '{B}', '{B}', null);
update bond set back = 2 where id = 1;
"""
)
MAP = """
person: {table: person, finds_by: {email: email}}
collections:
  person: {category: identity, table: Person Of Ours, key: thing_id, erase: remove}
  thing: {category: profile, via: {id: person.thing_id}, where: {kind: person}, erase: remove}
  homes: {category: contact, table: home, via: {thing_id: thing.id}, erase: remove}
  bonds: {category: profile, table: bond, via: {one: thing.id}, erase: remove}
  bonds_back: {category: profile, table: bond, via: {other: thing.id}, erase: remove}
  remarks:
    category: support
    table: remark
    via: {about_id: thing.id}
    where: {about_type: person}
    erase: remove
  facets:
    category: profile
    key: [thing_id, at]
    via: {thing_id: thing.id}
    erase: FACETS
"""
COLUMN_BY_COLUMN = """
      said: {replace: "{}"}
      plain: null
      feeling: {replace: glad}
      words: {replace: "{}"}
      seen: null
      origin: {replace: 0.0.0.0}
      mark: {replace: 00000000-0000-0000-0000-000000000000}
      weight: {replace: 0}
      raw: null
      code: null
      found: null
"""


@pytest.fixture
def house_of_many(tmp_path: Path) -> Iterator[PretendShop]:
    with VARIANTS["postgresql"](tmp_path) as pretend:
        assert isinstance(pretend, PretendShop)
        asked(pretend, "drop table customers, orders, order_lines, consents, replies cascade")
        asked(pretend, SCHEMA + ROWS)
        yield pretend


def asked(shop: PretendShop, statement: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(shop.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        result = connection.exec_driver_sql(statement)
        return [tuple(row) for row in result] if result.returns_rows else []


@asynccontextmanager
async def connected(shop: PretendShop, folder: Path, data_map: str) -> AsyncIterator[tuple[Any, Identity]]:
    (folder / "own.map.yaml").write_text(data_map, "utf-8")
    url = shop.url.render_as_string(hide_password=False)
    settings = sql.Settings(url=url, write_url=url, hash_key=SECRET, map=folder / "own.map.yaml")
    system = sql.connect("house", settings)
    try:
        await system.check()
        yield system, await known(system)
    finally:
        await system.close()


def of_ben(shop: PretendShop) -> list[tuple[Any, ...]]:
    tables = ("thing", "home", '"Person Of Ours"', "remark", "facets")
    parts = [f"select '{name}', to_jsonb(t)::text said from {name} t" for name in tables]
    whole = " union all ".join(parts)
    return asked(shop, f"select * from ({whole}) x where said like '%%{B[-12:]}%%' order by 1, 2")


async def test_rows_over_two_tables_and_rows_that_name_each_other_go(
    house_of_many: PretendShop, tmp_path: Path
) -> None:
    ben = of_ben(house_of_many)
    async with connected(house_of_many, tmp_path, MAP.replace("FACETS", "remove")) as (system, who):
        held = {one.collection: one.count for one in (await system.find(who)).holdings}
        receipts = await system.erase(who, await system.plan_erasure(who))
        seen = await system.verify(who, receipts)
        again = await system.erase(who, await system.plan_erasure(who))
        left = await system.scan(who)

    assert held == dict.fromkeys(held, 1) | {"facets": 2}
    assert {r.collection: r.count for r in receipts} == held
    assert {Result.DONE} == {one.result for one in receipts}
    assert {Verdict.VERIFIED} == {one.verdict for one in seen}
    assert () == again
    assert ben == of_ben(house_of_many)
    assert [(3,)] == asked(house_of_many, "select id from bond")
    assert 2 == len(asked(house_of_many, "select * from remark where about_type = 'parcel'")), "by its kind"
    assert [("journal.line", 1)] == [(one.place, one.count) for one in left.found], "a trigger copied it"


async def test_columns_of_every_type_are_emptied_or_replaced(
    house_of_many: PretendShop, tmp_path: Path
) -> None:
    ben = of_ben(house_of_many)
    kept = (
        MAP.replace("FACETS", COLUMN_BY_COLUMN)
        .replace(", erase: remove", "")
        .replace("    erase: remove\n", "")
    )
    async with connected(house_of_many, tmp_path, kept) as (system, who):
        receipts = await system.erase(who, await system.plan_erasure(who))
        seen = await system.verify(who, receipts)
        again = await system.erase(who, receipts and await system.plan_erasure(who))

    assert [Verdict.VERIFIED] == [one.verdict for one in seen]
    assert [] == [one for one in again if one.count]
    assert ben == of_ben(house_of_many)
    assert not asked(house_of_many, f"select 1 from facets t where t::text like '%%{ADA_EMAIL}%%'")


@pytest.mark.parametrize(
    "way", ["code: hash", "weight: hash", "mark: {replace: gone}", "code: {replace: much too long}"]
)
async def test_what_a_column_cannot_hold_is_said_before_anything_is_erased(
    house_of_many: PretendShop, tmp_path: Path, way: str
) -> None:
    with pytest.raises(OperatorError) as caught:
        async with connected(house_of_many, tmp_path, MAP.replace("FACETS", f"{{{way}}}")):
            pass

    assert f"column_unfit:facets.{way.partition(':')[0]}" == caught.value.reason


async def test_an_index_over_some_rows_makes_no_key(house_of_many: PretendShop, tmp_path: Path) -> None:
    keyed = MAP.replace("    table: remark\n", "    table: remark\n    key: about_id\n")
    asked(house_of_many, "create unique index on remark (about_id) where about_type = 'person'")
    with pytest.raises(OperatorError) as caught:
        async with connected(house_of_many, tmp_path, keyed.replace("FACETS", "remove")):
            pass

    assert "key_not_unique:remark" == caught.value.reason


async def test_residue_is_found_in_every_type_that_holds_text(
    house_of_many: PretendShop, tmp_path: Path
) -> None:
    async with connected(house_of_many, tmp_path, MAP.replace("FACETS", "remove")) as (system, _who):
        found = await system.scan(ADA)

    assert {one.place: one.count for one in found.found} == {
        "Person Of Ours.email": 1,
        "Person Of Ours.shouted": 1,
        "home.street": 1,
        "remark.body": 1,
        "thing.notes": 1,
        "facets_old.found": 1,
        "facets_old.plain": 1,
        "facets_old.said": 1,
        "facets_old.words": 1,
    }
    assert ADA_PHONE not in repr(found)
