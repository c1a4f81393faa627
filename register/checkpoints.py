"""Checkpoints as they are written: which chains grew, and the signed root over their heads."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, select

from dsar.checkpoints import Checkpoint, Head, Statement, following
from dsar.inclusion import Inclusion, included
from dsar.ports import Signer
from register.database import Database
from register.tables import CASES, CHECKPOINTS, HEADS, OUTBOX

_FIXED = exists().where(HEADS.c.case_id == CASES.c.case_id, HEADS.c.entries >= CASES.c.entries)
_GROWN = select(CASES.c.case_id, CASES.c.entries, CASES.c.head.label("hash")).where(~_FIXED)
_COVERED = select(HEADS.c.checkpoint).where(HEADS.c.case_id == bindparam("case_id"))
_COVERING = select(CHECKPOINTS).where(CHECKPOINTS.c.number.in_(_COVERED)).order_by(CHECKPOINTS.c.number)
_OF_ONE = select(HEADS.c.case_id, HEADS.c.entries, HEADS.c.hash).where(
    HEADS.c.checkpoint == bindparam("number")
)
_LAST = select(CHECKPOINTS).order_by(CHECKPOINTS.c.number.desc()).limit(1)


class Checkpoints:
    """The part of the register that fixes what stands in it. `register.audit` examines it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seal(self, at: datetime, signer: Signer) -> Checkpoint | None:
        """Write a checkpoint over each chain that grew since the last one; None if none did.

        An event tells it to the world, so that whoever received it can tell if the register ever forgets it.
        """

        def work(connection: Connection) -> Checkpoint | None:
            heads = [Head(**row._asdict()) for row in connection.execute(_GROWN)]
            if not heads:
                return None
            last = connection.execute(_LAST).one_or_none()
            statement = following(checkpoint_of(last).statement if last else None, heads, at)
            key, signature = signer.sign(statement.spelled())
            made = Checkpoint(statement=statement, signature=signature, key=key)
            _write(connection, made, heads)
            return made

        return self._database.write(work)

    def inclusions(self, case_id: str) -> tuple[Inclusion, ...]:
        """Return each checkpoint that covers a case, oldest first, with the proof that it does."""
        found = self._database.read(_COVERING, {"case_id": case_id})
        return tuple(self._inclusion(checkpoint_of(row), case_id) for row in found)

    def _inclusion(self, made: Checkpoint, case_id: str) -> Inclusion:
        rows = self._database.read(_OF_ONE, {"number": made.statement.number})
        return included(made, (Head(**row._asdict()) for row in rows), case_id)


def checkpoint_of(row: Any) -> Checkpoint:  # noqa: ANN401 - a row of a database
    """Return the checkpoint that a row holds."""
    statement = Statement(number=row.number, at=row.at, cases=row.cases, root=row.root, previous=row.previous)
    return Checkpoint(statement=statement, signature=row.signature, key=row.key)


def _write(connection: Connection, made: Checkpoint, heads: Sequence[Head]) -> None:
    said = made.statement
    values = {
        "number": said.number,
        "at": said.at,
        "cases": said.cases,
        "root": said.root,
        "previous": said.previous,
        "signature": made.signature,
        "key": made.key,
    }
    connection.execute(insert(CHECKPOINTS), values)
    rows = [
        {"case_id": h.case_id, "entries": h.entries, "hash": h.hash, "checkpoint": said.number} for h in heads
    ]
    connection.execute(insert(HEADS), rows)
    connection.execute(insert(OUTBOX), {"case_id": "", "body": json.dumps(made.event())})
