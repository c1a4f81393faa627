"""Who plays the person and the DPO, so that many cases live at once without waiting for anybody."""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from temporalio.client import Client

from bench.bare import QUEUE, BareCase
from bench.shop import Kind
from desk import cases
from desk.desk import Desk
from desk.intake import open_case
from dsar.case import Decision
from dsar.codes import IDENTITY, code_for
from dsar.decision_kinds import RELEASE
from dsar.identity import CodeResult
from dsar.intake import NewRequest
from dsar.vocabulary import Role

_PATIENCE = 240  # seconds for one case
_DPO = "dpo_robin"  # of policy/company.yaml
_Marks = defaultdict[tuple[str, str], asyncio.Event]


def _marks() -> _Marks:
    return defaultdict(asyncio.Event)


@dataclass(slots=True)
class EngineDriver:
    """Lives whole access cases: opened at the desk, proved by code, released, closed.

    What happens to a case is learned from the register's outbox, as a relay of events would learn it.
    """

    desk: Desk
    every: float = 0.025  # seconds between two looks at the events
    bundled: dict[str, float] = field(default_factory=dict)  # case id -> seconds from open to bundle
    _run: str = field(default_factory=lambda: secrets.token_hex(4))  # or cases of another run were found
    _marks: _Marks = field(default_factory=_marks)
    _living: int = 0

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Follow the events while the context lasts, and rest while no case lives."""
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()

    async def live(self, kind: Kind, number: int, *, hesitates: float = 0.0) -> str:
        """Live one case of the n-th customer of a kind, who hesitates for so many seconds, and so does the
        DPO. Returns its id.

        Raises:
            TimeoutError: it did not end; the worker's log may say why.
        """
        self._living += 1
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._life(kind, number, hesitates)
        finally:
            self._living -= 1

    async def _life(self, kind: Kind, number: int, hesitates: float) -> str:
        began = time.perf_counter()
        key = f"{self._run}-{kind.rows}-{number}"
        new = NewRequest(right="access", regime="UK-ENG", email=kind.email(number), intake_key=key)
        case = (await open_case(self.desk, new, again=True)).record.request.case_id
        await self._until(case, "identifying")
        await asyncio.sleep(hesitates)
        code = code_for(self.desk.vault, IDENTITY, case, 1)  # as the letter has it
        if await cases.prove_by_code(self.desk, case, code) is not CodeResult.ACCEPTED:
            raise RuntimeError("the code was refused")
        await self._until(case, "deciding")
        await asyncio.sleep(hesitates)
        decision = Decision(kind=RELEASE, by=_DPO, role=Role.DPO, decided_at=self.desk.now())
        await cases.decide(self.desk, case, decision)
        await self._until(case, "bundle_written")
        self.bundled[case] = time.perf_counter() - began
        await self._until(case, "closed")
        return case

    async def _until(self, case: str, what: str) -> None:
        await self._marks[case, what].wait()

    async def _follow(self) -> None:
        after = 0
        while True:
            events = await asyncio.to_thread(self.desk.register.events, after=after, limit=1000)
            for event in events if self._living else ():
                after = event.position
                kind = event.body["type"].removeprefix("dsar.case.")
                self._marks[event.case_id, event.body["data"].get("status", kind)].set()
                self._marks[event.case_id, kind].set()
            await asyncio.sleep(self.every)


@dataclass(slots=True)
class BareDriver(asyncio.DatagramProtocol):
    """Lives bare workflows: started, told to go on when they ring, finished."""

    address: str
    client: Client | None = None
    _rung: defaultdict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen."""

    def datagram_received(self, data: bytes, _address: object) -> None:
        """Hear a bell."""
        self._rung[data.decode()].set()

    async def live(self, name: str) -> None:
        """Live one bare workflow."""
        self.client = self.client or await Client.connect(self.address)
        handle = await self.client.start_workflow(BareCase.run, id=name, task_queue=QUEUE)
        async with asyncio.timeout(_PATIENCE):
            for number in (1, 2):
                await self._rung[f"{name} {number}"].wait()
                await handle.execute_update(BareCase.go_on, number, id=f"{name}-{number}")
            await handle.result()


async def listening(driver: BareDriver) -> tuple[BareDriver, int]:
    """Give a driver its bell. Returns it, and the port to ring at."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: driver, local_addr=("127.0.0.1", 0))
    return driver, transport.get_extra_info("sockname")[1]


async def many(live: Callable[[int], Awaitable[object]], count: int, at_once: int) -> list[float]:
    """Live `count` lives, `at_once` at any time. Returns how many seconds each took."""
    places = asyncio.Semaphore(at_once)
    took: list[float] = []

    async def one(number: int) -> None:
        async with places:
            began = time.perf_counter()
            await live(number)
            took.append(time.perf_counter() - began)

    async with asyncio.TaskGroup() as lives:
        for number in range(count):
            lives.create_task(one(number))
    return took
