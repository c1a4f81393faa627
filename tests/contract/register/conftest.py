"""One register of each kind, empty for each test."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dsar.ports import Register
from register.register import SqlRegister
from register.schema import prepare
from tests.contract.register.registers import throw_away_postgres
from tests.pretend_register import MemoryRegister


def _address(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'register.db'}"
        return
    with throw_away_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing is."""
    yield from _address(request.param, tmp_path)


@pytest.fixture
def url(empty_url: str) -> str:
    """The address of a prepared register."""
    prepare(empty_url)
    return empty_url


@pytest.fixture
def sql_register(url: str) -> Iterator[SqlRegister]:
    with closing(SqlRegister(url)) as register:
        yield register


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    if request.param == "memory":
        yield MemoryRegister()
        return
    for address in _address(request.param, tmp_path):
        prepare(address)
        with closing(SqlRegister(address)) as register:
            yield register
