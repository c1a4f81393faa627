"""A worker that names destinations tells them what happens to a case, and nothing about the person."""

import json
from dataclasses import replace
from pathlib import Path

from dsar.vocabulary import Status
from rehearsal.processes import LOOPBACK, free_ports, running
from rehearsal.stage import worker_program
from tests.end_to_end.conftest import THE_PERSON, Engine, eventually
from tests.receiver import SPELLED, receiving


async def test_a_worker_tells_a_destination_what_happens(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "hook").write_text(SPELLED)
    case = await engine.open()
    await engine.until(case, Status.IDENTIFYING)
    metrics, health = free_ports(2)
    with receiving() as receiver:
        file = tmp_path / "events.yaml"
        to = {"name": "desk", "kind": "webhook", "url": receiver.url, "secret_file": str(tmp_path / "hook")}
        file.write_text(json.dumps({"destinations": [to]}))
        more = {
            "DSAR_EVENTS_FILE": str(file),
            "DSAR_METRICS_ADDRESS": f"{LOOPBACK}:{metrics}",
            "DSAR_HEALTH_ADDRESS": f"{LOOPBACK}:{health}",
        }
        scene = replace(engine.scene, environment={**engine.scene.environment, **more})
        with running(replace(worker_program(scene), log=tmp_path / "worker.log")):

            async def told() -> bool:
                return f"{case}/1" in receiver.ids

            await eventually(told, "the case's first event never arrived")
        said = json.dumps(receiver.got).encode()
        (course,) = engine.run("events", "list")

    assert 0 == receiver.forged
    assert ("desk", "", 0) == (course["destination"], course["holder"], course["dead"])
    assert [] == engine.run("events", "dead")
    assert not [secret for secret in THE_PERSON if secret in said]
    engine.run("events", "drop", "desk")
