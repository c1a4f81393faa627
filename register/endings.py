"""Chains whose time is over: removed with their case, a signed statement in their place."""

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from dsar.checkpoints import Damage, Ended
from dsar.evidence import instant
from dsar.ports import Judge, Signer
from register import doors
from register.database import Database
from register.tables import ANSWERS, CASES, CHALLENGES, DELIVERIES, ENDED, EVIDENCE, HOLDINGS, OUTBOX
from register.tables_of_batches import WAITING

# The case last: they refer to it.
_OF_A_CASE = (WAITING, EVIDENCE, HOLDINGS, ANSWERS, CHALLENGES, DELIVERIES, CASES)


class Endings:
    """The part of the register that forgets, and says what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def end(self, case_id: str, at: datetime, signer: Signer) -> bool:
        """Remove a case and its chain because their time is over; a signed statement stays in their place.

        Returns False if the case is not there (any more).

        Raises:
            InputError: `instant_naive`.
        """
        doors.instant(at, "at")
        sealed = select(CASES.c.entries, CASES.c.head).where(CASES.c.case_id == case_id).with_for_update()

        def work(connection: Connection) -> bool:
            row = connection.execute(sealed).one_or_none()
            if row is None:
                return False
            ended = Ended(case_id=case_id, entries=row.entries, hash=row.head, at=at)
            key, signature = signer.sign(ended.spelled())
            _replace(connection, ended, key, signature)
            return True

        return self._database.write(work)


def endings(connection: Connection, judge: Judge) -> Iterator[tuple[Ended, Damage | None]]:
    """Yield every statement, and what is wrong with it."""
    for row in connection.execute(select(ENDED)):
        said = Ended(case_id=row.case_id, entries=row.entries, hash=row.hash, at=row.at)
        refused = Damage(case_id=row.case_id, place=0, reason="ending_signature_refused")
        yield said, None if judge.believes(row.key, said.spelled(), row.signature) else refused


def _replace(connection: Connection, ended: Ended, key: str, signature: str) -> None:
    told = {"case_id": ended.case_id, "entries": ended.entries, "hash": ended.hash}
    connection.execute(insert(ENDED), {**told, "at": ended.at, "signature": signature, "key": key})
    for table in _OF_A_CASE:
        connection.execute(delete(table).where(table.c.case_id == ended.case_id))
    event = {
        "specversion": "1.0",
        "id": f"{ended.case_id}/ended",
        "source": "dsar",
        "type": "dsar.evidence.ended",
        "subject": ended.case_id,
        "time": instant(ended.at),
        "datacontenttype": "application/json",
        "data": {**json.loads(ended.spelled()), "signature": signature, "key": key},
    }
    connection.execute(insert(OUTBOX), {"case_id": ended.case_id, "body": json.dumps(event)})
