"""A real Tryton on SQLite, and the data maps under which our connector sees it.

`DSAR_TRYTON_PYTHON` names the interpreter of a virtual environment with `trytond` and `trytond-party`; the
gate (`.ci/run`) makes one. Without it these tests are skipped by name.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors import sql
from connectors.sql import SqlSystem

PYTHON = os.environ.get("DSAR_TRYTON_PYTHON", "")
DRIVE = Path(__file__).with_name("drive.py")
NEVER = "DSAR_TRYTON_PYTHON names no Python with trytond and trytond-party (see .ci/run)"
# The person's own table is that of e-mail addresses: Tryton finds nobody by the party itself.
_MAP = """
vendor: Tryton
person: {{table: address, finds_by: {{email: value}}}}
collections:
  address:
    {{category: contact, table: party_contact_mechanism, erase: {{{erased}}}}}
  mechanisms:
    category: contact
    table: party_contact_mechanism
    via: {{party: address.party}}
    erase: {{{erased}}}
  party: {{category: identity, table: party_party, via: {{id: address.party}}, erase: {{name: null}}}}
  places:
    category: contact
    table: party_address
    via: {{party: address.party}}
    erase: {{city: null, postal_code: null}}
"""
# As somebody would write it who has seen Tryton's forms and not its tables; and by somebody who has.
BY_ITS_FORMS = _MAP.format(erased='value: {replace: "****"}')
BY_ITS_TABLES = _MAP.format(erased='value: {replace: "****"}, value_compact: null')


@dataclass(frozen=True)
class Shop:
    """One Tryton of its own, in a folder."""

    folder: Path

    def connected(self, data_map: str) -> SqlSystem:
        path = self.folder / "tryton.map.yaml"
        path.write_text(data_map)
        url = f"sqlite:///{self.folder / 'shop.sqlite'}"
        return sql.connect("erp", sql.Settings(url=url, write_url=url, map=path))

    def erase(self, name: str) -> None:
        """Have Tryton erase somebody itself."""
        _run(PYTHON, DRIVE, self.folder, "erase", name, folder=self.folder)


def built(folder: Path) -> Shop:
    """Install Tryton's tables and enter its people: half a minute. Skip by name where Tryton is missing."""
    if not PYTHON:
        pytest.skip(NEVER)
    (folder / "shop.sqlite").touch()
    (folder / "password").write_text("not a secret\n")
    shop = _configured(folder)
    admin = Path(PYTHON).with_name("trytond-admin")
    asked = (admin, "-c", folder / "trytond.conf", "-d", "shop")
    _run(*asked, "--all", "--email", "admin@shop.example", "-p", folder=folder)
    _run(*asked, "-u", "party", "--activate-dependencies", folder=folder)
    _run(PYTHON, DRIVE, folder, "plant", folder=folder)
    return shop


def copied(shop: Shop, folder: Path) -> Shop:
    """Return a copy that a test may change."""
    shutil.copy(shop.folder / "shop.sqlite", folder)
    return _configured(folder)


def _configured(folder: Path) -> Shop:
    (folder / "trytond.conf").write_text(f"[database]\nuri = sqlite://\npath = {folder}\n")
    return Shop(folder)


def _run(*command: object, folder: Path) -> None:
    environment = {**os.environ, "TRYTONPASSFILE": str(folder / "password")}
    done = subprocess.run(
        [str(part) for part in command],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
