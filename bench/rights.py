"""Events of one case for each right, lived on the rehearsal's real parts: `python -m bench.rights`.

Every case goes the way that most go: found in the CRM, decided as asked, recipients settled, tasks done by
hand. Analytics is left out: its vendor removes events at the weekend, and nobody waits for that here.
It prints a table and writes `bench/out/rights.json`.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

import fitter
import settings
from desk import cases, correcting, erasing
from desk.desk import Desk
from desk.intake import open_case
from desk.recipients import recipients
from dsar.case import Decision
from dsar.codes import IDENTITY, code_for
from dsar.complaints import LOOKED_INTO
from dsar.decision_kinds import (
    APPROVE_PLAN,
    CONFIRM_REQUEST,
    CONFIRMED,
    MANUAL_DONE,
    RELEASE,
    RESTRICT,
    UPHOLD,
)
from dsar.erasure import ERASES
from dsar.errors import InputError
from dsar.identity_policy import need
from dsar.intake import NewRequest
from dsar.recipients import OPEN
from dsar.systems import UNSETTLED
from dsar.vocabulary import Proof, Right, Role, Status
from preparing import prepare
from rehearsal.people import Person, everybody
from rehearsal.processes import LOOPBACK
from rehearsal.stage import Scenery, performing, scenery
from workflows.courses import COURSES

_HOME = Path(__file__).parent.parent
_OUT = Path(__file__).parent / "out" / "rights.json"
_CALIFORNIAN = frozenset(
    {Right.KNOW, Right.KNOW_CATEGORIES, Right.DELETE, Right.CORRECT, Right.OPT_OUT, Right.LIMIT}
)
_CORRECTED = "full_name = Robin Quartermaine"
_BY, _DPO, _WORDS = "support_anna", "dpo_robin", "Done as the bench does it, and said in enough words."
_PATIENCE = 120.0  # seconds for one case
# What is decided where a case waits for it, before anything that any case may wait for.
_ANSWERS: Mapping[Right, Decision] = {
    Right.RESTRICTION: Decision(kind=RESTRICT, by=_DPO, role=Role.DPO, ground="18_1_a"),
    Right.OBJECTION: Decision(kind=UPHOLD, by=_DPO, role=Role.DPO),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one case came to."""

    right: Right
    outcome: str
    events: int
    size: int  # bytes of its history
    recipients: int
    seconds: float


