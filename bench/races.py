"""Whole cases against bare workflows, in turns, on one server: the ratio of the medians is what counts."""

import os
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from bench import gauges
from bench.drivers import BareDriver, EngineDriver, listening, many
from bench.plan import Plan
from bench.shop import SMALL
from bench.stage import Servers, bare_worker, engine, pid_of

BARE = "bare workflow"


@dataclass(slots=True)
class Runner:
    """One side of a race: what it lives, and the processes that work for it, by name."""

    live: Callable[[int], Awaitable[object]]
    processes: Mapping[str, int]
    per_minute: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    cost: list[dict[str, float]] = field(default_factory=list)
    lived: int = 0

    async def warm_up(self, count: int) -> None:
        """Live a few cases that do not count."""
        await many(self.live, count, count)
        self.lived = count

    async def round(self, count: int, at_once: int) -> None:
        """Live `count` cases and write down speed, latencies and processor time."""
        before, first, began = self._used(), self.lived, time.perf_counter()
        self.took += await many(lambda number: self.live(first + number), count, at_once)
        self.per_minute.append(60 * count / (time.perf_counter() - began))
        self.cost.append({name: 1000 * (used - before[name]) / count for name, used in self._used().items()})
        self.lived += count

    def result(self) -> dict[str, Any]:
        """Return the medians of the rounds; latencies in seconds, processor time in milliseconds a case."""
        cost = {name: round(median(c[name] for c in self.cost), 1) for name in self.processes}
        return {
            "per_minute": round(median(self.per_minute), 1),
            "rounds": [round(figure, 1) for figure in self.per_minute],
            "p50_s": round(median(self.took), 3),
            "p95_s": round(quantiles(self.took, n=20)[-1], 3),
            "cpu_ms_per_case": cost,
        }

    def _used(self) -> dict[str, float]:
        return {name: gauges.processor_seconds(pid) for name, pid in self.processes.items()}


async def race(held: Servers, registers: Mapping[str, str], plan: Plan) -> dict[str, Any]:
    """Let the bare workflow and the engine, once per kind of register, run in turns."""
    async with AsyncExitStack() as stack:
        runners = {BARE: await _bare(held, stack)}
        for name, url in registers.items():
            runners[f"engine, register on {name}"] = await _engine(held, name, url, stack)
        for runner in runners.values():
            await runner.warm_up(plan.at_once)
        for _ in range(plan.rounds):
            for runner in runners.values():
                await runner.round(plan.cases, plan.at_once)
    found = {name: runner.result() for name, runner in runners.items()}
    for name, result in found.items():
        if name != BARE:
            result["ratio"] = round(result["per_minute"] / found[BARE]["per_minute"], 3)
    return found


async def _bare(held: Servers, stack: AsyncExitStack) -> Runner:
    driver, bell = await listening(BareDriver(held.temporal.address))
    worker = stack.enter_context(bare_worker(held, bell))
    run = secrets.token_hex(4)
    pids = {"server": pid_of(held.temporal.child), "worker": pid_of(worker), "driver": os.getpid()}
    return Runner(lambda number: driver.live(f"bare-{run}-{number}"), pids)


async def _engine(held: Servers, name: str, register_url: str, stack: AsyncExitStack) -> Runner:
    running = await stack.enter_async_context(engine(held, name, register_url))
    driver = EngineDriver(running.desk, every=0.1)  # a look is the driver's own work, and locks the outbox
    await stack.enter_async_context(driver.watching())
    pids = {
        "server": pid_of(held.temporal.child),
        "worker": pid_of(running.worker),
        "store": pid_of(held.s3.child),
        "driver, desk and mail": os.getpid(),
    }
    return Runner(lambda number: driver.live(SMALL, number), pids)
