"""Evidence and events as they are read: in the order in which they were written."""

import json
from typing import Any

from sqlalchemy import Connection, bindparam, outerjoin, select, text

from dsar.errors import InputError, OperatorError
from dsar.evidence import Entry, EvidenceKind, Verification, verify_sealed
from dsar.ports import OutboxEvent
from register.database import Database
from register.tables import CASES, EVIDENCE, OUTBOX

_ENTRIES = select(EVIDENCE).where(EVIDENCE.c.case_id == bindparam("case_id")).order_by(EVIDENCE.c.seq)
# One statement, so that seal and entries are of the same moment.
_SEALED = (
    select(CASES.c.entries.label("sealed_entries"), CASES.c.head.label("sealed_head"), EVIDENCE)
    .select_from(outerjoin(CASES, EVIDENCE, CASES.c.case_id == EVIDENCE.c.case_id))
    .where(CASES.c.case_id == bindparam("case_id"))
    .order_by(EVIDENCE.c.seq)
)
_EVENTS = (
    select(OUTBOX)
    .where(OUTBOX.c.position > bindparam("after"))
    .order_by(OUTBOX.c.position)
    .limit(bindparam("most"))
)


class EvidenceLog:
    """The part of the register that proves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def evidence(self, case_id: str) -> tuple[Entry, ...]:
        """Return the chain of a case, first entry first.

        Raises:
            OperatorError: `row_unreadable`: an entry is none that the register wrote.
        """
        rows = self._database.read(_ENTRIES, {"case_id": case_id})
        return tuple(entry_of(row) for row in rows)

    def verify_evidence(self, case_id: str) -> Verification:
        """Recompute the chain and compare it with the sealed length and end.

        Whoever may write to the database may also rewrite the seal. The events that went out carry each
        entry's hash, so that whoever received them can still tell.

        Raises:
            InputError: `case_unknown`.
        """
        try:
            rows = self._database.read(_SEALED, {"case_id": case_id})
            entries = [entry_of(row) for row in rows if row.seq is not None]
        except OperatorError as error:
            if error.reason != "row_unreadable":
                raise
            return Verification(whole=False, entries=0, reason="entry_unreadable")
        if not rows:
            raise InputError(
                "case_unknown", "there is no such case; `list` shows those there are", field="case_id"
            )
        return verify_sealed(entries, count=rows[0].sealed_entries, head=rows[0].sealed_head)


class Outbox:
    """The part of the register that tells the world."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def events(self, *, after: int = 0, limit: int = 100) -> tuple[OutboxEvent, ...]:
        """Return the events after a position, in order. No event appears later before one returned now.

        PostgreSQL gives positions before it commits, so a later one can be seen first. The lock waits
        until those that write now are done: a reader who keeps the last position misses nothing. Others
        queue behind the lock, so it waits two seconds at most.

        Raises:
            TemporaryError: `busy`: somebody writes for longer; ask again.
        """
        asked = {"after": after, "most": limit}

        def work(connection: Connection) -> tuple[Any, ...]:
            connection.execute(text("SET LOCAL lock_timeout = '2s'"))
            connection.execute(text("LOCK TABLE outbox IN SHARE MODE"))
            return tuple(connection.execute(_EVENTS, asked))

        rows = self._database.read(_EVENTS, asked) if self._database.is_sqlite else self._database.write(work)
        return tuple(
            OutboxEvent(position=row.position, case_id=row.case_id, body=json.loads(row.body)) for row in rows
        )


def entry_of(row: Any) -> Entry:  # noqa: ANN401 - a row of a database
    """Return the entry that a row holds.

    Raises:
        OperatorError: `row_unreadable`: the register did not write it.
    """
    try:
        return Entry(
            case_id=row.case_id,
            seq=row.seq,
            key=row.key,
            kind=EvidenceKind(row.kind),
            at=row.at,
            facts=json.loads(row.facts),
            previous=row.previous,
            hash=row.hash,
        )
    except ValueError:
        raise OperatorError("register", "row_unreadable") from None
