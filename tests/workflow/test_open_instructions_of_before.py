"""An instruction that an older worker began is replayed as it was written, and goes on by the code of today.

`histories/instructions/` holds what such workers wrote when clients could have data erased or handed
over, and not corrected; payloads are opened. One of them waits for a vendor's job.
"""

import gzip
from pathlib import Path

import pytest
from temporalio.worker import Replayer

import wire
from tests.workflow.conftest import assert_nobody_is_named
from tests.workflow.test_open_cases_of_before import history
from workflows.instructed import DsarInstruct

FOLDER = Path(__file__).parent / "histories" / "instructions"
KEPT = {path: gzip.decompress(path.read_bytes()) for path in FOLDER.glob("*.gz")}


@pytest.mark.parametrize("path", sorted(KEPT), ids=lambda path: path.name.partition(".")[0])
async def test_an_instruction_of_an_older_worker_is_replayed(path: Path) -> None:
    assert_nobody_is_named(KEPT[path])
    replayer = Replayer(workflows=[DsarInstruct], plugins=[wire.plugin(None)])
    await replayer.replay_workflow(history(KEPT[path]))


def test_one_that_is_under_way_and_what_had_ended_are_kept() -> None:
    assert 3 == len(KEPT)
