"""A processor by mail, on real parts: written to over SMTP, its answer recorded at the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from desk import redacting
from desk.tasks import tasks
from dsar.evidence import EvidenceKind
from dsar.vocabulary import Status
from rehearsal.mail import CaughtLetter
from rehearsal.processes import LOOPBACK, free_ports, running
from rehearsal.stage import worker_program
from tests.contract.connectors.systems.mail import SETTINGS
from tests.end_to_end.conftest import THE_PERSON, Engine, eventually, everything_written
from tests.people import ADA_EMAIL

NOTE = "They answered by letter: seven mailings, and sent a copy."


@contextmanager
def with_a_processor(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The same engine with one system: a worker of its own listens on a queue of its own."""
    systems = {"systems": [{"name": "mill", "connector": "mail", "settings": SETTINGS}]}
    (folder / "systems.yaml").write_text(yaml.safe_dump(systems), "utf-8")
    (folder / "canaries.yaml").write_text("canaries: []\n", "utf-8")
    metrics, health = free_ports(2)
    more = {
        "DSAR_SYSTEMS_FILE": str(folder / "systems.yaml"),
        "DSAR_CANARIES_FILE": str(folder / "canaries.yaml"),
        "DSAR_TASK_QUEUE": "by-mail",
        "DSAR_METRICS_ADDRESS": f"{LOOPBACK}:{metrics}",
        "DSAR_HEALTH_ADDRESS": f"{LOOPBACK}:{health}",
    }
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    scene = replace(engine.scene, environment={**engine.scene.environment, **more})
    with running(replace(worker_program(scene), log=folder / "worker.log")):
        yield Engine(engine.stage, replace(engine.desk, task_queue="by-mail"))


async def test_a_processor_is_written_to_and_its_answer_ends_the_task(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open → a letter asks → done at the desk, with their answer and their copy → reviewed → released."""
    answer, copy = tmp_path / "answer.pdf", tmp_path / "mailings.csv"
    answer.write_bytes(b"%PDF-1.7 seven mailings")
    copy.write_text("mailing,sent_on\nspring,2026-03-01\n", "utf-8")
    with with_a_processor(engine, tmp_path, monkeypatch) as house:
        case = await house.open()
        await house.prove(case)
        await asked(house, case)
        [task] = [one for one in house.run("tasks") if one["case_id"] == case]
        told = house.run("task", "take", case, "mill", "--by", "support_anna")
        ended = ("task", "done", case, "mill", "--by", "support_anna", "--note", NOTE)
        house.run(*ended, "--proof", str(answer), "--file", f"mailings={copy}")
        waits = await put_to_review(house, case)
        await cleared_and_released(house, case)
        shown = house.run("show", case)

    (letter,) = [one for one in engine.scene.mail.letters if one.recipients == ("privacy@mill.example",)]
    named = [name for name, data in everything_written(engine.scene) for s in THE_PERSON if s in data]
    assert ("by_mail:mill_desk", "mill_desk") == (task["reason"], task["owner"])
    assert ["review"] == waits
    assert "The processor was written to" in told["instructions"]
    assert is_about(letter, case)
    assert [("mill", "manual_done")] == [(a["system"], a["found"]) for a in shown["answers"]]
    assert "fulfilled" == shown["record"]["outcome"]
    assert [] == named
    assert not [secret for secret in THE_PERSON if secret in (tmp_path / "worker.log").read_bytes()]


def is_about(letter: CaughtLetter, case: str) -> bool:
    """Whether it names the case and nobody in its head, and the person in its body alone."""
    heads = " ".join(f"{name}: {value}" for name, value in letter.message.items())
    return case in letter.subject and ADA_EMAIL not in heads and ADA_EMAIL in letter.text


async def put_to_review(engine: Engine, case: str) -> list[str]:
    """Wait until the copy waits for its review, and the case for the DPO. Returns what staff see of that."""

    async def there() -> bool:
        return any(e.kind is EvidenceKind.REVIEW_BEGUN for e in engine.desk.register.evidence(case))

    await eventually(there, "nothing was put to review")
    await engine.until(case, Status.DECIDING)
    return [one.system for one in tasks(engine.desk) if one.case_id == case]


async def cleared_and_released(engine: Engine, case: str) -> None:
    """Two people look at the copy, then it is released."""
    await redacting.keep(engine.desk, case, "all", by="reviewer_nia")
    await redacting.clear(engine.desk, case, "all", by="dpo_robin")
    engine.run("decide", case, "release", "--by", "dpo_robin")
    await engine.until(case, Status.CLOSED)


async def asked(engine: Engine, case: str) -> None:
    async def there() -> bool:
        told = [e for e in engine.desk.register.evidence(case) if e.kind is EvidenceKind.PROCESSOR_ASKED]
        waits = [answer for one, answer in engine.desk.register.unsettled() if one == case]
        return bool(told and waits)

    await eventually(there, "the processor was not written to")
