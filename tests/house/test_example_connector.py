"""The connector that the how-to shows is a real one: put on the shelf, it keeps every promise."""

import ast
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from tests.house.repository import ROOT, files, text

SHOWN = {"acme_desk": "connectors", "pretend_acme_desk": "tests/contract/connectors/systems"}
NEEDED = (
    "connectors/",
    "dsar/",
    "rehearsal/",
    "tests/contract/connectors/",
    "tests/people.py",
    "tests/__init__.py",
)


def house_with_the_example(place: Path) -> Path:
    for name in files():
        if name.startswith(NEEDED) or name == "pyproject.toml":
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
    for module, room in SHOWN.items():
        shutil.copy(ROOT / f"docs/examples/{module}.py", place / room / "acme_desk.py")
    return place


def contract_suite(house: Path, kind: str = "acme_desk") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", kind]
    suite = "tests/contract/connectors/test_every_connector.py"
    environment = {**os.environ, "PYTHONPATH": str(house), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*command, suite], cwd=house, env=environment, check=False, capture_output=True, text=True
    )


def test_the_example_passes_the_contract_suite(tmp_path: Path) -> None:
    result = contract_suite(house_with_the_example(tmp_path))

    assert result.returncode == 0, result.stdout + result.stderr
    assert int(re.findall(r"(\d+) passed", result.stdout)[0]) > 20


def test_an_example_that_breaks_its_word_is_noticed(tmp_path: Path) -> None:
    house = house_with_the_example(tmp_path)
    connector = house / "connectors/acme_desk.py"
    connector.write_text(connector.read_text().replace("if len(people) > 1 and not", "if False and not"))

    result = contract_suite(house)

    assert "test_a_shared_mailbox_is_ambiguous_and_discloses_nothing" in result.stdout
    assert result.returncode == 1


def test_a_connector_without_its_pretend_system_is_told_what_to_write(tmp_path: Path) -> None:
    house = house_with_the_example(tmp_path)
    (house / "tests/contract/connectors/systems/acme_desk.py").unlink()

    result = contract_suite(house)

    assert "write tests/contract/connectors/systems/acme_desk.py" in result.stdout


def spelled(node: ast.stmt) -> str:
    """A statement as Python would write it, however far it is indented."""
    return " ".join(ast.unparse(node).split())


def statements(body: list[ast.stmt]) -> Iterator[str]:
    """Each statement; a class by what is in it, for a page may show a part."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from statements(node.body)
        else:
            yield spelled(node)


def test_the_how_to_shows_the_example_as_it_is() -> None:
    page = text("docs/how-to/add-a-connector.md")
    shown = re.findall(r"^```py\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    sources = [ast.parse(text(f"docs/examples/{module}.py")) for module in SHOWN]
    whole = {spelled(node) for tree in sources for node in ast.walk(tree) if isinstance(node, ast.stmt)}

    parts = [each for part in shown for each in statements(ast.parse(textwrap.dedent(part)).body)]
    assert len(parts) > 10
    assert [part for part in parts if part not in whole] == []
