"""`python -m bench.rearming --cases 1000`: open cases, all re-armed by one update of the calendars.

It runs the real worker, Temporal, S3 and a SQLite register on this machine, opens the cases (which then wait
for a proof of identity) and times `starter.py rearm`. The opening is not part of the figure.
"""

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path

from bench import gauges, shop, stage
from bench.__main__ import reachable, server_url
from desk.desk import Desk
from desk.intake import open_case
from desk.rearming import Rearmed, rearm
from dsar.intake import NewRequest
from dsar.vocabulary import Status

_AT_ONCE = 16
_PATIENCE = 900  # seconds for all cases to be opened
_SKIPPED = 3  # exit code


def main() -> int:
    """Measure and print. Returns the exit code: 0 measured, 1 a case was left, 3 nothing was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.rearming", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    cases = parser.parse_args().cases
    server = server_url()
    if not reachable(server):
        print("bench: skipped: no PostgreSQL. Set DSAR_TEST_POSTGRES to a server that may create databases.")
        return _SKIPPED
    before = gauges.load()
    done, opened_in, took = asyncio.run(_measured(server, cases))
    print(f"{cases} cases opened in {opened_in:.1f} s (load {before} before)")
    print(f"{done.cases} re-armed in {took:.2f} s: {1000 * took / max(done.cases, 1):.1f} ms a case")
    return int(done.cases != cases)


async def _measured(server: str, cases: int) -> tuple[Rearmed, float, float]:
    with (
        shop.database(server) as shop_url,
        tempfile.TemporaryDirectory(prefix="dsar-bench-") as scratch,
        stage.servers(Path(scratch) / "stage", shop_url, (shop.SMALL,)) as held,
    ):
        async with stage.engine(held, "rearming", f"sqlite:///{scratch}/register.db") as running:
            began = time.perf_counter()
            await _opened(running.desk, cases)
            opened_in, began = time.perf_counter() - began, time.perf_counter()
            done = await rearm(running.desk)
            return done, opened_in, time.perf_counter() - began


async def _opened(desk: Desk, cases: int) -> None:
    """Open cases of as many people, and wait until each waits for its proof."""
    run, gate = secrets.token_hex(4), asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> None:
        email = f"person-{number}@bench.example"
        async with gate:
            new = NewRequest(right="access", regime="UK-ENG", email=email, intake_key=f"{run}-{number}")
            await open_case(desk, new)

    async with asyncio.timeout(_PATIENCE):
        await asyncio.gather(*(one(number) for number in range(cases)))
        while not _all_wait(desk):  # noqa: ASYNC110  # the register has no event to wait for
            await asyncio.sleep(0.5)


def _all_wait(desk: Desk) -> bool:
    return all(case.status is Status.IDENTIFYING for case in desk.register.cases(open_only=True))


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the SDK's own threads can abort an interpreter that ends in the ordinary way
