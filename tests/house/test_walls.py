"""The walls between the rooms stand (pyproject.toml, import-linter), and every room is behind one."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.repository import ROOMS, ROOT, files, text


def lint_imports(house: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=house, check=False, capture_output=True, text=True)


def test_the_walls_stand() -> None:
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout


def test_every_room_is_behind_the_walls() -> None:
    walled = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["root_packages"]
    rooms = {name.split("/")[0] for name in files() if name.count("/") == 1 and name.endswith("/__init__.py")}

    assert set(walled) == set(ROOMS) == rooms - {"tests"}


@pytest.fixture
def copied_house(tmp_path: Path) -> Path:
    for name in files():
        if name == "pyproject.toml" or (name.split("/")[0] in ROOMS and name.endswith(".py")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("room", "breach"),
    [
        ("dsar", "import temporalio.workflow"),
        ("dsar", "import os"),
        ("connectors", "import temporalio.activity"),
        ("connectors", "import register"),
        ("workflows", "import connectors"),
        ("vault", "import workflows"),
    ],
)
def test_a_breached_wall_is_noticed(copied_house: Path, room: str, breach: str) -> None:
    (copied_house / room / "breach.py").write_text(breach + "\n")

    result = lint_imports(copied_house)

    assert result.returncode != 0
    assert f"{room}.breach" in result.stdout


def test_every_connector_is_a_stranger_to_the_others() -> None:
    """The wall names each connector: one that is missing there could lean on another unseen."""
    contracts = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (strangers,) = [c["modules"] for c in contracts if c["type"] == "independence"]
    public = [n for n in files() if n.startswith("connectors/") and n.endswith(".py") and "/_" not in n]

    assert sorted(strangers) == sorted(n.removesuffix(".py").replace("/", ".") for n in public)
