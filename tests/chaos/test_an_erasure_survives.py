"""Erasure in three systems under `kill -9`: one receipt per deed, and nothing goes that should stay.

A few kills are enough for each change. The measured run, which prints how many of its kills were survived:

    DSAR_CHAOS_KILLS=200 make test ARGS="tests/chaos/test_an_erasure_survives.py -n 0 -s"

`DSAR_CHAOS_SEED` moves them to other moments.
"""

import asyncio
import os
import random
import re
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import yaml

import fitter
import settings
from desk import cases
from desk.recipients import recipients
from dsar.case import Decision
from dsar.codes import IDENTITY, code_for
from dsar.decision_kinds import APPROVE_PLAN, CONFIRMED
from dsar.deeds import Verdict
from dsar.erasure import Plan, plans_of
from dsar.errors import InputError, TemporaryError
from dsar.evidence import EvidenceKind
from dsar.recipients import Answer
from dsar.residue import scans_of
from dsar.vocabulary import LetterKind, Outcome, Right, Role, Status, Verb
from preparing import prepare
from rehearsal import crm
from rehearsal.people import Person
from rehearsal.stage import Scenery, Stage, performing, scenery
from tests.chaos.town import SYSTEMS, Town
from tests.clocks import clock
from tests.end_to_end.conftest import Engine, eventually

