"""A real Creme CRM on PostgreSQL, and the data maps under which our connector sees it.

`DSAR_CREME_PYTHON` names the interpreter of a virtual environment with `creme-crm` and `psycopg`; the gate
(`.ci/run`) makes one. Without it these tests are skipped by name. The tables are made from Creme's models at
once, not by its 300 migrations: the same schema in a fifth of the time.
"""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors import sql
from connectors.sql import SqlSystem
from tests.contract.connectors.systems.sql import POSTGRES

PYTHON = os.environ.get("DSAR_CREME_PYTHON", "")
DRIVE = Path(__file__).with_name("drive.py")
NEVER = "DSAR_CREME_PYTHON names no Python with creme-crm and psycopg (see .ci/run)"
_SETTINGS = """
from creme.settings import *
class _None:
    def __contains__(self, app): return True
    def __getitem__(self, app): return None
MIGRATION_MODULES = _None()
SECRET_KEY = "not a secret"
LANGUAGE_CODE = "en"
DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", "NAME": {name!r}, "USER": {user!r},
  "PASSWORD": {password!r}, "HOST": {host!r}, "PORT": {port!r}}}}}
"""
# A contact is a row of two tables under one key, and its first address refers back to it.
_MAP = """
vendor: Creme CRM
person: {{table: contact, finds_by: {{email: email, phone: phone}}, teaches: {{phone: phone}}}}
restrict: {{column: is_deleted, to: true, back: false, collection: entity}}
collections:
  contact: {{category: identity, table: persons_contact, key: cremeentity_ptr_id, erase: remove}}
  entity:
    category: profile
    table: creme_core_cremeentity
    via: {{id: contact.cremeentity_ptr_id}}
    erase: remove
    rectify: [description]
  addresses: {{category: contact, table: persons_address, via: {{object_id: entity.id}}, erase: remove}}
  places:
    category: contact
    table: geolocation_geoaddress
    key: address_id
    via: {{address_id: addresses.id}}
    erase: remove
  memos: {{category: support, table: assistants_memo, via: {{entity_id: entity.id}}, erase: remove}}
  tasks: {{category: support, table: assistants_todo, via: {{entity_id: entity.id}}, erase: remove}}
  relations:
    category: profile
    table: creme_core_relation
    via: {{subject_entity_id: entity.id}}
    erase: remove
  relations_of_others:
    category: profile
    table: creme_core_relation
    via: {{object_entity_id: entity.id}}
    erase: remove
  history:
    category: technical_usage
    table: creme_core_historyline
    via: {{entity_id: entity.id}}
    erase: {erased}
"""
# As Creme does it: the line loses its contact, and keeps what it says. And as somebody says who has read one.
BY_ITS_MODELS = _MAP.format(erased="{entity_id: null}")
BY_ITS_LINES = _MAP.format(erased="remove")


@dataclass(frozen=True)
class Office:
    """One Creme of its own: a database, and a folder with its settings."""

    url: sa.URL
    folder: Path

    def connected(self, data_map: str) -> SqlSystem:
        path = self.folder / "creme.map.yaml"
        path.write_text(data_map)
        url = self.url.render_as_string(hide_password=False)
        return sql.connect("office", sql.Settings(url=url, write_url=url, map=path))

    def erase(self, name: str) -> None:
        """Have Creme erase somebody itself."""
        _run(self, PYTHON, DRIVE, "erase", name)

    def asked(self, statement: str) -> list[tuple[Any, ...]]:
        return _executed(self.url, statement)


@contextmanager
def built(folder: Path) -> Iterator[Office]:
    """Install Creme's tables and enter its people: a quarter of a minute. Skip by name if it is missing."""
    if not PYTHON:
        pytest.skip(NEVER)
    with _database("") as url:
        office = _settled(url, folder)
        creme = Path(PYTHON).with_name("creme")
        _run(office, creme, "migrate", "--run-syncdb", "-v0")
        _run(office, creme, "creme_populate", "-v0")
        _run(office, PYTHON, DRIVE, "plant")
        yield office


@contextmanager
def copied(office: Office, folder: Path) -> Iterator[Office]:
    """Lend a copy that a test may change."""
    with _database(f" template {office.url.database}") as url:
        yield _settled(url, folder)


def _settled(url: sa.URL, folder: Path) -> Office:
    said = {
        "name": url.database,
        "user": url.username or "",
        "password": url.password or "",
        "host": url.host or "",
        "port": url.port or "",
    }
    (folder / "office_settings.py").write_text(_SETTINGS.format(**said))
    return Office(url, folder)


@contextmanager
def _database(how: str) -> Iterator[sa.URL]:
    admin = sa.make_url(POSTGRES).set(drivername="postgresql+psycopg")
    name = f"dsar_creme_{secrets.token_hex(4)}"
    _executed(admin, f"create database {name}{how}")
    try:
        yield admin.set(database=name)
    finally:
        _executed(admin, f"drop database {name} with (force)")


def _executed(url: sa.URL, statement: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        result = connection.exec_driver_sql(statement)
        return [tuple(row) for row in result] if result.returns_rows else []


def _run(office: Office, *command: object) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "office_settings",
        "PYTHONPATH": str(office.folder),
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [str(part) for part in command],
        env=environment,
        cwd=office.folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
