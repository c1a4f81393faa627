"""A big export under `kill -9`, alone and with a rival: one correct bundle, and nothing left beside it.

A few kills of a small export, which still goes up in several parts, are enough for each change. The measured
run, which prints how many of its kills were survived:

    DSAR_CHAOS_KILLS=200 DSAR_CHAOS_ROWS=1000000 DSAR_CHAOS_PER_EXPORT=20 \
        make test ARGS="tests/chaos/test_a_big_export_survives.py -n 0 -s -k anywhere"

`DSAR_CHAOS_SEED` moves them to other moments.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bundle.signing import public_pem
from bundle.verify import verify
from rehearsal.s3 import S3Server
from tests.bundles import KEY
from tests.contract.vault import mortal
from tests.contract.vault.conftest import BUCKET, RawBucket, new_case
from tests.faulty_store import Exchange, Trouble, faulty, narrow
from tests.people import ADA_EMAIL
from vault.vault import S3Vault

KILLS = int(os.environ.get("DSAR_CHAOS_KILLS", "6"))
ROWS = int(os.environ.get("DSAR_CHAOS_ROWS", "60000"))
PER_EXPORT = int(os.environ.get("DSAR_CHAOS_PER_EXPORT", "5"))
SEED = int(os.environ.get("DSAR_CHAOS_SEED", "20261126"))
ROOT = Path(__file__).parents[2]
TRIES = 20
PART = 8 * (1024 * 1024 + 48)  # bytes that go to the store at once: see `vault/sink.py`


@dataclass(frozen=True)
class Ground:
    """Where workers live and die."""

    server: S3Server
    key_file: Path
    vault: S3Vault
    scratch: Path
    rows: int = ROWS

    def case(self) -> str:
        case = new_case()
        self.vault.open_case(case)
        return case

    @contextmanager
    def worker(self, case: str, step: int = 0) -> Iterator["subprocess.Popen[str]"]:
        """A worker that exports this case, and dies at its `step` unless that is 0."""
        server = self.server
        reach = [server.endpoint, server.access_key, server.secret, str(self.key_file)]
        with subprocess.Popen(
            [sys.executable, mortal.__file__, *reach, case, str(self.rows), str(step)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.scratch)},
        ) as running:
            yield running

    def life(self, case: str, step: int = 0) -> tuple[str, str]:
        """Live until the step, or to the end; try again as Temporal would. Return what was said."""
        for _ in range(TRIES):
            with self.worker(case, step) as running:
                said = running.communicate()
            if running.returncode != mortal.TRY_AGAIN:
                assert running.returncode in (0, -signal.SIGKILL), said[1]
                return said
        pytest.fail("it never came to its end")

    def archive(self, case: str) -> bytes:
        return self.vault.get(case, "bundle/answer.zip")


@pytest.fixture
def ground(server: S3Server, key_file: Path, s3_vault: S3Vault, tmp_path: Path) -> Ground:
    (tmp_path / "scratch").mkdir()
    return Ground(server, key_file, s3_vault, tmp_path / "scratch")


def whole(ground: Ground, bucket: RawBucket, case: str) -> None:
    """What every test here ends with: no upload begun and forgotten, nothing of the person on any disk."""
    assert not [key for key in bucket.unfinished() if case in key]
    for folder in (ground.scratch, ground.server.directory):
        files = (path for path in folder.rglob("*") if path.is_file())
        assert not [path for path in files if ADA_EMAIL.encode() in path.read_bytes()]


@pytest.mark.timeout(300 + 60 * KILLS)
def test_a_worker_killed_anywhere_leaves_one_correct_bundle(
    ground: Ground, bucket: RawBucket, tmp_path: Path
) -> None:
    """Half of them die at a step of the work, half whenever somebody outside pleases."""
    chance = random.Random(SEED)  # noqa: S311  # a seed that can be repeated, no secret
    undisturbed, began = ground.case(), time.monotonic()
    expected, steps = ground.life(undisturbed)
    lasts = time.monotonic() - began
    tried = 0
    while tried < KILLS:
        case = ground.case()
        for number in range(PER_EXPORT):
            if number % 2:
                tried += not ground.life(case, chance.randint(1, int(steps)))[0]
            else:
                tried += killed_from_outside(ground, case, chance.uniform(0, lasts))
        assert expected == ground.life(case)[0]
        assert ground.archive(undisturbed) == ground.archive(case)
        whole(ground, bucket, case)
        print(f"survived {tried} kills of {tried}", flush=True)  # noqa: T201  # shown with -s, and when it fails
    (tmp_path / "b.zip").write_bytes(ground.archive(undisturbed))
    (tmp_path / "k.pem").write_bytes(public_pem(KEY))

    assert verify(tmp_path / "b.zip", tmp_path / "k.pem").ok


def killed_from_outside(ground: Ground, case: str, after: float) -> bool:
    """Kill a worker after so many seconds; say whether it was still alive."""
    with ground.worker(case) as running:
        try:
            running.wait(after)
        except subprocess.TimeoutExpired:
            running.kill()
        running.communicate()
    return running.returncode == -signal.SIGKILL


@pytest.mark.timeout(300 + 60 * KILLS)
def test_two_workers_that_believe_they_own_one_export_leave_one_correct_bundle(
    ground: Ground, bucket: RawBucket
) -> None:
    """Each sweeps what the other has begun; whoever loses is told to try again, and makes the same."""
    chance = random.Random(SEED)  # noqa: S311  # a seed that can be repeated, no secret
    undisturbed = ground.case()
    expected, steps = ground.life(undisturbed)
    for _ in range(-(-KILLS // PER_EXPORT)):
        case = ground.case()
        with ground.worker(case) as first, ground.worker(case, chance.randint(1, int(steps))) as second:
            said = [worker.communicate() for worker in (first, second)]
        ends = {first.returncode, second.returncode}

        assert ends <= {0, -signal.SIGKILL, mortal.TRY_AGAIN}, said
        assert expected == ground.life(case)[0]
        assert ground.archive(undisturbed) == ground.archive(case)
        whole(ground, bucket, case)


@pytest.mark.timeout(900)
def test_a_worker_killed_amid_its_upload_leaves_the_next_only_what_is_missing(
    ground: Ground, bucket: RawBucket, tmp_path: Path
) -> None:
    """On a line of 100 Mbit/s. It dies as soon as the store has its second part of three."""
    with faulty(ground.server.endpoint) as way:
        far = replace(ground, server=replace(ground.server, endpoint=way.endpoint), rows=2 * 60_000)
        case = far.case()

        def dies(exchange: Exchange) -> None:
            narrow(100)(exchange)
            if way.struck.count("part") == 2:
                dying.kill()

        sent = Trouble(name="part", strike=dies, verb="PUT", asks="/.parts/", times=1000)
        with way.troubled(sent), far.worker(case) as dying:
            dying.communicate()
        there = [place for place in bucket.places() if f"{case}/.parts/" in place]
        with way.troubled(replace(sent, strike=narrow(100))):
            far.life(case)
        sent_again = way.struck.count("part")
    whole_object = bucket.client.list_objects_v2(Bucket=BUCKET, Prefix=f"answers/{case}/")["Contents"]
    (tmp_path / "b.zip").write_bytes(ground.archive(case))
    (tmp_path / "k.pem").write_bytes(public_pem(KEY))

    assert dying.returncode == -signal.SIGKILL
    assert len(there) == 2
    assert [-(-entry["Size"] // PART) for entry in whole_object] == [len(there) + sent_again] == [3]
    assert verify(tmp_path / "b.zip", tmp_path / "k.pem").ok
    whole(ground, bucket, case)