KILLS = int(os.environ.get("DSAR_CHAOS_KILLS", "4"))
AT_ONCE = 4  # cases in flight under the kills
LONGEST = 4.0  # seconds from a worker's start to its end
PLAIN = re.compile(r"[A-Za-z0-9.]+@[a-z]+\.example")
SEED = int(os.environ.get("DSAR_CHAOS_SEED", "20261126"))
PATIENCE = 600.0  # each stage may lose half a minute to each kill, more on a busy machine


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage with three databases, and no time to reconsider."""
    before = dict(os.environ)
    with scenery(tmp_path_factory.mktemp("three"), ui=False) as scene:
        environment = _three_systems(scene)
        os.environ.update(environment)
        asyncio.run(prepare(settings.load()))
        with performing(scene) as running:
            yield running
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
async def engine(stage: Stage) -> Engine:
    return Engine(stage, await fitter.desk(fitter.tools(settings.load())))


def _three_systems(scene: Scenery) -> dict[str, str]:
    folder = scene.directory.absolute()
    path = folder / "systems.yaml"
    first = yaml.safe_load(path.read_text())["systems"][0]
    systems = []
    for name in SYSTEMS:
        crm.build(folder / f"{name}.db")
        url = f"sqlite:///{folder}/{name}.db"
        systems.append(
            {**first, "name": name, "settings": {**first["settings"], "url": url, "write_url": url}}
        )
    path.write_text(yaml.safe_dump({"systems": systems}, sort_keys=False))
    policy = folder / "erasure.yaml"
    policy.write_text(Path("policy/erasure.yaml").read_text().replace("grace_days: 7", "grace_days: 0"))
    scene.environment["DSAR_ERASURE_FILE"] = str(policy)  # type: ignore[index]  # a dict, read by the worker too
    return dict(scene.environment)


def plan(engine: Engine, case: str) -> Plan:
    return plans_of(engine.desk.register.evidence(case))[-1]


async def erased(engine: Engine, person: Person) -> str:
    """Live one erasure through the desk, however often its worker dies meanwhile. Return its id."""
    case = await engine.open(right="erasure", email=person.email)
    await engine.until(case, Status.IDENTIFYING, PATIENCE)
    await insistently(
        engine, case, lambda: proved(engine, case), lambda: not is_at(engine, case, Status.IDENTIFYING)
    )
    await engine.until(case, Status.DECIDING, PATIENCE)
    decision = Decision(kind=APPROVE_PLAN, by="dpo_robin", role=Role.DPO, plan=plan(engine, case).digest)
    await insistently(
        engine, case, lambda: cases.decide(engine.desk, case, decision), lambda: approved(engine, case)
    )
    await eventually(partial(awaits_recipients, engine, case), engine.told(case), PATIENCE)
    for told in recipients(engine.desk, case):
        await insistently(
            engine,
            case,
            partial(confirm, engine, case, told.code),
            partial(confirmed, engine, case, told.code),
        )
    await engine.until(case, Status.CLOSED, PATIENCE)
    return case


async def insistently(
    engine: Engine, case: str, deed: Callable[[], Awaitable[object]], done: Callable[[], bool]
) -> None:
    """Try again as a person does whom the desk gives no answer, as long as workers keep dying. What is then
    refused is looked at, for an answer that got lost was one, too.
    """

    async def heard() -> bool:
        try:
            await deed()
        except (TemporaryError, InputError):
            return done()
        return True

    await eventually(heard, engine.told(case), PATIENCE)


def is_at(engine: Engine, case: str, status: Status) -> bool:
    return engine.desk.case(case).status is status


def approved(engine: Engine, case: str) -> bool:
    return any(entry.kind is EvidenceKind.DECIDED for entry in engine.desk.register.evidence(case))


async def proved(engine: Engine, case: str) -> None:
    await cases.prove_by_code(engine.desk, case, code_for(engine.desk.vault, IDENTITY, case, 1))


async def awaits_recipients(engine: Engine, case: str) -> bool:
    return is_at(engine, case, Status.DECIDING) and bool(recipients(engine.desk, case))


async def confirm(engine: Engine, case: str, code: str) -> None:
    decision = Decision(kind=CONFIRMED, by="support_anna", role=Role.SUPPORT, system=code)
    await cases.decide(engine.desk, case, decision)


def confirmed(engine: Engine, case: str, code: str) -> bool:
    return {line.code: line.answer for line in recipients(engine.desk, case)}[code] is Answer.CONFIRMED


async def living(engine: Engine, town: Town, waiting: Iterator[Person], over: asyncio.Event) -> None:
    """Live one erasure after the other, as long as workers are killed; look closely at each that ended."""
    for person in waiting:
        town.begun.append(person)
        whole(engine, await erased(engine, person))
        town.is_rid_of(person)
        if over.is_set():
            return
    pytest.fail("nobody is left to erase: ask for fewer kills")


async def killing(engine: Engine, town: Town, chance: random.Random, over: asyncio.Event) -> None:
    """Kill the worker again and again; look at the town while nobody works in it."""
    worker = engine.stage.worker
    for number in range(1, KILLS + 1):
        await asyncio.sleep(chance.uniform(0, LONGEST))
        await asyncio.to_thread(worker.kill)
        await asyncio.to_thread(town.stands)
        await asyncio.to_thread(worker.start)
        print(f"kill {number} of {KILLS}, {len(town.begun)} erasures begun", flush=True)  # noqa: T201  # shown with -s
    over.set()


def whole(engine: Engine, case: str) -> None:
    """One receipt for each line that goes, none for what stays, and every deed looked at again."""
    chain = engine.desk.register.evidence(case)
    receipts = [e for e in chain if e.kind is EvidenceKind.RECEIPT and e.facts["verb"] == Verb.ERASE]
    checks = [e.facts["verdict"] for e in chain if e.kind is EvidenceKind.CHECKED]
    deeds = [(e.facts["system"], e.facts["collection"]) for e in receipts]
    planned = [(li.system, li.collection) for li in plan(engine, case).lines if not li.stays]
    letters = [e.facts["letter"] for e in chain if e.kind is EvidenceKind.LETTER_SENT]
    notices = [e.key for e in chain if e.kind is EvidenceKind.NOTIFIED and e.key.endswith(":1")]

    assert len(notices) == len(set(notices)) > 0, "each recipient was told once"
    assert sorted(planned) == sorted(deeds), "exactly one receipt per deed"
    assert set(SYSTEMS) == {system for system, _ in planned}
    assert {Verdict.VERIFIED} == set(checks)
    assert dict.fromkeys(SYSTEMS, 0) == {name: said.left for name, said in scans_of(chain).items()}
    assert Outcome.PARTLY_FULFILLED is engine.desk.case(case).outcome
    assert 1 == letters.count(LetterKind.ERASURE_OUTCOME)
    assert engine.desk.register.verify_evidence(case).whole
    told_the_truth(engine, case)


def told_the_truth(engine: Engine, case: str) -> None:
    """The clock: one due date, the one that the law gives to this day of receipt, and no breach of it."""
    record = engine.desk.case(case)
    kinds = [entry.kind for entry in engine.desk.register.evidence(case)]
    reckoned = clock("UK-ENG", record.request.received_on, right=Right.ERASURE)

    assert reckoned.due_on == record.due_on
    assert (1, 0) == (kinds.count(EvidenceKind.DUE_SET), kinds.count(EvidenceKind.BREACHED))


@pytest.mark.timeout(PATIENCE + 120 * KILLS)
async def test_erasures_in_three_systems_survive_the_worker_again_and_again(engine: Engine) -> None:
    """Each kill comes while four erasures are under way; the last ones then come to their end in peace."""
    chance = random.Random(SEED)  # noqa: S311  # a seed that can be repeated, no secret
    plain = [p for p in crm.customers() if PLAIN.fullmatch(p.email) and p.number % 5]
    alone = [p for p in plain if sum(q.email == p.email for q in plain) == 1]
    town, over = Town(engine.scene.directory), asyncio.Event()
    waiting = iter(chance.sample(alone, len(alone)))
    lives = [living(engine, town, waiting, over) for _ in range(AT_ONCE)]
    async with asyncio.TaskGroup() as together:
        for life in (*lives, killing(engine, town, chance, over)):
            together.create_task(life)

    await asyncio.to_thread(town.stands)
    print(f"survived {KILLS} kills of {KILLS}, over {len(town.begun)} erasures")  # noqa: T201  # shown with -s
