"""When the database fails: a code that names the remedy, and never a word of SQL or of its content."""

import shutil
import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url, text

from dsar.errors import DsarError, OperatorError, TemporaryError
from dsar.ports import Change
from register.register import SqlRegister
from register.schema import prepare, schema_is_current
from tests.contract.register.registers import ADA, NOW, behind_its_back, code, fact, opened, request

SECRET = "s3cret-of-the-database"


@contextmanager
def refused(kind: type[DsarError], reason: str) -> Iterator[None]:
    with pytest.raises(kind) as told:
        yield
    assert told.value.reason == reason
    printed = "".join(traceback.format_exception(told.value))
    assert not [word for word in ("SELECT", "INSERT", SECRET, ADA) if word in printed.replace('"SELECT', "")]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not an address",
        "mysql://root@127.0.0.1/register",
        "sqlite://",
        "sqlite:///:memory:",
        f"postgresql://{SECRET}@127.0.0.1:notaport/x",
        "postgresql://127.0.0.1",
    ],
)
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with refused(OperatorError, "url_invalid"):
        SqlRegister(url)


@pytest.mark.parametrize(
    "url", [f"postgresql://root:{SECRET}@127.0.0.1:1/register", "sqlite:////nowhere/at/all/register.db"]
)
def test_a_database_that_cannot_be_reached_is_waited_for(url: str) -> None:
    with closing(SqlRegister(url)) as register:
        for ask in (register.check, register.cases, lambda: register.record("case_x", fact("k"))):
            with refused(TemporaryError, "unreachable"):
                ask()


def test_an_unprepared_database_asks_for_the_newest_schema(empty_url: str) -> None:
    assert not schema_is_current(empty_url)
    with closing(SqlRegister(empty_url)) as register:
        for ask in (
            register.check,
            register.cases,
            lambda: register.open_case(request(), fingerprint=ADA, intake_key="k", at=NOW),
        ):
            with refused(OperatorError, "schema_old"):
                ask()


def test_a_schema_of_another_time_is_named_by_check_and_by_the_statement(sql_register: SqlRegister) -> None:
    case_id = opened(sql_register)
    sql_register.check()
    behind_its_back(
        sql_register,
        "ALTER TABLE cases DROP COLUMN locale",
        "UPDATE alembic_version SET version_num = '0000'",
    )

    with refused(OperatorError, "schema_old"):
        sql_register.check()
    with refused(OperatorError, "schema_old"):
        sql_register.case(case_id)


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
def test_a_role_or_database_that_is_not_there_is_an_operators_matter(empty_url: str) -> None:
    with refused(OperatorError, "database_missing"):
        SqlRegister(empty_url + "_not_there").check()
    with refused(OperatorError, "access_refused"):
        SqlRegister(_as("nobody_we_know", empty_url)).check()


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
def test_a_role_without_rights_is_an_operators_matter(url: str) -> None:
    role = url.rsplit("/", 1)[1]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        try:
            with closing(SqlRegister(_as(role, url))) as register, refused(OperatorError, "access_refused"):
                register.cases()
        finally:
            server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
def test_connections_cut_by_the_server_are_replaced_without_a_word(
    url: str, sql_register: SqlRegister
) -> None:
    case_id = opened(sql_register)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert sql_register.record(case_id, fact("k"))
    assert len(sql_register.evidence(case_id)) == 2


def test_a_full_disk_leaves_nothing_half_done_and_is_waited_for(tmp_path: Path) -> None:
    """SQLite's own page limit answers exactly as a full disk does."""
    url = f"sqlite:///{tmp_path / 'register.db'}"
    prepare(url)
    with closing(SqlRegister(url)) as register:
        case_id = opened(register)
        pages = register._database.read(text("PRAGMA page_count"))[0][0]
        register._database.read(text(f"PRAGMA max_page_count = {pages}"))
        written = 0
        with refused(TemporaryError, "disk_full"):
            for number in range(200):
                register.record(case_id, fact(f"k:{number}", text="x" * 2000), Change(started=True))
                written += 1

        assert len(register.evidence(case_id)) == len(register.events(limit=999)) == written + 1
        assert register.verify_evidence(case_id).whole
        register._database.read(text("PRAGMA max_page_count = 100000"))
        assert register.record(case_id, fact("k:later"))


def test_a_file_that_is_no_database_is_an_operators_matter(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    path.write_bytes(b"not a database at all" * 500)

    with closing(SqlRegister(f"sqlite:///{path}")) as register, refused(OperatorError, "database_damaged"):
        register.check()


def test_what_was_forgotten_is_in_no_file_of_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    prepare(url)
    with closing(SqlRegister(url)) as register:
        case_id = opened(register)
        register.set_challenge(case_id, "identity", code(), fact("code"))
        assert ADA.encode() in _bytes_of(tmp_path)

        register.forget_subject(case_id, fact("forgotten"))

        assert ADA.encode() not in _bytes_of(tmp_path)
        assert code().digest.encode() not in _bytes_of(tmp_path)


def test_the_file_stands_a_copy_taken_while_it_is_written(tmp_path: Path) -> None:
    """The pragmas hold on every connection: write-ahead log, full sync, foreign keys, secure delete."""
    url = f"sqlite:///{tmp_path / 'register.db'}"
    prepare(url)
    with closing(SqlRegister(url)) as register:
        told = [
            register._database.read(text(f"PRAGMA {name}"))[0][0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        ]
        case_id = opened(register)
        for file in tmp_path.glob("register.db*"):
            shutil.copy(file, tmp_path / f"copy-{file.name}")

    assert told == ["wal", 2, 1, 1, 30_000]
    with closing(sqlite3.connect(tmp_path / "copy-register.db")) as copy:
        assert copy.execute("SELECT case_id FROM cases").fetchall() == [(case_id,)]


def _bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def _as(role: str, url: str) -> str:
    return make_url(url).set(username=role).render_as_string(hide_password=False)
