"""A worker is killed at any step: one correct bundle in the end, nothing left over, nothing plain."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bundle.signing import public_pem
from bundle.verify import verify
from rehearsal.s3 import S3Server
from tests.bundles import KEY
from tests.people import ADA_EMAIL
from vault.vault import S3Vault

from .conftest import RawBucket, new_case

ROOT = Path(__file__).parents[3]
ROWS = 60_000
STEPS = 420  # of an undisturbed life, counted: pages, parcels, batches, pieces of the archive
SEEDS = range(5)


def life(server: S3Server, key_file: Path, case: str, step: int, scratch: Path) -> str:
    """Live until the step (0: to the end); return what was written, or nothing if killed."""
    program = [sys.executable, str(Path(__file__).with_name("mortal.py"))]
    reach = [server.endpoint, server.access_key, server.secret, str(key_file)]
    done = subprocess.run(
        [*program, *reach, case, str(ROWS), str(step)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)},
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.stdout


@pytest.mark.timeout(600)  # five lives, perhaps beside others
@pytest.mark.parametrize("seed", SEEDS)
def test_whenever_it_is_killed_the_bundle_is_one_correct_and_the_same(
    server: S3Server, key_file: Path, s3_vault: S3Vault, bucket: RawBucket, tmp_path: Path, seed: int
) -> None:
    chance, undisturbed = random.Random(seed), new_case()  # noqa: S311 - a seed, no secret
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    s3_vault.open_case(undisturbed)
    expected = life(server, key_file, undisturbed, 0, scratch)
    case = new_case()
    s3_vault.open_case(case)
    killed = [life(server, key_file, case, chance.randint(1, STEPS), scratch) for _ in range(3)]
    written = life(server, key_file, case, 0, scratch)
    (tmp_path / "b.zip").write_bytes(s3_vault.get(case, "bundle/answer.zip"))
    (tmp_path / "k.pem").write_bytes(public_pem(KEY))
    report = verify(tmp_path / "b.zip", tmp_path / "k.pem")

    assert "" in killed, "at least one of them was killed"
    assert written == expected
    assert report.ok
    assert report.records == ROWS
    assert not [key for key in bucket.unfinished() if case in key]
    assert s3_vault.get(undisturbed, "bundle/answer.zip") == (tmp_path / "b.zip").read_bytes()
    assert not plain(scratch) + plain(server.directory)


def plain(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in found if ADA_EMAIL.encode() in path.read_bytes()]


def test_an_attempt_that_gives_up_late_drops_only_what_it_began_itself(
    s3_vault: S3Vault, bucket: RawBucket
) -> None:
    """One worker is thought dead, another takes over; then the first one notices, and cleans up."""
    case, part = new_case(), os.urandom(9 * 1024 * 1024)
    s3_vault.open_case(case)
    late = s3_vault.sink(case, "bundle/answer.zip")
    late.__enter__().write(part)
    with s3_vault.sink(case, "bundle/answer.zip") as sink:
        sink.write(part)
        assert late.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None) is not True
        sink.write(part)

    assert s3_vault.get(case, "bundle/answer.zip") == part + part
    assert not [key for key in bucket.unfinished() if case in key]
