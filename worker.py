"""The worker: connects, has the tools plugged in, runs workflows and activities, drains on SIGTERM."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import structlog
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import Worker

import fitter
import health
import rooms
import settings
import telemetry
from desk.arrivals import receive
from desk.desk import Desk
from desk.intake import start_waiting
from dsar.errors import DsarError, InputError
from dsar.ports.arrivals import Inbox
from heaps import few_heaps
from relay.destinations import couriers
from relay.inbox import SqsInbox
from relay.relay import Relay
from workflows.answer import DsarSendAgain
from workflows.canary import DsarCanary
from workflows.case import DsarCase
from workflows.checkpoint import DsarCheckpoint
from workflows.forwarding import DsarForward
from workflows.instructed import DsarInstruct
from workflows.removal import DsarRemoveAnswer
from workflows.restricted import DsarRestriction
from workflows.retained import DsarRetained
from workflows.retention import DsarRetention
from workflows.returning import DsarReplay, DsarSweep
from workflows.shred import DsarShred

THREADS = 32  # activities that wait for register, vault or mail; each holds one connection
GRACE = timedelta(seconds=25)  # Kubernetes and Compose kill after 30
AFTER_A_KILL = timedelta(seconds=2)  # how long a task waits for a worker that was killed (default 10 s)
CATCH_UP = 15.0  # seconds between looks for cases that were written while Temporal was away

# What is no case: it outlives one, or runs by the calendar.
BESIDE_CASES = (
    DsarCanary,
    DsarCheckpoint,
    DsarForward,
    DsarInstruct,
    DsarRemoveAnswer,
    DsarReplay,
    DsarRestriction,
    DsarRetained,
    DsarRetention,
    DsarSendAgain,
    DsarShred,
    DsarSweep,
)

log = structlog.get_logger()


async def run(config: settings.Settings) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        DsarError: a tool is not ready; the message says which and why.
        RuntimeError: Temporal cannot be reached.
    """
    kit = fitter.tools(config)
    await asyncio.to_thread(kit.register.check)
    await asyncio.to_thread(kit.vault.check)
    systems = fitter.connectors(kit)
    desk = await fitter.desk(kit, runtime=runtime(config), lazy=False)
    relays = _relays(kit)
    stop = _stop_on_signals()
    gc.freeze()  # what was loaded so far stays: each later collection need not look at it again
    with ThreadPoolExecutor(THREADS, thread_name_prefix="activity") as threads:
        asyncio.get_running_loop().set_default_executor(threads)  # its own has six places on two cores
        worker = Worker(
            desk.client,
            task_queue=config.task_queue,
            workflows=[DsarCase, *BESIDE_CASES],
            activities=rooms.activities(kit, systems),
            activity_executor=threads,
            max_concurrent_activities=THREADS,
            graceful_shutdown_timeout=GRACE,
            sticky_queue_schedule_to_start_timeout=AFTER_A_KILL,
        )
        async with worker, health.serving(config.health_address, kit.register.check):
            log.info("worker.ready", systems=sorted(systems), task_queue=config.task_queue)
            beside = [
                asyncio.create_task(work)
                for work in (_catch_up(desk), *_taking(desk, config), *map(_tell, relays))
            ]
            await stop.wait()
            log.info("worker.draining")
            for task in beside:
                task.cancel()
            await asyncio.gather(
                *(asyncio.to_thread(relay.close) for relay in relays), return_exceptions=True
            )
        await systems.close()
    log.info("worker.stopped")


async def _catch_up(desk: Desk) -> None:
    """Start cases that the desk wrote while Temporal was away. A request is never lost (DESIGN §1.5)."""
    while True:
        with suppress(DsarError):
            if started := await start_waiting(desk):
                log.info("cases.started_late", count=started)
        await asyncio.sleep(CATCH_UP)


def _taking(desk: Desk, config: settings.Settings) -> Iterator[Coroutine[None, None, None]]:
    """Yield the work at the queue of requests, if there is one."""
    if url := config.intake_queue_url:
        yield _take(desk, SqsInbox(url, config.s3_region))


async def _take(desk: Desk, inbox: Inbox) -> None:
    """Open what waits in the queue of requests, as long as this worker lives."""
    while True:
        try:
            await receive(desk, inbox)
        except DsarError as error:
            log.warning("arrival.waits", queue=inbox.name, system=error.system, reason=error.reason)
            await asyncio.sleep(CATCH_UP)


def _relays(kit: fitter.Tools) -> list[Relay]:
    """Return a relay to each destination of events; none if no file names any."""
    file = kit.settings.events_file
    return [Relay(kit.register, courier, kit.register.clock) for courier in couriers(file)] if file else []


async def _tell(relay: Relay) -> None:
    """Tell one destination what happens, as long as this worker lives."""
    while True:
        pause = CATCH_UP
        with suppress(DsarError):
            pause = await asyncio.to_thread(relay.turn)
        await asyncio.sleep(pause)


def runtime(config: settings.Settings) -> Runtime:
    """Return the SDK's own room, which serves its metrics.

    Raises:
        InputError: their address is taken, or none of an interface here.
    """
    metrics = PrometheusConfig(bind_address=config.metrics_address)
    try:
        return Runtime(telemetry=TelemetryConfig(metrics=metrics))
    except ValueError:
        hint = "is taken (by another worker?), or no IP address of this machine: use another host:port"
        raise InputError("address_unusable", hint, field="DSAR_METRICS_ADDRESS") from None


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def main() -> int:
    """Run the worker. Returns the exit code: 0 drained, 1 a tool must be mended, 2 a setting must."""
    few_heaps()
    try:
        config = settings.load()
        telemetry.configure(config.log_level)
        asyncio.run(run(config))
    except InputError as error:
        print(f"worker: {error}", file=sys.stderr)  # noqa: T201  # before logging may be configured
        return 2
    except DsarError as error:
        print(f"worker: {error}. Run `starter.py systems` to see what is wrong.", file=sys.stderr)  # noqa: T201  # as above
        return 1
    except RuntimeError as error:
        print(f"worker: Temporal or a port cannot be used: {error}", file=sys.stderr)  # noqa: T201  # as above
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # the SDK's own threads can abort an interpreter that ends in the ordinary way
