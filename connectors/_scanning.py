"""Scanning a live database: a map proposed, a map held against it, the grants it needs. It only looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from connectors import _map_reading, _sql
from connectors._drift import Drift, drift
from connectors._grants import grants
from connectors._scan import Proposal, propose, written
from connectors._schema import read_schema

_SYSTEM = "scan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What a scan tells. Without a map: the `proposal` and its text. With one: how it has drifted."""

    text: str = ""
    proposal: Proposal | None = None
    drift: tuple[Drift, ...] = ()
    grants: tuple[str, ...] = ()


async def scan(
    url: str, *, data_map: Path | None = None, person: str = "", schemas: Sequence[str] = ()
) -> Scanned:
    """Look at a database. No value of any row is in what it returns.

    Raises:
        InputError: the URL or the map cannot be taken, or no table holds people (`person_unknown`).
        DsarError: by remedy, as every question to a database.
    """
    read = _map_reading.read(data_map) if data_map else None
    database = _sql.Database(_SYSTEM, url)

    def work(connection: sa.Connection) -> Scanned:
        schema = read_schema(connection, schemas)
        if read is None:
            proposal = propose(schema, person)
            return Scanned(proposal=proposal, text=written(proposal))
        found = drift(_SYSTEM, read, schema, sa.inspect(connection))
        return Scanned(drift=found, grants=grants(read, schema, connection.dialect))

    try:
        return await database.run(work)
    finally:
        await database.close()
