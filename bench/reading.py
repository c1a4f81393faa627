"""One person's million rows out of PostgreSQL: the connector against a plain server-side cursor.

    python -m bench.reading                  1,000,000 rows
    python -m bench.reading --rows 10000     as many as you like

Both write the same JSON lines into a file, each in its own process, in turns; the best of three counts.
"""

import argparse
import asyncio
import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from bench import gauges
from connectors import sql
from connectors._values import plain
from dsar.person import Identifier, Identity
from dsar.vocabulary import IdentifierKind

_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"
_OUT = Path(__file__).parent / "out" / "reading.json"
_EMAIL, _TRIES, _PAGE = "one@subject.example", 3, 1000
_COLUMNS = ("id", "person_id", "at", "kind", "path", "amount")
_MAP = """
person: {table: people, finds_by: {email: email}}
collections:
  people: {category: identity}
  events: {category: technical_usage, via: {person_id: people.id}}
"""
_FILL = """
create table people (id bigint primary key, email text unique);
insert into people select n, case n when 1 then 'one@subject.example' else n || '@x.example' end
  from generate_series(1, 10) n;
create table events (id bigint primary key, person_id bigint references people (id), at timestamptz,
  kind text, path text, amount numeric(12, 2));
insert into events select n, 1, timestamptz '2024-01-01 00:00+00' + n * interval '1 second',
  'view ' || n % 17, '/catalogue/' || n % 5000, n % 100 + 0.25 from generate_series(1, {rows}) n;
create index on events (person_id);
analyze;
"""


def plain_cursor(url: str, out: Path) -> int:
    """Read with a server-side cursor and nothing else. Returns how many rows."""
    count = 0
    with psycopg.connect(url) as connection, out.open("w", encoding="utf-8") as file:
        connection.execute("set time zone 'UTC'")
        with connection.cursor("reading") as cursor:
            cursor.itersize = _PAGE
            cursor.execute(f"select {', '.join(_COLUMNS)} from events where person_id = 1 order by id")
            for row in cursor:
                said = dict(zip(_COLUMNS, map(plain, row), strict=True))
                file.write(json.dumps(said, ensure_ascii=False) + "\n")
                count += 1
    return count


def connector(url: str, out: Path) -> int:
    """Read as the engine does: find, then export page by page. Returns how many rows."""
    return asyncio.run(_exported(url, out))


async def _exported(url: str, out: Path) -> int:
    data_map = out.with_suffix(".yaml")
    data_map.write_text(_MAP, "utf-8")
    system = sql.connect("bench", sql.Settings(url=url, map=data_map, page_rows=_PAGE))
    who = Identity(identifiers=(Identifier(kind=IdentifierKind.EMAIL, value=_EMAIL),))
    who, count = who.merged((await system.find(who)).learned), 0
    with out.open("w", encoding="utf-8") as file:
        async for page in system.export(who, "events"):
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in page.rows)
            count += len(page.rows)
    await system.close()
    return count


def _side(name: str, url: str, folder: Path) -> dict[str, float]:
    command = [
        sys.executable,
        "-m",
        "bench.reading",
        "--side",
        name,
        "--url",
        url,
        "--out",
        str(folder / name),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measure(name: str, url: str, out: Path) -> dict[str, float]:
    began = time.perf_counter()
    rows = {"plain": plain_cursor, "connector": connector}[name](url, out)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": rows, "s": took, "rows_per_s": rows / took, "peak_mib": peak}


def main() -> None:
    """Fill a database of its own, measure both sides in turns, print, and drop the database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    for hidden in ("--side", "--url", "--out"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        print(json.dumps(_measure(asked.side, asked.url, Path(asked.out))))
        return
    server = os.environ.get("DSAR_TEST_POSTGRES", _SERVER).replace("+psycopg", "")
    name = f"dsar_bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"create database {name}".encode())
        try:
            _compare(f"{server.rpartition('/')[0]}/{name}", asked.rows)
        finally:
            admin.execute(f"drop database {name} with (force)".encode())


def _compare(url: str, rows: int) -> None:
    with psycopg.connect(url, autocommit=True) as filling:
        filling.execute(_FILL.format(rows=rows).encode())
    found: dict[str, list[dict[str, float]]] = {"plain": [], "connector": []}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(_TRIES):
            for side, tries in found.items():
                tries.append(_side(side, url, Path(folder)))
        same = (Path(folder) / "plain").read_bytes() == (Path(folder) / "connector").read_bytes()
    best = {side: max(tries, key=lambda one: one["rows_per_s"]) for side, tries in found.items()}
    ratio = best["connector"]["rows_per_s"] / best["plain"]["rows_per_s"]
    result = {**best, "ratio": round(ratio, 3), "same_bytes": same, "load": gauges.load()}
    _OUT.parent.mkdir(parents=True, exist_ok=True)
    _OUT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
