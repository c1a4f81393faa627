"""A real Temporal server whose clock is moved, pretend tools, and a search of each history."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowHandle, WorkflowHistory
from temporalio.service import RPCError
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment
from temporalio.worker import Replayer, Worker

import wire
from calendars import HolidayCalendars
from desk import cases
from desk.desk import Desk
from desk.intake import open_case
from dsar.canaries import Canary
from dsar.case import CaseView
from dsar.codes import IDENTITY, code_for
from dsar.duties import ErasurePolicy
from dsar.errors import InputError
from dsar.identity_policy import need
from dsar.intake import NewRequest
from dsar.retention import Periods
from dsar.vocabulary import LetterKind, Proof, Status
from rehearsal.processes import find_program
from tests.histories import opened
from tests.people import ADA_EMAIL, ADA_NAME, ADA_PHONE
from tests.pretend_carrier import PretendCarrier
from tests.pretend_messenger import PretendMessenger
from tests.pretend_register import MemoryRegister
from tests.pretend_relays import PretendArrivals, PretendBook
from tests.pretend_tools import PretendCompany, PretendPost, PretendSystem
from tests.pretend_vault import MemoryVault
from tests.workflow.rooms import activities_of
from worker import BESIDE_CASES
from workflows import attributes
from workflows.case import DsarCase

_KEYS = (attributes.RIGHT, attributes.REGIME, attributes.STATUS, attributes.OWNER, attributes.DUE)
_TUNED = {
    "frontend.WorkflowTimeSkippingEnabled": "true",
    "history.timerProcessorMaxTimeShift": '"1ms"',
    "history.timerProcessorMaxPollRPS": "2000",
    "history.transferProcessorMaxPollRPS": "2000",
    "history.timerProcessorPollBackoffInterval": '"5ms"',
    "system.forceSearchAttributesCacheRefreshOnRead": "true",
    "limit.historyCount.suggestContinueAsNew": "300",  # 4096 unless told: a year in a test is shorter
}
_VAULT = MemoryVault()  # one per run: the codec of the one client seals with its keys
PERIODS = Periods(
    identity=timedelta(days=14),
    parcels=timedelta(weeks=6),
    case_years=3,
    evidence_years=10,
    events=timedelta(days=90),
)
SECRETS = (ADA_EMAIL, ADA_PHONE, ADA_NAME, "subject.example")


@pytest.fixture(scope="session")
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    """A real server, with one virtual clock per workflow; it stands still unless a test moves it."""
    flags = [part for key, value in _TUNED.items() for part in ("--dynamic-config-value", f"{key}={value}")]
    found = await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        plugins=[wire.plugin(_VAULT.keyring)],
        dev_server_existing_path=str(find_program("temporal")),
        dev_server_log_level="error",
        dev_server_startup_timeout=timedelta(seconds=90),
        search_attributes=_KEYS,
        dev_server_extra_args=flags,
    )
    yield found
    await found.shutdown()


@dataclass
class House:
    """The engine on pretend tools. Tests speak with it as staff would: through the desk."""

    environment: WorkflowEnvironment
    queue: str
    register: MemoryRegister = field(default_factory=MemoryRegister)
    vault: MemoryVault = field(default_factory=lambda: _VAULT)
    post: PretendPost = field(default_factory=PretendPost)
    company: PretendCompany = field(default_factory=PretendCompany)
    calendars: HolidayCalendars = field(default_factory=HolidayCalendars)
    systems: dict[str, PretendSystem] = field(default_factory=dict)
    carrier: PretendCarrier = field(default_factory=PretendCarrier)
    messenger: PretendMessenger = field(default_factory=PretendMessenger)
    policy: ErasurePolicy = field(default_factory=ErasurePolicy)
    periods: Periods = PERIODS
    book: PretendBook = field(default_factory=PretendBook)
    canaries: list[Canary] = field(default_factory=list)
    lived: list[str] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return Desk(
            client=self.environment.client,
            register=self.register,
            vault=self.vault,
            company=self.company,
            calendars=self.calendars,
            task_queue=self.queue,
            relays=self.book,
            arrivals=PretendArrivals(),
        )

    def later(self, at: datetime) -> Desk:
        """The same desk at another moment."""
        return replace(self.desk, now=lambda: at)

    def add(self, system: PretendSystem) -> PretendSystem:
        self.systems[system.name] = system
        return system

    @asynccontextmanager
    async def worker(self, **options: Any) -> AsyncIterator[Worker]:
        with ThreadPoolExecutor(8) as threads:
            client = self.environment.client
            activities = activities_of(self)
            async with Worker(
                client,
                task_queue=self.queue,
                workflows=[DsarCase, *BESIDE_CASES],
                activities=activities,
                activity_executor=threads,
                **options,
            ) as worker:
                yield worker

    async def open(self, **more: str) -> str:
        given = {"right": "access", "regime": "UK-ENG", "email": ADA_EMAIL, "intake_key": uuid.uuid4().hex}
        opened = await open_case(self.desk, NewRequest(**{**given, **more}), again=True)
        self.lived.append(opened.record.request.case_id)
        return self.lived[-1]

    def life(self, case: str) -> WorkflowHandle[DsarCase, Any]:
        return self.desk.life(case)

    async def histories(self, case: str) -> list[WorkflowHistory]:
        """All histories of a case, the newest first: a long life goes on in a fresh one now and then."""
        found: list[WorkflowHistory] = []
        run: str | None = ""
        while run is not None:
            handle = self.environment.client.get_workflow_handle(case, run_id=run or None)
            found.append(await handle.fetch_history())
            begun = found[-1].events[0].workflow_execution_started_event_attributes
            run = begun.continued_execution_run_id or None
        return found

    async def skip(self, case: str, **span: float) -> None:
        await self.environment.fast_forward(self.life(case), timedelta(**span))

    async def days(self, case: str, count: int, at_once: int = 1) -> None:
        """Let days go by, one or more at a time, and the case live each of them."""
        for _ in range(0, count, at_once):
            await self.skip(case, days=at_once)
            await self.eventually(lambda: self._lives(case), f"{case} did not live another day")

    async def until(self, case: str, status: Status) -> None:
        await self.eventually(lambda: self._stands(case, status), f"{case} never came to {status}")

    async def eventually(self, fact: Callable[[], Awaitable[bool]], otherwise: str) -> None:
        """Look again and again, as an onlooker would; no test waits longer than it must."""
        end = time.monotonic() + 200
        while not await fact():
            assert time.monotonic() < end, otherwise
            await asyncio.sleep(0.01)

    async def prove(self, case: str, number: int = 1) -> None:
        await self.until(case, Status.IDENTIFYING)
        request = self.register.case(case).request
        if need(request.right, request.regime).proof is Proof.MATCH:
            return await cases.prove_by_document(self.desk, case, by="support-1")
        await self.eventually(lambda: self.has_code(case, number), "no code was set")
        await cases.prove_by_code(self.desk, case, code_for(self.vault, IDENTITY, case, number))
        return None

    async def has_code(self, case: str, number: int) -> bool:
        return any(entry.key == f"code:{IDENTITY}:{number}" for entry in self.register.evidence(case))

    async def wrote(self, kind: LetterKind) -> bool:
        return kind in self.post.kinds

    async def _lives(self, case: str) -> bool:
        return await self._view(case) is not None

    async def _view(self, case: str) -> CaseView | None:
        """A fresh history begins up to a second after the last one ended; its clock runs meanwhile."""
        try:
            return await self.life(case).query(DsarCase.status)
        except RPCError as error:
            if "not scheduled yet" not in error.message:
                raise
            return None

    async def _stands(self, case: str, status: Status) -> bool:
        """Whether the story stands there, and where it waits for a person, whether the desk shows it."""
        view = await self._view(case)
        shown = self.register.case(case).status is status or status not in {Status.BY_HAND, Status.DECIDING}
        return view is not None and view.status is status and shown


@pytest.fixture
async def house(environment: WorkflowEnvironment) -> AsyncIterator[House]:
    """The engine, for one test."""
    async with a_house(environment) as found:
        yield found


@asynccontextmanager
async def a_house(environment: WorkflowEnvironment) -> AsyncIterator[House]:
    """The engine; when all is over, no history of its cases may hold the person, sealed or in clear."""
    house = House(environment=environment, queue=f"test-{uuid.uuid4().hex}")
    yield house
    for case in house.lived:
        for history in await house.histories(case):
            assert_nobody_is_named(b"".join(event.SerializeToString() for event in history.events))
            assert_nobody_is_named(await opened(history, _VAULT.keyring))
            replayer = Replayer(workflows=[DsarCase], plugins=[wire.plugin(_VAULT.keyring)])
            await replayer.replay_workflow(history)


@contextmanager
def refused(reason: str) -> Iterator[None]:
    """The desk must refuse what is done in here, for this reason."""
    with pytest.raises(InputError) as refusal:
        yield
    assert reason == refusal.value.reason


def assert_nobody_is_named(raw: bytes) -> None:
    """Search bytes for the person: an address in a history is a breach, whoever put it there."""
    found = [secret for secret in SECRETS if secret.encode() in raw]
    assert not found, f"the raw history names the person: {len(found)} times"
