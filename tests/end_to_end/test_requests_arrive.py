"""Requests come by a signed post and by a queue, through the real window and a real worker: one case each."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx

from dsar.vocabulary import Status
from rehearsal.processes import LOOPBACK, Program, free_ports, running
from rehearsal.stage import window_program, worker_program
from tests.arrived import body, headers
from tests.end_to_end.conftest import Engine, eventually
from tests.pretend_aws import Message, pretend_aws
from tests.receiver import SPELLED


async def test_a_signed_post_opens_one_case_at_the_window(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SPELLED)
    (port,) = free_ports(1)
    more = {
        "DSAR_INTAKE_SECRET_FILE": str(tmp_path / "secret"),
        "DSAR_WINDOW_ADDRESS": f"{LOOPBACK}:{port}",
    }
    scene = replace(engine.scene, environment={**engine.scene.environment, **more})
    sent = body(id="posted-1")
    with running(replace(window_program(scene), log=tmp_path / "window.log")):
        address = f"http://{LOOPBACK}:{port}/requests"
        now = headers(sent, datetime.now(UTC))
        async with httpx.AsyncClient() as client:
            tries = (now, now, {**now, "webhook-id": "x"})
            replies = [await client.post(address, content=sent, headers=each) for each in tries]

    assert [201, 200, 401] == [reply.status_code for reply in replies]
    ((first,), (again,)) = (reply.json()["cases"] for reply in replies[:2])
    assert first["case"] == again["case"]
    await engine.until(first["case"], Status.IDENTIFYING)


async def test_a_worker_takes_requests_from_a_queue(engine: Engine, tmp_path: Path) -> None:
    metrics, health = free_ports(2)
    with pretend_aws() as aws:
        sent = body(id="queued-1").decode()
        aws.queue += [Message(sent), Message(json.dumps({"no": "event"})), Message(sent)]
        more = {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_ENDPOINT_URL_SQS": aws.endpoint,
            "DSAR_INTAKE_QUEUE_URL": f"{aws.endpoint}/123456789012/requests",
            "DSAR_METRICS_ADDRESS": f"{LOOPBACK}:{metrics}",
            "DSAR_HEALTH_ADDRESS": f"{LOOPBACK}:{health}",
        }
        before = {case.request.case_id for case in engine.desk.register.cases()}
        scene = replace(engine.scene, environment={**engine.scene.environment, **more})
        program: Program = replace(worker_program(scene), log=tmp_path / "worker.log")
        with running(program):

            async def taken() -> bool:
                return len(aws.queue) == 1

            await eventually(taken, "the queue still holds what can be taken")
        left = aws.queue

    (new,) = {case.request.case_id for case in engine.desk.register.cases()} - before
    assert ['{"no": "event"}'] == [one.body for one in left]
    assert "arrival.refused" in program.log.read_text()
    await engine.until(new, Status.IDENTIFYING)
