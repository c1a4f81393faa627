"""The registers under test, and the words to talk to them with."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from psycopg import sql

from dsar.case import RightsRequest
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.identity import Challenge
from dsar.ports import Register
from dsar.vocabulary import Channel, Right
from register.register import SqlRegister

SERVER = os.environ.get("DSAR_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/postgres")
NOW = datetime(2026, 3, 31, 23, 59, 59, 123456, tzinfo=UTC)
ADA = "a" * 64  # as the vault's fingerprint gives it
RIGHT_CODE, WRONG_CODE = "c" * 64, "d" * 64


@contextmanager
def throw_away_postgres() -> Iterator[str]:
    """Yield the address of a new, empty database; skip, by name, where no server answers."""
    name = f"dsar_test_{secrets.token_hex(6)}"
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=30)
    except psycopg.OperationalError:
        pytest.skip(
            "PostgreSQL is not reachable: set DSAR_TEST_POSTGRES to a server that may create databases"
        )
    with server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield SERVER.rsplit("/", 1)[0] + f"/{name}"
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def new_id() -> str:
    return f"case_{secrets.token_hex(10)}"


def request(case_id: str = "", *, right: Right = Right.ACCESS, subject_id: str = "sub_1") -> RightsRequest:
    return RightsRequest(
        case_id=case_id or new_id(),
        subject_id=subject_id,
        right=right,
        regime="UK-ENG",
        received_at=NOW,
        received_on=date(2026, 4, 1),
        channel=Channel.FORM,
    )


def opened(register: Register, *, fingerprint: str = ADA, at: datetime = NOW) -> str:
    """Open a case and return its id."""
    asked = request()
    register.open_case(asked, fingerprint=fingerprint, intake_key=asked.case_id, at=at)
    return asked.case_id


def fact(key: str, kind: EvidenceKind = EvidenceKind.SEARCHED, **facts: Scalar) -> Fact:
    return Fact(key=key, kind=kind, at=NOW, facts=facts)


def code(digest: str = RIGHT_CODE, *, lifetime: timedelta = timedelta(hours=48)) -> Challenge:
    return Challenge(digest=digest, expires_at=NOW + lifetime)


def behind_its_back(register: SqlRegister, *statements: str) -> None:
    """Do what somebody with the database's password could do."""
    for statement in statements:
        register._database.write(lambda connection, sql=statement: connection.exec_driver_sql(sql))  # type: ignore[misc]
