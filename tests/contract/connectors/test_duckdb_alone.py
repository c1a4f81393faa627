"""What only DuckDB can do to us: a file that another process holds, attached files, kinds of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from connectors import _duckdb, _sql, _sql_engine, scan, sql
from dsar.errors import DsarError, InputError, OperatorError, TemporaryError
from tests.contract.connectors.reading import known, pages
from tests.people import ADA, ADA_EMAIL, identity

MAP = """
person: {table: people, finds_by: {email: email, account_id: account}}
collections:
  people: {category: identity, erase: remove}
  notes: {category: support, table: archive.notes, via: {person_id: people.id}, erase: remove}
"""
PEOPLE = f"""
create table people (id ubigint primary key, email varchar, account hugeint);
insert into people values (18446744073709551615, '{ADA_EMAIL}', 170141183460469231731687303715884105727);
insert into people values (2, 'other@subject.example', 2);
"""  # noqa: S608  # an invented person
NOTES = """
create table notes (
  id uuid primary key, person_id ubigint, paid_at timestamptz, paid decimal(12, 2), tags varchar[],
  shape struct(a integer, b varchar), said json, mood enum('', 'well'), raw blob, lasts interval, of_old date
);
insert into notes values (
  '00000000-0000-0000-0000-000000000001', 18446744073709551615, '2026-05-01 12:00:00+02', 1.20, ['x', 'y'],
  {'a': 1, 'b': 'x'}, '{"mail": "ada.osei@subject.example"}', 'well', '\\xff'::blob, interval 1 day,
  '0044-03-15 (BC)'
);
"""
HOLDING = """
import sys, duckdb
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, statements in (("shop", PEOPLE), ("archive", NOTES)):
        with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as database:
            database.execute(statements)
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    return tmp_path


def address(folder: Path) -> str:
    return f"duckdb:///{folder / 'shop.duckdb'}?attach={folder / 'archive.duckdb'}"


def connected(folder: Path) -> Any:
    url = address(folder)
    return sql.connect("shop", sql.Settings(url=url, write_url=url, map=folder / "map.yaml"))


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Hold a file open for writing, as the company's own program would."""
    command = [sys.executable, "-c", HOLDING, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        yield


async def test_a_file_that_another_process_writes_to_is_waited_for(files: Path) -> None:
    system = connected(files)

    with held(files / "shop.duckdb"), pytest.raises(TemporaryError) as caught:
        await system.find(ADA)
    after = await system.find(ADA)

    assert caught.value.reason == "database_locked"
    assert {h.collection: h.count for h in after.holdings} == {"people": 1, "notes": 1}


async def test_nobody_is_kept_out_of_the_file_between_two_questions(files: Path) -> None:
    system = connected(files)
    await system.find(ADA)

    with held(files / "shop.duckdb"), held(files / "archive.duckdb"):
        pass


async def test_an_attached_file_is_searched_exported_erased_and_scanned(files: Path) -> None:
    system = connected(files)
    await system.check()
    who = await known(system)
    [row] = [row for page in await pages(system, who, "notes") for row in page.rows]
    before = await system.scan(who)
    receipts = await system.erase(who, await system.plan_erasure(who))
    after = await system.find(ADA)

    assert {"archive.notes.said": 1, "people.email": 1} == {one.place: one.count for one in before.found}
    assert row == {
        "id": "00000000-0000-0000-0000-000000000001",
        "person_id": 18446744073709551615,
        "paid_at": "2026-05-01T10:00:00+00:00",
        "paid": "1.20",
        "tags": ["x", "y"],
        "shape": {"a": 1, "b": "x"},
        "said": '{"mail": "ada.osei@subject.example"}',
        "mood": "well",
        "raw": {"base64": "/w==", "note": "1 bytes that are not text"},
        "lasts": "1 day, 0:00:00",
        "of_old": "0044-03-15 (BC)",
    }
    assert [("notes", 1), ("people", 1)] == [(r.collection, r.count) for r in receipts]
    assert after.holdings == ()


async def test_a_number_wider_than_others_have_finds_its_person(files: Path) -> None:
    system = connected(files)

    widest = await system.find(identity("", account_id="170141183460469231731687303715884105727"))
    nobody = await system.find(identity("", account_id="9" * 40))

    assert [h.collection for h in widest.holdings] == ["people", "notes"]
    assert nobody.holdings == ()


async def test_who_writes_waits_for_readers_and_not_for_ever(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = connected(files)
    who = await known(system)
    plan = await system.plan_erasure(who)
    export = system.export(who, "notes")
    await anext(export)

    with monkeypatch.context() as hurried:
        hurried.setattr(_duckdb, "_PATIENCE", 0)
        with pytest.raises(TemporaryError, match="database_locked"):
            await system.erase(who, plan)
    await export.aclose()

    assert [1, 1] == [receipt.count for receipt in await system.erase(who, plan)]


async def test_a_statement_that_takes_too_long_is_interrupted(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sql_engine, "STATEMENT_SECONDS", 0.05)
    database = _sql.Database("shop", address(files))
    endless = sa.text("select count(*) from range(1000000000) a, range(1000000000) b where a.range < b.range")

    with pytest.raises(TemporaryError, match="statement_timeout"):
        await database.run(lambda c: c.execute(endless).all())


async def test_writing_creates_no_file_either(tmp_path: Path) -> None:
    missing = tmp_path / "missing.duckdb"
    database = _sql.Database("shop", f"duckdb:///{missing}", writing=True)

    with pytest.raises(OperatorError, match="database_missing"):
        await database.run(lambda c: c.execute(sa.text("create table t (i integer)")))

    assert not missing.exists()


@pytest.mark.parametrize("url", ["duckdb://", "duckdb:///:memory:"])
def test_an_address_without_a_file_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="name the file"):
        _sql.Database("shop", url)


async def test_an_index_with_odd_names_is_read_as_it_is(tmp_path: Path) -> None:
    """Two indexes are unique: one on columns, which may be a key, one on an expression, which may not."""
    file = tmp_path / "odd.duckdb"
    with duckdb.connect(str(file)) as database:
        database.execute('create table t (id integer not null, "odd, ""name" varchar not null)')
        database.execute('create unique index one on t ("odd, ""name")')
        database.execute("create unique index two on t (abs(id))")
    engine = sa.create_engine(f"duckdb:///{file}")
    with engine.connect() as connection:
        found = _sql.unique_keys(sa.inspect(connection), "t", None)

    assert found == [frozenset({'odd, "name'})]


async def test_the_tables_of_another_schema_are_scanned_by_name(files: Path) -> None:
    found = await scan(address(files), schemas=["main", "archive"])

    assert found.proposal
    assert [*found.proposal.left] == ["archive.notes"], "a way between two files is for a person to say"


async def test_no_error_of_the_driver_names_a_person(files: Path) -> None:
    (files / "map.yaml").write_text(MAP.replace("archive.notes", f'"{ADA_EMAIL}"'), "utf-8")
    with pytest.raises(DsarError) as caught:
        await connected(files).check()

    assert ADA_EMAIL not in repr(caught.value.__cause__)
