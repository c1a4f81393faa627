"""A case that an older worker began is replayed as it was written, and goes on under the code of today.

`histories/` holds what such workers wrote before every answer could go on in a fresh history; payloads are
opened. They were recorded where 100 events are enough: with a full history in which an older worker waited
on, or with a fresh one whose state says less than it does today.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

import wire
from tests.workflow.conftest import assert_nobody_is_named
from workflows.case import DsarCase

KEPT = {path: gzip.decompress(path.read_bytes()) for path in Path(__file__).parent.glob("histories/*.gz")}


def history(raw: bytes) -> WorkflowHistory:
    kept: dict[str, Any] = json.loads(raw)
    return WorkflowHistory.from_json(kept["id"], kept["history"])


def is_full(one: WorkflowHistory) -> bool:
    begun = (event.workflow_task_started_event_attributes for event in one.events)
    return any(task.suggest_continue_as_new for task in begun)


@pytest.mark.parametrize("path", sorted(KEPT), ids=lambda path: path.name.partition(".")[0])
async def test_an_open_case_of_an_older_worker_is_replayed(path: Path) -> None:
    assert_nobody_is_named(KEPT[path])
    replayer = Replayer(workflows=[DsarCase], plugins=[wire.plugin(None)])
    await replayer.replay_workflow(history(KEPT[path]))


def test_what_an_older_worker_waited_on_in_and_what_it_carried_over_are_both_kept() -> None:
    full = [is_full(history(raw)) for raw in KEPT.values()]
    assert (6, 2) == (full.count(True), full.count(False))
