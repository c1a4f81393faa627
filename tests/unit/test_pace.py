"""A worker leases leave to call, a handful at once; without leave it waits, in bounds, and does not call."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import load
from connectors._pace import PATIENCE, Shared
from dsar.budget import Budget
from dsar.errors import InputError, TemporaryError
from pacing import Paces
from settings import System, load_systems
from tests.pretend_ledger import PretendLedger

A_MINUTE = Budget(calls=100, period=timedelta(minutes=1))
ALONE = Budget(calls=100, period=timedelta(minutes=1), abreast=1)
SHOP = {"base_url": "https://shop.example", "project_id": 1, "api_key": "phx"}


class Clock:
    """Its time passes while somebody sleeps, and only then."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def made(budget: Budget = A_MINUTE) -> tuple[Shared, PretendLedger, Clock]:
    ledger, clock = PretendLedger(), Clock()
    return Shared("crm", budget, ledger, clock=clock, sleep=clock.sleep), ledger, clock


async def called(pace: Shared, does: Callable[[], Awaitable[None]] | None = None) -> None:
    async with pace.call("crm"):
        if does:
            await does()


async def test_a_busy_worker_asks_the_ledger_seldom_and_an_idle_one_wastes_nothing() -> None:
    pace, ledger, clock = made()

    for _ in range(30):
        await called(pace)
    await clock.sleep(5)
    await called(pace)

    assert [1, 2, 4, 8, 16, 1] == ledger.wanted


async def test_all_who_wait_are_leased_for_at_once() -> None:
    pace, ledger, _ = made()

    await asyncio.gather(*(called(pace) for _ in range(7)))

    assert [7] == ledger.wanted


async def test_a_short_wait_is_made_in_place_and_a_long_one_ends_the_activity() -> None:
    pace, ledger, clock = made()
    ledger.waits = [timedelta(seconds=10), timedelta(seconds=10)]
    await called(pace)
    waited = clock.now
    await clock.sleep(5)
    ledger.waits = [timedelta(seconds=10), timedelta(minutes=20)]

    with pytest.raises(TemporaryError) as caught:
        await called(pace)

    assert waited == 20 < PATIENCE
    assert ("throttled", timedelta(minutes=20)) == (caught.value.reason, caught.value.after)


async def test_without_a_register_no_call_is_made() -> None:
    pace, ledger, _ = made()
    ledger.away = True
    calls = []

    with pytest.raises(TemporaryError) as caught:
        async with pace.call("crm"):
            calls.append(1)

    assert ("register", "unreachable", []) == (caught.value.system, caught.value.reason, calls)


@pytest.mark.parametrize(
    ("after", "held"), [(timedelta(seconds=7), timedelta(seconds=7)), (None, timedelta(minutes=1))]
)
@pytest.mark.parametrize("away", [False, True])
async def test_a_throttle_holds_the_account_and_is_told_to_the_caller(
    after: timedelta | None, held: timedelta, *, away: bool
) -> None:
    pace, ledger, _ = made()

    async def throttled() -> None:
        ledger.away = away
        raise TemporaryError("crm", "throttled", after=after)

    with pytest.raises(TemporaryError, match="crm: throttled"):
        await called(pace, throttled)
    ledger.away = False
    await called(pace)

    assert ([] if away else [held]) == ledger.held
    assert 2 == len(ledger.wanted)  # what was leased before is not used any more


async def test_another_trouble_holds_nobody() -> None:
    pace, ledger, _ = made()

    async def broken() -> None:
        raise TemporaryError("crm", "http_503", after=timedelta(minutes=1))

    with pytest.raises(TemporaryError):
        await called(pace, broken)

    assert [] == ledger.held


@pytest.mark.parametrize("away", [False, True])
async def test_a_place_is_given_back_when_its_calls_have_ended(*, away: bool) -> None:
    pace, ledger, _ = made(ALONE)
    running: list[str] = []

    async def long() -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        running.extend(ledger.freed)
        ledger.away = away

    await called(pace, long)
    while pace._running:
        await asyncio.gather(*pace._running)

    assert [] == running
    assert ([] if away else ["1"]) == ledger.freed


async def test_what_was_leased_for_somebody_who_was_called_off_is_given_back() -> None:
    """An account with one place would otherwise stand still for two minutes."""
    pace, ledger, _ = made(ALONE)
    ledger.door.clear()
    call = asyncio.create_task(called(pace))
    await asyncio.to_thread(ledger.asked.wait)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    ledger.door.set()
    while pace._running:
        await asyncio.gather(*pace._running)

    assert ["1"] == ledger.freed


async def test_a_worker_that_ends_gives_its_places_back() -> None:
    pace, ledger, _ = made(ALONE)
    async with pace.call("crm"):
        for task in pace._running:
            task.cancel()
        await asyncio.gather(*pace._running, return_exceptions=True)

    assert ["1"] == ledger.freed


def systems(folder: Path, *budgets: str) -> tuple[System, ...]:
    rows = [f"{{name: s{n}, connector: posthog, budget: {said}}}" for n, said in enumerate(budgets)]
    path = folder / "systems.yaml"
    path.write_text(f"systems: [{', '.join(rows)}]", "utf-8")
    return load_systems(path)


def test_systems_of_one_account_share_one_pace(tmp_path: Path) -> None:
    said = "{calls: 190, seconds: 10, account: main}"
    paces = Paces(PretendLedger())
    first, second, other = map(paces.of, systems(tmp_path, said, said, "{calls: 190, seconds: 10}"))

    assert first is second is not other
    assert paces.of(System(name="x", connector="posthog")) is None


def test_systems_of_one_account_say_the_same(tmp_path: Path) -> None:
    paces = Paces(PretendLedger())
    first, second = systems(tmp_path, "{calls: 5, account: main}", "{calls: 6, account: main}")
    paces.of(first)

    with pytest.raises(InputError, match=r"s1\.budget: systems of one account share one budget"):
        paces.of(second)


def test_a_budget_that_nobody_would_keep_is_refused(tmp_path: Path) -> None:
    pace, _, _ = made()
    settings = {"url": f"sqlite:///{tmp_path / 'crm.db'}", "map": "rehearsal/crm.map.yaml"}

    with pytest.raises(InputError, match=r"crm\.budget: this kind makes no HTTP calls"):
        load("sql", "crm", settings, pace)
    assert load("posthog", "shop", SHOP, pace).card.name == "shop"
