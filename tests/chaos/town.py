"""Everybody's rows in three systems, before and after: who may be missing, and who must not be."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from rehearsal.people import Person

SYSTEMS = ("crm", "shop", "support")
_STAYS = ("orders", "order_lines", "payments")  # six years by UK law: see policy/erasure.yaml
_GOES = {
    "people": 0,
    "addresses": 1,
    "notes": 1,
    "conversations": 1,
}  # and in which column stands whose it is

Rows = dict[tuple[str, str], list[Any]]


class Town:
    """Everybody's rows as they were, and whose erasure has begun since."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._kept, self._going = self._rows(_STAYS), self._rows(_GOES)
        self.begun: list[Person] = []

    def stands(self) -> None:
        """Nothing is erased that should stay: no bookkeeping, and nobody who did not ask."""
        asked = {person.number for person in self.begun}
        assert self._kept == self._rows(_STAYS), "what a duty keeps was touched"
        assert _without(asked, self._going) == _without(asked, self._rows(_GOES)), (
            "another's rows were touched"
        )

    def is_rid_of(self, person: Person) -> None:
        """Nothing is kept unnoticed: no row that should go, and the address nowhere in the three files."""
        going = {name: found for name, found in self._rows(_GOES).items() if name[1] != "people"}
        assert going == _without({person.number}, going)
        for system in SYSTEMS:
            with self._opened(system) as database:
                assert not [line for line in database.iterdump() if person.email in line]

    def _rows(self, tables: Iterable[str]) -> Rows:
        found = {}
        for system in SYSTEMS:
            with self._opened(system) as database:
                for table in tables:
                    query = f"select * from {table}"  # noqa: S608  # our own names
                    found[system, table] = database.execute(query).fetchall()
        return found

    def _opened(self, system: str) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self._directory / f"{system}.db"))


def _without(asked: set[int], found: Rows) -> Rows:
    return {
        (system, table): [row for row in rows if row[_GOES[table]] not in asked]
        for (system, table), rows in found.items()
    }
