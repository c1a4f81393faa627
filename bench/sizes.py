"""What a person's number of rows costs: history, memory, and time until the bundle is written.

A fresh worker serves each size, so that the most memory it ever had is due to that size.
"""

from collections.abc import Mapping
from statistics import median
from typing import Any

from bench import gauges
from bench.drivers import EngineDriver, many
from bench.plan import Plan
from bench.shop import MEDIUM, Kind
from bench.stage import Engine, Servers, engine, pid_of


async def measured(held: Servers, register_url: str, plan: Plan) -> Mapping[str, dict[str, Any]]:
    """Return the figures of each size, by its number of rows."""
    found = {}
    for kind in plan.sizes:
        async with engine(held, f"rows-{kind.rows}", register_url) as running:
            found[str(kind.rows)] = await _size(running, kind, plan)
    return found


async def _size(running: Engine, kind: Kind, plan: Plan) -> dict[str, Any]:
    driver = EngineDriver(running.desk)
    async with driver.watching():
        calm = await driver.live(kind, 0, hesitates=0.3)  # or answers overtake, and tasks merge by chance
        driver.bundled.clear()
        for number in range(plan.alone):
            await driver.live(kind, 1 + number)
        found = {
            **await _history(running, calm),
            "worker_peak_mib": round(gauges.peak_memory(pid_of(running.worker)), 1),
            "open_to_bundle_s": round(median(driver.bundled.values()), 3),
        }
        if kind is MEDIUM:
            driver.bundled.clear()
            await many(lambda number: driver.live(kind, 1 + plan.alone + number), plan.crowd, plan.crowd)
            found["crowd_median_s"] = round(median(driver.bundled.values()), 3)
            found["crowd_last_s"] = round(max(driver.bundled.values()), 3)
    return found


async def _history(running: Engine, case: str) -> dict[str, int]:
    """Return the length of a history, in events and bytes, as the server counts them."""
    told = await running.desk.life(case).describe()
    size = told.raw_description.workflow_execution_info.history_size_bytes
    return {"history_events": told.history_length, "history_bytes": size}
