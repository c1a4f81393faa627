"""Tools that we did not write read and verify the bundle as well."""

import io
import shutil
import subprocess
import warnings
import zipfile
from pathlib import Path

import pytest

from bundle.layout import tail
from bundle.members import Shelf
from tests.bundles import GAP, HOSTILE_ROWS, Pipe, contents, facts, section, written

ROWS = [{"id": n, "text": f"row {n}", "more": "=1+1"} for n in range(40)]
ARCHIVE, _RECEIPT = written(section(ROWS), section(HOSTILE_ROWS, collection="odd"), about=facts(**GAP))
FILES = contents(ARCHIVE)


def test_frictionless_accepts_the_unpacked_archive(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its own imports
        from frictionless import validate  # noqa: PLC0415 - under the filter
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as archive:
        archive.extractall(tmp_path)
    report = validate(str(tmp_path / "datapackage.json"))

    assert report.valid, report.flatten(["name", "type", "note"])
    assert len(report.tasks) == len(FILES) - 4
    with (tmp_path / "data/crm/notes.csv").open("ab") as table:
        table.write(b"1,2\r\n")
    assert not validate(str(tmp_path / "datapackage.json")).valid


def test_the_documented_commands_verify_the_archive(tmp_path: Path) -> None:
    if not (shutil.which("openssl") and shutil.which("sha256sum")):
        pytest.skip("openssl or sha256sum is not installed")
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as archive:
        archive.extractall(tmp_path)
    told = (tmp_path / "README.txt").read_text(encoding="utf-8").splitlines()
    commands = [line.strip() for line in told if line.startswith("  ") and not line.startswith("      ")]
    commands = [line for line in commands if line.startswith(("sha256sum", "openssl"))]

    assert len(commands) == 3
    for command in commands:
        subprocess.run(["sh", "-ec", command], cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "MANIFEST.sha256").write_bytes(FILES["MANIFEST.sha256"] + b" ")
    assert (
        subprocess.run(["sh", "-c", commands[1]], cwd=tmp_path, capture_output=True, check=False).returncode
        != 0
    )


def test_an_archive_beyond_the_small_records_of_zip_is_read_as_well() -> None:
    pipe = Pipe()
    with Shelf(pipe, facts().answered_at) as shelf:
        for number in range(65_537):
            shelf.put(f"f{number}.txt", b"")
    read = tail(io.BytesIO(pipe.bytes()))

    assert read is not None
    assert read.files == 65_537
