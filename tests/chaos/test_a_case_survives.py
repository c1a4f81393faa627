"""Kill any process at any moment: the case goes on, and nothing is done twice or skipped (DESIGN §1.5)."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import RELEASE
from dsar.errors import TemporaryError
from dsar.evidence import EvidenceKind
from dsar.vocabulary import LetterKind, Outcome, Role, Status
from rehearsal.processes import Child
from tests.end_to_end.conftest import Engine
from tests.people import ADA_EMAIL

SEED = 20260205
RELEASED = Decision(kind=RELEASE, by="dpo_robin", role=Role.DPO)
COURSES = (EvidenceKind.EXPORTED, EvidenceKind.BUNDLE_WRITTEN, EvidenceKind.DELIVERY_OFFERED)


async def lived(engine: Engine, address: str) -> str:
    """Live one case through the desk, however often its worker dies meanwhile. Return its id."""
    case = await engine.open(email=address)
    await engine.until(case, Status.IDENTIFYING)
    await patiently(lambda: engine.prove(case))
    await engine.until(case, Status.DECIDING)
    await patiently(lambda: cases.decide(engine.desk, case, RELEASED))
    await engine.until(case, Status.CLOSED)
    return case


async def patiently(deed: Callable[[], Awaitable[object]]) -> None:
    """Do what a person does when the desk says "no answer": try again. A repeat is harmless."""
    for _ in range(10):
        try:
            await deed()
        except TemporaryError:
            continue
        return
    pytest.fail("the desk never got an answer")


def whole(engine: Engine, case: str) -> None:
    """The four lines that every test here ends with."""
    file = cases.show(engine.desk, case)
    kinds = [entry.kind for entry in file.evidence]
    letters = [e.facts["letter"] for e in file.evidence if e.kind is EvidenceKind.LETTER_SENT]

    assert Outcome.FULFILLED is file.record.outcome
    assert [kinds.count(kind) for kind in COURSES] == [2, 1, 1], "each deed leaves one receipt"
    assert len(letters) == len(set(letters)), "no letter is recorded twice"
    assert engine.desk.register.verify_evidence(case).whole
    assert LetterKind.ANSWER_CODE in letters


async def killing(child: Child, chance: random.Random, times: int) -> None:
    """Kill the program without warning and start it again, at moments that the seed chooses."""
    for _ in range(times):
        await asyncio.sleep(chance.uniform(0.05, 1.2))
        await asyncio.to_thread(child.kill)
        await asyncio.to_thread(child.start)


async def test_the_worker_is_killed_again_and_again(engine: Engine) -> None:
    """Six kills without warning, at moments that fall anywhere in the life of three cases."""
    chance = random.Random(SEED)  # noqa: S311  # a seed that can be repeated, no secret
    murders = asyncio.create_task(killing(engine.stage.worker, chance, 6))
    found = await asyncio.gather(*(lived(engine, ADA_EMAIL) for _ in range(3)))
    await murders

    for case in found:
        whole(engine, case)


async def test_the_temporal_server_is_killed_and_keeps_its_file(engine: Engine) -> None:
    case = await engine.open(email=ADA_EMAIL)
    await engine.until(case, Status.IDENTIFYING)
    await asyncio.to_thread(engine.scene.temporal.child.kill)
    await asyncio.to_thread(engine.scene.temporal.child.start)
    await patiently(lambda: engine.prove(case))
    await engine.until(case, Status.DECIDING)
    await asyncio.to_thread(engine.scene.temporal.child.kill)
    await asyncio.to_thread(engine.scene.temporal.child.start)
    await patiently(lambda: cases.decide(engine.desk, case, RELEASED))
    await engine.until(case, Status.CLOSED)

    whole(engine, case)


async def test_a_request_that_arrives_while_temporal_is_away_is_not_lost(engine: Engine) -> None:
    """It is written down, and the worker starts it when the server is back."""
    await asyncio.to_thread(engine.scene.temporal.child.kill)
    case = await engine.open(email=ADA_EMAIL)
    before = engine.desk.case(case).started
    await asyncio.to_thread(engine.scene.temporal.child.start)
    await engine.until(case, Status.IDENTIFYING)

    assert (before, engine.desk.case(case).started) == (False, True)
    await patiently(lambda: cases.withdraw(engine.desk, case))


async def test_letters_wait_for_a_mail_server_that_is_down(engine: Engine) -> None:
    engine.scene.mail.stop()
    case = await engine.open(email=ADA_EMAIL)
    started = len(engine.scene.mail.letters)
    engine.scene.mail.start()
    await engine.until(case, Status.IDENTIFYING)

    assert len(engine.scene.mail.letters) > started
    await cases.withdraw(engine.desk, case)


async def test_the_s3_server_is_killed_under_an_open_case(engine: Engine) -> None:
    case = await engine.open(email=ADA_EMAIL)
    await engine.prove(case)
    await engine.until(case, Status.DECIDING)
    await asyncio.to_thread(engine.scene.s3.child.kill)
    deciding = asyncio.create_task(cases.decide(engine.desk, case, RELEASED))
    await asyncio.to_thread(engine.scene.s3.child.start)
    try:
        await deciding
    except TemporaryError:
        await patiently(lambda: cases.decide(engine.desk, case, RELEASED))
    await engine.until(case, Status.CLOSED)

    whole(engine, case)


async def test_a_worker_that_is_asked_to_end_drains_and_says_so(engine: Engine) -> None:
    """SIGTERM: it takes nothing new, lets running work end, and leaves with code 0."""
    worker = engine.stage.worker
    case = await engine.open(email=ADA_EMAIL)
    await engine.until(case, Status.IDENTIFYING)
    process = worker.pid
    await asyncio.to_thread(worker.stop)
    left = worker.wait(1)
    await asyncio.to_thread(worker.start)
    said = worker.program.log.read_text()

    assert process is not None
    assert 0 == left
    assert "worker.draining" in said
    assert "worker.stopped" in said
    await patiently(lambda: cases.withdraw(engine.desk, case))