@dataclass(slots=True)
class Receiver:
    """A third party: an HTTP server that takes a file and says so."""

    taken: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one file."""
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        self.taken += len(await reader.readexactly(length))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def _receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, LOOPBACK, 0)
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver


@contextmanager
def _impatient(scene: Scenery) -> Iterator[Scenery]:
    """Let nobody reconsider, nor any vendor take a week; let data go to the receiver on this machine."""
    every = yaml.safe_load((scene.directory / "systems.yaml").read_text("utf-8"))["systems"]
    quick = scene.directory / "quick.yaml"
    quick.write_text(yaml.safe_dump({"systems": [one for one in every if one["name"] == "crm"]}), "utf-8")
    changed = {"DSAR_SYSTEMS_FILE": str(quick.absolute())}
    for name, change in (
        ("company", {"transfer_hosts": [{"host": LOOPBACK, "name": "The Receiver", "inside": True}]}),
        ("erasure", {"grace_days": 0}),
    ):
        said = yaml.safe_load((_HOME / "policy" / f"{name}.yaml").read_text("utf-8"))
        path = scene.directory / f"{name}.yaml"
        path.write_text(yaml.safe_dump({**said, **change}, allow_unicode=True), "utf-8")
        changed[f"DSAR_{name.upper()}_FILE"] = str(path.absolute())
    scene = replace(scene, environment={**scene.environment, **changed})
    os.environ.update(scene.environment)
    yield scene


async def measured(desk: Desk, right: Right, person: Person, send_to: str) -> Figures:
    """Live one case to its end and read its history."""
    began = time.perf_counter()
    new = NewRequest(
        right=right,
        regime="US-CA" if right in _CALIFORNIAN else "UK-ENG",
        email=person.email,
        corrections=_CORRECTED if right in {Right.RECTIFICATION, Right.CORRECT} else "",
        send_to=send_to if right is Right.PORTABILITY else "",
    )
    case = (await open_case(desk, new)).record.request.case_id
    while desk.case(case).status is not Status.CLOSED:
        if time.perf_counter() - began > _PATIENCE:
            raise TimeoutError(f"{right} stands at {desk.case(case).status}")
        with suppress(InputError):  # it is not waiting for this yet, or not any more
            await _next(desk, case)
        await asyncio.sleep(0.05)
    history = await desk.life(case).fetch_history()
    return Figures(
        right=right,
        outcome=str(desk.case(case).outcome),
        events=len(history.events),
        size=sum(event.ByteSize() for event in history.events),
        recipients=len(recipients(desk, case)),
        seconds=round(time.perf_counter() - began, 1),
    )


async def _next(desk: Desk, case: str) -> None:
    status = desk.case(case).status
    if status is Status.IDENTIFYING:
        await _prove(desk, case)
    elif status is Status.CONFIRMING:
        await _decide(desk, case, Decision(kind=CONFIRM_REQUEST, by=_BY, role=Role.SUPPORT))
    elif status is Status.BY_HAND:
        for answer in desk.register.answers(case):
            if answer.found in UNSETTLED:
                done = Decision(kind=MANUAL_DONE, by=_BY, role=Role.SUPPORT, system=answer.system)
                await _decide(desk, case, done)
    elif status in {Status.DECIDING, Status.CONFIRMING}:
        await _conclude(desk, case)


async def _prove(desk: Desk, case: str) -> None:
    request = desk.case(case).request
    needed = need(request.right, request.regime)
    if needed.proof is Proof.MATCH:
        await cases.prove_by_document(desk, case, by=_BY)
    else:
        await cases.prove_by_code(desk, case, code_for(desk.vault, IDENTITY, case, 1))


async def _conclude(desk: Desk, case: str) -> None:
    """Decide what a case waits for: a recipient, a correction, a plan, or its whole answer."""
    right = desk.case(case).request.right
    waiting = [one.code for one in recipients(desk, case) if one.answer in OPEN]
    if waiting:
        confirmed = Decision(kind=CONFIRMED, by=_BY, role=Role.SUPPORT, system=waiting[0])
        await _decide(desk, case, confirmed)
    elif right in {Right.RECTIFICATION, Right.CORRECT}:
        await correcting.decide(desk, case, 1, "accept", by=_BY, reason=_WORDS)
    elif right in ERASES:
        plan = erasing.plan_of(desk, case).digest
        await _decide(desk, case, Decision(kind=APPROVE_PLAN, by=_DPO, role=Role.DPO, plan=plan))
    else:
        await _decide(desk, case, _ANSWERS.get(right, Decision(kind=RELEASE, by=_DPO, role=Role.DPO)))


async def _decide(desk: Desk, case: str, decision: Decision) -> None:
    await cases.decide(desk, case, decision, _WORDS)


async def _run(directory: Path) -> list[Figures]:
    with scenery(directory, ui=False) as bare, _impatient(bare) as scene:
        await prepare(settings.load())
        with performing(scene):
            desk = await fitter.desk(fitter.tools(settings.load()), lazy=False)
            people = (p for p in everybody() if p.number % 5 == 0)  # who ordered, wrote and subscribed
            async with _receiving() as receiver:
                url = f"http://{LOOPBACK}:{receiver.port}/in"
                return [
                    await measured(desk, right, next(people), url)
                    for right in COURSES
                    if right not in LOOKED_INTO
                ]


def main() -> int:
    """Measure, print, write. Returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="dsar-rights-") as scratch:
        found = asyncio.run(_run(Path(scratch)))
    table = Table("right", "outcome", "events", "bytes", "recipients", "seconds")
    for one in found:
        cells = (one.outcome, one.events, one.size, one.recipients, one.seconds)
        table.add_row(one.right, *map(str, cells))
    Console(width=100).print(table)
    _OUT.parent.mkdir(parents=True, exist_ok=True)
    rows = [{name: getattr(one, name) for name in Figures.__slots__} for one in found]
    _OUT.write_text(json.dumps(rows, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the SDK's own threads can abort an interpreter that ends in the ordinary way
