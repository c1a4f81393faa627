"""Whole cases against bare workflows, in turns, on one server: the ratio of the medians is what counts."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench import gauges
from bench.drivers import BareDriver, EngineDriver, many
from bench.shop import SMALL
from bench.stage import Servers

Live = Callable[[int], Awaitable[object]]


@dataclass(slots=True)
class Runner:
    """One side of a race: what it lives, and the processes that work for it."""

    live: Live
    processes: Mapping[str, int]
    per_minute: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    cost: list[dict[str, float]] = field(default_factory=list)
    lived: int = 0

    async def round(self, count: int, at_once: int) -> None:
        """Live `count` cases and write down speed, latencies and processor time."""
        before = {name: gauges.processor_seconds(pid) for name, pid in self.processes.items()}
        first, began = self.lived, time.perf_counter()
        self.took += await many(lambda number: self.live(first + number), count, at_once)
        self.per_minute.append(60 * count / (time.perf_counter() - began))
        self.lived += count
        self.cost.append(
            {
                name: (gauges.processor_seconds(pid) - before[name]) / count * 1000
                for name, pid in self.processes.items()
            }
        )

    def result(self) -> dict[str, object]:
        """Return the medians of the rounds; latencies in seconds, processor time in milliseconds a case."""
        cuts = quantiles(self.took, n=20)
        return {
            "per_minute": round(median(self.per_minute), 1),
            "rounds": [round(figure, 1) for figure in self.per_minute],
            "p50_s": round(median(self.took), 3),
            "p95_s": round(cuts[-1], 3),
            "cpu_ms_per_case": {
                name: round(median(cost[name] for cost in self.cost), 1) for name in self.processes
            },
        }


async def race(runners: Mapping[str, Runner], *, rounds: int, cases: int, at_once: int) -> dict[str, object]:
    """Let all run in turns, `rounds` times, after one turn that only warms up."""
    for runner in runners.values():
        await runner.round(at_once, at_once)
        runner.per_minute.clear(), runner.took.clear(), runner.cost.clear()
    for _ in range(rounds):
        for runner in runners.values():
            await runner.round(cases, at_once)
    return {name: runner.result() for name, runner in runners.items()}


def of_engine(driver: EngineDriver, held: Servers, worker: int, driver_pid: int) -> Runner:
    """Return the engine's side."""
    processes = {"temporal": held.temporal.child.pid, "worker": worker, "s3": held.s3.child.pid}
    return Runner(lambda number: driver.live(SMALL, number), {**processes, "driver": driver_pid})


def of_bare(driver: BareDriver, held: Servers, worker: int, driver_pid: int) -> Runner:
    """Return the yardstick's side."""
    name = secrets.token_hex(4)
    processes = {"temporal": held.temporal.child.pid, "worker": worker, "driver": driver_pid}
    return Runner(lambda number: driver.live(f"bare-{name}-{number}"), processes)
