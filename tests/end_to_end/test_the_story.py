"""The main job, in and out by the doors only: from the letter that arrives to the bundle that verifies."""

import subprocess
import sys
import zipfile
from pathlib import Path

from frictionless import Package

from bundle.verify import verify
from rehearsal.story import Story
from tests.end_to_end.conftest import THE_PERSON, Engine, everything_written


async def test_the_story_is_played_and_leaves_a_bundle_that_strangers_accept(
    engine: Engine, tmp_path: Path
) -> None:
    """Our own check and the open-source validator `frictionless` both pass the downloaded archive."""
    told: list[str] = []
    await Story(desk=engine.desk, scene=engine.scene, out=tmp_path, say=told.append).play()

    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path / "opened")  # our own archive, verified above
    report = Package(str(tmp_path / "opened" / "datapackage.json")).validate()

    assert verify(tmp_path / "bundle.zip").ok
    assert report.valid, report.flatten(["title", "message"])
    assert "whole" in told[-2]


async def test_nobody_is_named_in_anything_the_engine_wrote(engine: Engine, tmp_path: Path) -> None:
    """Temporal's database, our register, the S3 server's volumes, every log: no address, phone or name."""
    await Story(desk=engine.desk, scene=engine.scene, out=tmp_path, say=lambda _line: None).play()

    written = list(everything_written(engine.scene))
    named = [name for name, data in written for secret in THE_PERSON if secret in data]

    assert [] == named
    assert {"temporal/temporal.db", "register.db", "worker.log"} <= {name for name, _ in written}


def test_the_search_for_the_person_would_find_them(engine: Engine) -> None:
    """The same search over what may hold the person, so that it is known to find something."""
    crm = (engine.scene.directory / "crm.db").read_bytes()

    assert all(secret in crm for secret in THE_PERSON)


def test_help_is_there_without_any_setting(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parents[2] / "starter.py"), "open", "--help"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        timeout=60,
    )

    assert 0 == done.returncode
    assert "Examples" in done.stdout
