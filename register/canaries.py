"""Canaries in the register: which system finds its canary, and since when not."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from dsar.canaries import CanaryLook, CanaryState, after, changed
from dsar.evidence import instant
from register import doors
from register.database import Database
from register.tables import CANARIES, OUTBOX

_ALL = select(CANARIES).order_by(CANARIES.c.canary, CANARIES.c.system)


class CanaryBook:
    """The part of the register that knows whether the systems can still be believed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def canaries(self) -> tuple[CanaryState, ...]:
        """Return the canaries of the last round, by name and system."""
        return tuple(_state(row) for row in self._database.read(_ALL))

    def note_canaries(self, looks: Sequence[CanaryLook], at: datetime) -> None:
        """Write a whole round down: what was not looked for any more is forgotten. Repeatable.

        Each change is an event as well, so that the world hears of it.

        Raises:
            InputError: `key_invalid`, `instant_naive`.
        """
        doors.instant(at, "at")
        for look in looks:
            doors.look(look)

        def work(connection: Connection) -> None:
            known = tuple(_state(row) for row in connection.execute(_ALL))
            connection.execute(delete(CANARIES))
            for state in after(known, looks, at):
                connection.execute(insert(CANARIES), asdict(state))
            for look in changed(known, looks):
                connection.execute(insert(OUTBOX), {"case_id": "", "body": json.dumps(event(look, at))})

        self._database.write(work)


def event(look: CanaryLook, at: datetime) -> dict[str, Any]:
    """Tell a change as a CloudEvent (CloudEvents 1.0, structured JSON mode)."""
    what = "silent" if look.reason else "found"
    return {
        "specversion": "1.0",
        "id": f"canary/{look.canary}/{look.system}/{instant(at)}",
        "source": "dsar",
        "type": f"dsar.canary.{what}",
        "subject": f"canary/{look.canary}/{look.system}",
        "time": instant(at),
        "datacontenttype": "application/json",
        "data": {"canary": look.canary, "system": look.system, "reason": look.reason},
    }


def _state(row: Any) -> CanaryState:  # noqa: ANN401 - a row of a database
    return CanaryState(
        canary=row.canary,
        system=row.system,
        reason=row.reason,
        since_at=row.since_at,
        looked_at=row.looked_at,
    )
