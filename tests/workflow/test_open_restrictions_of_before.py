"""A restriction that an older worker began is replayed as it was written, and goes on by the code of today.

`histories/restrictions/` holds what such workers wrote before marks were looked at, and before what people
set by hand was lifted; payloads are opened.
"""

import gzip
from pathlib import Path

import pytest
from temporalio.worker import Replayer

import wire
from tests.workflow.conftest import assert_nobody_is_named
from tests.workflow.test_open_cases_of_before import history
from workflows.case import DsarCase
from workflows.restricted import DsarRestriction

FOLDER = Path(__file__).parent / "histories" / "restrictions"
KEPT = {path: gzip.decompress(path.read_bytes()) for path in FOLDER.glob("*.gz")}


@pytest.mark.parametrize("path", sorted(KEPT), ids=lambda path: path.name.partition(".")[0])
async def test_a_restriction_of_an_older_worker_is_replayed(path: Path) -> None:
    assert_nobody_is_named(KEPT[path])
    replayer = Replayer(workflows=[DsarCase, DsarRestriction], plugins=[wire.plugin(None)])
    await replayer.replay_workflow(history(KEPT[path]))


def test_one_that_stands_one_that_ends_and_what_came_before_are_kept() -> None:
    assert 6 == len(KEPT)
