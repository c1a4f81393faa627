"""Who plays the person and the DPO, so that many cases live at once without waiting for anybody."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from temporalio.client import Client

from bench.bare import QUEUE, BareCase
from bench.shop import Kind
from desk import cases
from desk.desk import Desk
from desk.intake import open_case
from dsar.case import Decision
from dsar.codes import IDENTITY, code_for
from dsar.decisions import RELEASE
from dsar.identity import CodeResult
from dsar.intake import NewRequest
from dsar.vocabulary import Role

_LOOK = 0.025  # seconds between two looks at the register's events
_DPO = "dpo_robin"  # of policy/company.yaml
Life = Callable[[int], Awaitable[float]]


@dataclass(slots=True)
class Watch:
    """Watches the register's outbox, as a relay of events would, and wakes whoever waits for one."""

    desk: Desk
    after: int = 0
    seen: dict[tuple[str, str], asyncio.Event] = field(default_factory=dict)

    async def follow(self) -> None:
        """Follow the events until cancelled."""
        while True:
            for event in await asyncio.to_thread(self.desk.register.events, after=self.after, limit=1000):
                self.after = event.position
                kind = event.body["type"].removeprefix("dsar.case.")
                self._of(event.case_id, event.body["data"].get("status", kind)).set()
                self._of(event.case_id, kind).set()
            await asyncio.sleep(_LOOK)

    async def until(self, case_id: str, what: str) -> None:
        """Wait for a status or a kind of evidence."""
        await self._of(case_id, what).wait()

    def _of(self, case_id: str, what: str) -> asyncio.Event:
        return self.seen.setdefault((case_id, what), asyncio.Event())


@dataclass(slots=True)
class EngineDriver:
    """Lives whole access cases: opened at the desk, proved by code, released, closed."""

    desk: Desk
    watch: Watch
    run: str  # names this bench, so that no case of another is found open
    bundled: dict[str, float] = field(default_factory=dict)  # case id -> seconds from open to bundle

    async def live(self, kind: Kind, number: int) -> str:
        """Live one case of the n-th customer. Returns its id."""
        began = time.perf_counter()
        email, key = kind.email(number), f"{self.run}-{kind.rows}-{number}"
        new = NewRequest(right="access", regime="UK-ENG", email=email, intake_key=key)
        case = (await open_case(self.desk, new, again=True)).record.request.case_id
        await self.watch.until(case, "identifying")
        code = code_for(self.desk.vault, IDENTITY, case, 1)  # as the letter has it
        if await cases.prove_by_code(self.desk, case, code) is not CodeResult.ACCEPTED:
            raise RuntimeError("the code was refused")
        await self.watch.until(case, "deciding")
        decision = Decision(kind=RELEASE, by=_DPO, role=Role.DPO, decided_at=self.desk.now())
        await cases.decide(self.desk, case, decision)
        await self.watch.until(case, "bundle_written")
        self.bundled[case] = time.perf_counter() - began
        await self.watch.until(case, "closed")
        return case


@dataclass(slots=True)
class BareDriver(asyncio.DatagramProtocol):
    """Lives bare workflows: started, told to go on twice, finished."""

    client: Client
    rung: dict[str, asyncio.Event] = field(default_factory=dict)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen."""

    def datagram_received(self, data: bytes, _address: object) -> None:
        """Hear a bell."""
        self._bell(data.decode()).set()

    async def live(self, name: str) -> None:
        """Live one bare workflow."""
        handle = await self.client.start_workflow(BareCase.run, id=name, task_queue=QUEUE)
        for number in (1, 2):
            await self._bell(f"{name} {number}").wait()
            await handle.execute_update(BareCase.go_on, number, id=f"{name}-{number}")
        await handle.result()

    def _bell(self, words: str) -> asyncio.Event:
        return self.rung.setdefault(words, asyncio.Event())


async def many(live: Callable[[int], Awaitable[object]], count: int, at_once: int) -> list[float]:
    """Live `count` lives, `at_once` at any time. Returns how many seconds each took."""
    places, took = asyncio.Semaphore(at_once), []

    async def one(number: int) -> None:
        async with places:
            began = time.perf_counter()
            await live(number)
            took.append(time.perf_counter() - began)

    async with asyncio.TaskGroup() as lives:
        for number in range(count):
            lives.create_task(one(number))
    return took
