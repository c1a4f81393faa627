"""`make bench`: the engine against a bare workflow, side by side, in one run of a few minutes.

It prints a table and writes `bench/out/latest.json`. `ARGS=--quick` only shows that the bench itself works.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from bench import gauges, races, report, shop, sizes, stage
from bench.plan import FULL, QUICK, Plan

_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"
_OUT = Path(__file__).parent / "out" / "latest.json"
_SKIPPED = 3  # exit code


def main() -> int:
    """Measure, print, write. Returns the exit code: 0 measured, 3 nothing was measured."""
    asked = _arguments()
    server = server_url()
    if not Path("/proc/self/stat").exists():
        print("bench: skipped: it reads memory and processor time from /proc, which only Linux has")
        return _SKIPPED
    if not reachable(server):
        print("bench: skipped: no PostgreSQL. Set DSAR_TEST_POSTGRES to a server that may create databases.")
        return _SKIPPED
    facts, began = gauges.machine(server), time.perf_counter()
    found = asyncio.run(_measured(server, QUICK if asked.quick else FULL))
    found["machine"] = facts | {"load_after": gauges.load(), "took_s": round(time.perf_counter() - began)}
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(found, indent=2) + "\n")
    report.show(found)
    print(f"\nAll figures are in {asked.out}.")
    return 0


async def _measured(server: str, plan: Plan) -> dict[str, object]:
    with (
        shop.database(server) as shop_url,
        shop.database(server) as register_url,
        tempfile.TemporaryDirectory(prefix="dsar-bench-") as scratch,
        stage.servers(Path(scratch) / "stage", shop_url, plan.kinds) as held,
    ):
        registers = {"sqlite": f"sqlite:///{scratch}/register.db", "postgresql": register_url}
        return {
            "plan": plan.told(),
            "races": await races.race(held, registers, plan),
            "sizes": await sizes.measured(held, registers["sqlite"], plan),
        }


def server_url() -> str:
    """Return where PostgreSQL is."""
    return os.environ.get("DSAR_TEST_POSTGRES", _SERVER).replace("+psycopg", "")


def reachable(server: str) -> bool:
    """Whether PostgreSQL answers there."""
    try:
        psycopg.connect(server, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute's smoke test; its figures mean little")
    parser.add_argument("--out", type=Path, default=_OUT, help="where the JSON goes")
    return parser.parse_args()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the SDK's own threads can abort an interpreter that ends in the ordinary way
