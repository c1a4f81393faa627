"""The whole engine on real parts: Temporal, S3, SMTP, sample systems, worker and window as programs."""

import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import fitter
import settings
from desk import cases
from desk.desk import Desk
from desk.intake import open_case
from dsar.codes import IDENTITY, code_for
from dsar.intake import NewRequest
from dsar.vocabulary import Status
from preparing import prepare
from rehearsal.stage import Scenery, Stage, performing, scenery
from tests.people import ADA_EMAIL, ADA_NAME, ADA_PHONE

HOME = Path(__file__).parent.parent.parent
PATIENCE = 150.0  # a killed worker's call lies still for half a minute
# Her address, name and number, and what the CRM calls her: each would lead to her.
THE_PERSON = (ADA_EMAIL.encode(), ADA_NAME.encode(), ADA_PHONE[3:].encode(), b"visitor-000101", b"ACC-000101")


@dataclass(frozen=True)
class Engine:
    """A running engine and the desk before it."""

    stage: Stage
    desk: Desk

    @property
    def scene(self) -> Scenery:
        return self.stage.scenery

    async def open(self, **more: str) -> str:
        given = {"right": "access", "regime": "UK-ENG", "email": ADA_EMAIL, "intake_key": uuid.uuid4().hex}
        opened = await open_case(self.desk, NewRequest(**{**given, **more}), again=True)
        return opened.record.request.case_id

    async def prove(self, case: str, number: int = 1) -> None:
        await self.until(case, Status.IDENTIFYING)
        await cases.prove_by_code(self.desk, case, code_for(self.desk.vault, IDENTITY, case, number))

    async def until(self, case: str, status: Status, patience: float = PATIENCE) -> None:
        async def there() -> bool:
            return self.desk.case(case).status is status

        try:
            await eventually(there, f"{case} never came to {status}", patience)
        except AssertionError as late:
            raise AssertionError(f"{late}: {self.told(case)}") from None

    def told(self, case: str) -> str:
        """What the register knows of a case: where it stands, and its last facts."""
        last = self.desk.register.evidence(case)[-12:]
        facts = [f"{entry.at:%H:%M:%S} {entry.key} {dict(entry.facts)}" for entry in last]
        return "\n".join([f"it is {self.desk.case(case).status} at {self.desk.now():%H:%M:%S}", *facts])

    def run(self, *command: str, typed: str = "", code: int = 0) -> Any:
        """Run the front desk as a person would, in a program of its own; return its JSON."""
        done = subprocess.run(
            [sys.executable, "starter.py", *command, "--json"],
            input=typed,
            capture_output=True,
            text=True,
            cwd=HOME,
            timeout=60,
            check=False,
        )
        assert code == done.returncode, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        said = done.stdout or done.stderr
        return json.loads(said.strip().splitlines()[-1] if said.startswith('{"error') else said)


async def eventually(fact: Callable[[], Awaitable[bool]], otherwise: str, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not await fact():
        assert time.monotonic() < end, otherwise
        await asyncio.sleep(0.02)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Boot everything once; the environment of this process points at it, as a shell's would."""
    before = dict(os.environ)
    with scenery(tmp_path_factory.mktemp("stage"), ui=False) as scene:
        os.environ.update(scene.environment)
        asyncio.run(prepare(settings.load()))
        with performing(scene) as running:
            yield running
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
async def engine(stage: Stage) -> Engine:
    return Engine(stage, await fitter.desk(fitter.tools(settings.load())))


def everything_written(scene: Scenery) -> Iterator[tuple[str, bytes]]:
    """Every file that the engine and its servers wrote; not the sample systems, nor the letters."""
    theirs = {"crm.db", "analytics.db"}
    for path in sorted(scene.directory.rglob("*")):
        if path.is_file() and path.name not in theirs and "letters" not in path.parts:
            yield str(path.relative_to(scene.directory)), path.read_bytes()
