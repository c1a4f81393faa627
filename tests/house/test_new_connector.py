"""`connector new` writes two files that keep every promise at once, and names them in the walls."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands import connectors
from tests.house.repository import ROOT, files
from tests.house.test_example_connector import contract_suite

ENTRY_POINTS = """[dsar.connectors]
acme_desk = acme_dsar.acme_desk
[dsar.pretends]
acme_desk = acme_dsar.pretend_acme_desk
"""
LEFT_OUT = ("docs/", "tests/end_to_end/", "tests/chaos/", "tests/workflow/", "bench/", "deploy/", "uv.lock")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name in files():
        if not name.startswith(LEFT_OUT) or name.startswith("docs/examples/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def desk(house: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(house), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "starter.py", "connector", *words]
    return subprocess.run(command, cwd=house, env=environment, check=False, capture_output=True, text=True)


def test_a_new_connector_keeps_every_promise_at_once(house: Path) -> None:
    begun = desk(house, "new", "shop_desk")

    assert begun.returncode == 0, begun.stderr
    assert begun.stdout.splitlines()[:2] == [
        "connectors/shop_desk.py",
        "tests/contract/connectors/systems/shop_desk.py",
    ]
    assert '"connectors.shop_desk",' in (house / "pyproject.toml").read_text()
    assert "class ShopDesk:" in (house / "connectors/shop_desk.py").read_text()
    suite = contract_suite(house, "shop_desk")
    assert suite.returncode == 0, suite.stdout


def test_a_package_of_ones_own_is_held_to_every_promise(tmp_path: Path) -> None:
    """As the page says it: two modules and their entry points, installed beside the engine."""
    package, told = tmp_path / "acme_dsar", tmp_path / "acme_dsar-0.1.dist-info"
    for folder in (package, told):
        folder.mkdir()
    for name in ("acme_desk", "pretend_acme_desk"):
        text = (ROOT / f"docs/examples/{name}.py").read_text("utf-8")
        own = text.replace("from connectors import acme_desk", "from acme_dsar import acme_desk")
        (package / f"{name}.py").write_text(own, "utf-8")
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-dsar\nVersion: 0.1\n", "utf-8")
    (told / "entry_points.txt").write_text(ENTRY_POINTS, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "starter.py", "connector", "check", "acme_desk"]

    asked = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)

    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert "an export resumes from any cursor" in asked.stdout
    assert "- erasing again is no harm: not asked, cannot_erase" in asked.stdout
    assert "19 promises kept, 0 broken, 7 not asked" in asked.stdout


def test_a_name_that_is_taken_or_no_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connectors, "HOUSE", tmp_path)  # a name that passes would find no example here
    for name in ("sql", "Shop", "../shop", "shop-desk", "_shop", ""):
        assert CliRunner().invoke(connectors.app, ["connector", "new", name]).exit_code == 2, name
    assert CliRunner().invoke(connectors.app, ["connector", "new", "shop_desk"]).exit_code == 1


def test_a_connector_that_nobody_knows_is_answered_with_the_known_ones() -> None:
    asked = desk(ROOT, "check", "shop_desk")

    assert asked.returncode == 2
    assert "stripe" in asked.stderr
