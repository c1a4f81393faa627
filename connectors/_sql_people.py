"""Who is meant: the rows of the person's own table that identifiers fit, and what they teach."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from connectors._reach import Layout
from connectors._values import Key
from dsar.person import Identifier, Identity


@dataclass(frozen=True, slots=True)
class Match:
    """A row of the person's own table: its key, and what it may teach other systems."""

    key: Key = field(repr=False)
    taught: tuple[Identifier, ...] = field(repr=False)


def matching(
    system: str, connection: sa.Connection, layout: Layout, identity: Identity, frozen: tuple[Key, ...]
) -> list[Match]:
    """Return the rows with the frozen keys, or without any, the rows that the identifiers truly fit."""
    statement = layout.people_by_key(frozen) if frozen else layout.people(identity)
    if statement is None:
        return []
    rows = connection.execute(statement).all()
    return [_match(system, layout, row) for row in rows if frozen or layout.truly_matches(row, identity)]


def _match(system: str, layout: Layout, row: sa.Row[Any]) -> Match:
    width = len(layout.map.home.key)
    taught = zip(layout.map.person.teaches, row[width:], strict=False)
    return Match(
        key=tuple(row[:width]),
        taught=tuple(
            Identifier(kind=kind, value=str(value), system=system)
            for kind, value in taught
            if value not in {None, ""}
        ),
    )
