"""One case under its lock: where a fact, the change it proves and its event become one."""

import json
from dataclasses import replace
from typing import Any, Self

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from dsar.errors import InputError
from dsar.evidence import Entry, Fact, hash_of
from dsar.ports import Change
from register import doors, facts
from register.tables import CASES, EVIDENCE, OUTBOX

_KNOWN = exists().where(EVIDENCE.c.case_id == bindparam("case_id"), EVIDENCE.c.key == bindparam("key"))
_LOCK = (
    select(CASES.c.entries, CASES.c.head, _KNOWN.label("known"))
    .where(CASES.c.case_id == bindparam("case_id"))
    .with_for_update(of=CASES)
)
_ADD_ENTRY = insert(EVIDENCE)
_ADD_EVENT = insert(OUTBOX).inline()  # nobody asks which position it got
_CASE = CASES.c.case_id == bindparam("this_case")


class Chain:
    """The chain of one case, which nobody else can lengthen until this transaction ends.

    PostgreSQL holds the case's row, SQLite the whole file. Should a lock ever fail, two writers would
    claim the same place or key, and the tables' constraints refuse the later one, which then tries again.
    """

    def __init__(self, connection: Connection, case_id: str, entries: int, head: str) -> None:
        self._connection = connection
        self._case_id = case_id
        self._entries = entries
        self._head = head

    @classmethod
    def lock(cls, connection: Connection, case_id: str, key: str) -> Self | None:
        """Wait for the case and return its chain, or None if a fact with this key is in it.

        Raises:
            InputError: `case_unknown`.
        """
        row = connection.execute(_LOCK, {"case_id": case_id, "key": key}).one_or_none()
        if row is None:
            raise InputError("case_unknown", "see the open cases with 'list'", field="case_id")
        return None if row.known else cls(connection, case_id, row.entries, row.head)

    def append(self, fact: Fact, change: Change = Change()) -> None:  # noqa: B008 - frozen, as in the port
        """Write the fact, its change and its event.

        Raises:
            InputError: the fact cannot be kept (see `doors.facts`).
        """
        spelled = doors.facts(fact)
        entry = self._next(replace(fact, facts=json.loads(spelled)))
        self._connection.execute(_ADD_ENTRY, _entry_values(entry, spelled))
        event = json.dumps(facts.cloud_event(entry, change))
        self._connection.execute(_ADD_EVENT, {"case_id": self._case_id, "body": event})
        sealed = {"entries": entry.seq, "head": entry.hash, **facts.changed(change)}
        self._connection.execute(update(CASES).where(_CASE), {"this_case": self._case_id, **sealed})
        self._entries, self._head = entry.seq, entry.hash

    def _next(self, fact: Fact) -> Entry:
        seq = self._entries + 1
        return Entry(
            case_id=self._case_id,
            seq=seq,
            key=fact.key,
            kind=fact.kind,
            at=fact.at,
            facts=fact.facts,
            previous=self._head,
            hash=hash_of(self._case_id, seq, fact, self._head),
        )


def _entry_values(entry: Entry, spelled: str) -> dict[str, Any]:
    return {
        "case_id": entry.case_id,
        "seq": entry.seq,
        "key": entry.key,
        "kind": entry.kind.value,
        "at": entry.at,
        "facts": spelled,
        "previous": entry.previous,
        "hash": entry.hash,
    }
