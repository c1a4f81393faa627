"""One person's erasure over five PostgreSQL tables: the connector against plain set-based SQL, side by side.

    python -m bench.erasing              1,000 and 200,000 rows, three people each, in turns
    python -m bench.erasing --people 1   a quicker look

Both sides do the same to the same shop: by `rows` every row goes, children first; by `columns` rows stay and
what names the person is emptied. Both look afterwards whether anything is left. The engine's side is all that
a worker asks of the connector: the dry run, the deed with its guard against a plan that was outgrown, the
second look and the search with frozen identifiers. The plain side is one transaction, and a count per table.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import yaml

from bench import gauges, shop
from connectors import sql
from dsar.deeds import Verdict
from dsar.person import Identifier, Identity
from dsar.vocabulary import IdentifierKind

_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"
_OUT = Path(__file__).parent / "out" / "erasing.json"
_TABLES = ("payments", "visits", "orders", "addresses", "customers")
_COLUMNS = {
    "payments": ("card_holder", "card_last4"),
    "visits": ("ip_address", "user_agent", "page_url"),
    "orders": ("delivery_note",),
    "addresses": ("street", "city", "postcode"),
    "customers": ("email", "full_name", "phone", "birth_date"),
}
_OF_PERSON = {
    "payments": "order_id IN (SELECT id FROM orders WHERE customer_id = %(id)s)",
    "visits": "customer_id = %(id)s",
    "orders": "customer_id = %(id)s",
    "addresses": "customer_id = %(id)s",
    "customers": "id = %(id)s",
}
_HUGE_ROWS = {"addresses": 2, "orders": 20_000, "payments": 20_000, "visits": 159_997}
WAYS = ("rows", "columns")


def kinds(people: int) -> dict[str, shop.Kind]:
    """Return the kinds of customers, by their rows: enough people that nobody is erased twice."""
    many = 2 * len(WAYS) * people
    medium = {name: getattr(shop.MEDIUM, name) for name in _HUGE_ROWS}
    return {
        "1,000": shop.Kind(50_001, many, **medium),
        "200,000": shop.Kind(60_001, many, **_HUGE_ROWS),
    }


def written_map(folder: Path, way: str) -> Path:
    """Write the shop's data map with what erasing means."""
    told = yaml.safe_load(yaml.safe_dump(dict(shop.data_map())))
    for name, entry in told["collections"].items():
        entry["erase"] = "remove" if way == "rows" else dict.fromkeys(_COLUMNS[name])
    path = folder / f"{way}.map.yaml"
    path.write_text(yaml.safe_dump(told, sort_keys=False))
    return path


async def engine(system: Any, email: str) -> dict[str, float]:  # noqa: ANN401  # a connector that can erase
    """Erase one person as the worker does. Returns the seconds of each part."""
    asked = Identity(identifiers=(Identifier(kind=IdentifierKind.EMAIL, value=email),))
    findings = await system.find(asked)
    identity, took, began = asked.merged(findings.learned), {}, time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        took[name] = time.perf_counter() - began
        began = time.perf_counter()

    steps = await system.plan_erasure(identity)
    lap("plan")
    receipts = await system.erase(identity, steps)
    lap("erase")
    seen = await system.verify(identity, receipts)
    await system.find(identity)
    lap("verify")
    assert {one.verdict for one in seen} == {Verdict.VERIFIED}  # noqa: S101 - or the figures mean nothing
    return took


def plain(connection: psycopg.Connection[Any], person: int, way: str) -> dict[str, float]:
    """Erase one person with one statement per table, and count what is left."""
    began = time.perf_counter()
    with connection.transaction():
        for table in _TABLES:
            which = _OF_PERSON[table]
            emptied = ", ".join(f"{column} = NULL" for column in _COLUMNS[table])
            deed = f"DELETE FROM {table}" if way == "rows" else f"UPDATE {table} SET {emptied}"
            connection.execute(f"{deed} WHERE {which}", {"id": person})
    erased = time.perf_counter()
    for table in _TABLES:
        held = " OR ".join(f"{column} IS NOT NULL" for column in _COLUMNS[table]) if way != "rows" else "true"
        left = f"SELECT count(*) FROM {table} WHERE {_OF_PERSON[table]} AND ({held})"
        assert connection.execute(left, {"id": person}).fetchone() == (0,)  # noqa: S101 - as above
    return {"erase": erased - began, "verify": time.perf_counter() - erased}


async def measured(url: str, folder: Path, people: int) -> dict[str, dict[str, Any]]:
    """Return the figures by size and way."""
    found: dict[str, dict[str, Any]] = {}
    for size, kind in kinds(people).items():
        for place, way in enumerate(WAYS):
            settings = sql.Settings(url=url, write_url=url, map=written_map(folder, way))
            system = sql.connect("shop", settings)
            first = kind.first + place * 2 * people
            with psycopg.connect(url, autocommit=True) as connection:
                turns = [
                    (plain(connection, person, way), await engine(system, f"person{person + 1}@shop.example"))
                    for person in range(first, first + 2 * people, 2)
                ]
            await system.close()
            found[f"{size} rows, {way}"] = _told(*zip(*turns, strict=True))
    return found


def _told(plains: Sequence[Mapping[str, float]], engines: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    def of(turns: Sequence[Mapping[str, float]], pick: Callable[[Mapping[str, float]], float]) -> float:
        return round(median(map(pick, turns)), 4)

    sides = {"plain": plains, "engine": engines}
    told = {
        side: {"s": of(turns, lambda t: sum(t.values()))}
        | {f"{part}_s": of(turns, lambda t, part=part: t[part]) for part in turns[0]}  # type: ignore[misc]
        for side, turns in sides.items()
    }
    return told | {"ratio": round(told["engine"]["s"] / told["plain"]["s"], 2)}


def main() -> None:
    """Measure, print, and write `bench/out/erasing.json`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=3, help="how many are erased on each side")
    parser.add_argument("--out", type=Path, default=_OUT)
    asked = parser.parse_args()
    server = os.environ.get("DSAR_TEST_POSTGRES", _SERVER).replace("+psycopg", "")
    with shop.database(server) as url, tempfile.TemporaryDirectory(prefix="dsar-erasing-") as folder:
        shop.fill(url, (shop.SMALL, *kinds(asked.people).values()))
        figures = asyncio.run(measured(url, Path(folder), asked.people))
    told = {"machine": gauges.machine(server), "people": asked.people, "erasures": figures}
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(told, indent=2) + "\n")
    for name, one in figures.items():
        parts = ", ".join(f"{part[:-2]} {took:.3f}" for part, took in one["engine"].items() if part != "s")
        sides = f"plain {one['plain']['s']:.3f} s, engine {one['engine']['s']:.3f} s ({parts})"
        print(f"{name}: {sides}: {one['ratio']} times plain SQL")
    print(f"All figures are in {asked.out}.")


if __name__ == "__main__":
    main()
