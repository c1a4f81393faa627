"""Temporal behind mutual TLS, named by Temporal's own environment configuration and nothing else."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from dsar.vocabulary import Status
from rehearsal.processes import LOOPBACK, free_ports
from tests.end_to_end.conftest import HOME, Engine
from tests.end_to_end.tls_gate import gate, issue
from tests.people import ADA_EMAIL


@pytest.fixture
def through_the_gate(engine: Engine, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of somebody who comes through the gate, with a certificate of the right authority."""
    certificates = issue(tmp_path)
    metrics, health = free_ports(2)
    with gate(certificates, engine.scene.environment["TEMPORAL_ADDRESS"]) as address:
        yield {
            **os.environ,
            **engine.scene.environment,
            "TEMPORAL_ADDRESS": address,
            "TEMPORAL_TLS": "true",
            "TEMPORAL_TLS_SERVER_CA_CERT_PATH": certificates.path("ca.pem"),
            "TEMPORAL_TLS_CLIENT_CERT_PATH": certificates.path("guest.pem"),
            "TEMPORAL_TLS_CLIENT_KEY_PATH": certificates.path("guest.key"),
            "DSAR_TASK_QUEUE": f"tls-{uuid.uuid4().hex}",
            "DSAR_METRICS_ADDRESS": f"{LOOPBACK}:{metrics}",
            "DSAR_HEALTH_ADDRESS": f"{LOOPBACK}:{health}",
        }


def run(*command: str, environment: Mapping[str, str], typed: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *command],
        input=typed,
        capture_output=True,
        text=True,
        cwd=HOME,
        timeout=60,
        check=False,
        env=environment,
    )
    return done.returncode, done.stdout + done.stderr


@contextmanager
def working(environment: Mapping[str, str]) -> Iterator[None]:
    worker = subprocess.Popen([sys.executable, "worker.py"], cwd=HOME, env=environment)
    try:
        yield
    finally:
        worker.terminate()
        assert 0 == worker.wait(timeout=40)


async def test_a_case_lives_though_every_word_to_temporal_is_under_tls(
    engine: Engine, through_the_gate: dict[str, str]
) -> None:
    with working(through_the_gate):
        known = {c.request.case_id for c in engine.desk.register.cases()}
        opening = ("starter.py", "open", "--regime", "UK-ENG", "--email", "-", "--again")
        code, told = run(*opening, environment=through_the_gate, typed=ADA_EMAIL)
        [case] = {c.request.case_id for c in engine.desk.register.cases()} - known

        assert (0, True) == (code, "is open" in told), told
        await engine.until(case, Status.IDENTIFYING)


@pytest.mark.parametrize("program", [("starter.py", "list"), ("worker.py",)])
def test_without_a_certificate_nobody_gets_in_and_it_is_said(
    through_the_gate: dict[str, str], program: tuple[str, ...]
) -> None:
    nobody = {name: value for name, value in through_the_gate.items() if "TLS_CLIENT" not in name}

    code, told = run(*program, environment=nobody)

    assert code not in {0, 2}
    assert "temporal" in told.lower()
    assert "Traceback" not in told
