"""A part of the engine that is missing or wrong: a clear message with the next move, nothing half done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import HOME, Engine


def run(engine: Engine, *command: str, typed: str = "", **changes: str) -> tuple[int, str]:
    """Run a program with some settings changed; return its exit code and all it said."""
    done = subprocess.run(
        [sys.executable, *command],
        input=typed,
        capture_output=True,
        text=True,
        cwd=HOME,
        timeout=90,
        check=False,
        env={**os.environ, **engine.scene.environment, **changes},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"DSAR_S3_BUCKET": "no-such-bucket"}, 4, "bucket missing"),
        ({"DSAR_S3_SECRET": "wrong"}, 4, "credentials"),
        ({"DSAR_MASTER_KEY_FILE": "/nowhere/master.key"}, 4, "prepare"),
        ({"DSAR_REGISTER_URL": "sqlite:////nowhere/register.db"}, 4, "register"),
        ({"DSAR_COMPANY_FILE": "/nowhere/company.yaml"}, 2, "company"),
        ({"DSAR_SMTP_PORT": "fish"}, 2, "DSAR_SMTP_PORT"),
    ],
)
def test_opening_says_what_to_mend_and_writes_nothing(
    engine: Engine, changes: dict[str, str], code: int, said: str
) -> None:
    before = engine.desk.register.cases()
    found, told = run(
        engine,
        "starter.py",
        "open",
        "--regime",
        "UK-ENG",
        "--email",
        "-",
        typed="new@subject.example",
        **changes,
    )

    assert (code, True) == (found, said in told), told
    assert "new@subject.example" not in told
    assert before == engine.desk.register.cases()


def test_a_data_map_that_names_no_table_stops_only_its_system(engine: Engine, tmp_path: Path) -> None:
    """`systems` shows which system, and the code of what is wrong."""
    bad_map = (HOME / "rehearsal" / "crm.map.yaml").read_text().replace("newsletter", "newsletters")
    (tmp_path / "bad.map.yaml").write_text(bad_map)
    systems = (engine.scene.directory / "systems.yaml").read_text()
    mapped = systems.replace(str(HOME / "rehearsal" / "crm.map.yaml"), str(tmp_path / "bad.map.yaml"))
    (tmp_path / "systems.yaml").write_text(mapped)

    code, told = run(
        engine, "starter.py", "systems", "--json", DSAR_SYSTEMS_FILE=str(tmp_path / "systems.yaml")
    )

    assert 1 == code
    assert "table_missing" in told


def test_a_worker_whose_port_is_taken_says_so(engine: Engine) -> None:
    code, told = run(engine, "worker.py")

    assert code in {1, 2}
    assert "address" in told.lower() or "port" in told.lower()
