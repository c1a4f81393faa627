"""What a duty kept under an older worker is waited for as it was written, and goes by the code of today.

`histories/retained/` holds what such workers wrote before the systems were erased side by side and since;
payloads are opened. In some a line is still waited for, in some a system fails day by day.
"""

import gzip
from pathlib import Path

import pytest
from temporalio.worker import Replayer

import wire
from tests.workflow.conftest import assert_nobody_is_named
from tests.workflow.test_open_cases_of_before import history
from workflows.retained import DsarRetained

FOLDER = Path(__file__).parent / "histories" / "retained"
KEPT = {path: gzip.decompress(path.read_bytes()) for path in FOLDER.glob("*.gz")}


@pytest.mark.parametrize("path", sorted(KEPT), ids=lambda path: path.name.partition(".")[0])
async def test_what_an_older_worker_kept_is_replayed(path: Path) -> None:
    assert_nobody_is_named(KEPT[path])
    replayer = Replayer(workflows=[DsarRetained], plugins=[wire.plugin(None)])
    await replayer.replay_workflow(history(KEPT[path]))


def test_both_ways_in_which_systems_were_erased_are_kept() -> None:
    before = [path.name.startswith("one-by-one-") for path in KEPT]
    assert (2, 3) == (before.count(True), before.count(False))
