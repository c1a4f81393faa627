"""One case under its lock: where a fact, the change it proves and its event become one."""

import json
from dataclasses import replace
from functools import cache
from typing import Any, Self

from sqlalchemy import BindParameter, Connection, Update, bindparam, exists, insert, select, update

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
_ADD_ENTRY = insert(EVIDENCE).values(
    {column.name: bindparam(f"entry_{column.name}") for column in EVIDENCE.c}
)
_ADD_EVENT = insert(OUTBOX).inline().values(case_id=bindparam("event_case_id"), body=bindparam("event_body"))


@cache
def _seal(names: tuple[str, ...]) -> Update:
    """Return the statement that changes these columns of a case."""
    columns: dict[str, BindParameter[Any]] = {name: bindparam(f"case_{name}") for name in names}
    return update(CASES).where(CASES.c.case_id == bindparam("this_case")).values(columns)


@cache
def _at_once(names: tuple[str, ...]) -> Update:
    """Return the three writes as one statement: on PostgreSQL it costs a third less than three journeys."""
    return _seal(names).add_cte(_ADD_ENTRY.cte("entry"), _ADD_EVENT.cte("event"))


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
            raise InputError(
                "case_unknown", "there is no such case; `list` shows those there are", field="case_id"
            )
        return None if row.known else cls(connection, case_id, row.entries, row.head)

    def append(self, fact: Fact, change: Change = Change()) -> None:  # noqa: B008 - frozen, as in the port
        """Write the fact, its change and its event.

        Raises:
            InputError: the fact cannot be kept (see `doors.facts`).
        """
        spelled = doors.facts(fact)
        entry = self._next(replace(fact, facts=json.loads(spelled)))
        event = {"case_id": entry.case_id, "body": json.dumps(facts.cloud_event(entry, change))}
        sealed = {"entries": entry.seq, "head": entry.hash, **facts.changed(change)}
        self._write(_named("entry", _values(entry, spelled)), _named("event", event), sealed)
        self._entries, self._head = entry.seq, entry.hash

    def _write(self, entry: dict[str, Any], event: dict[str, Any], sealed: dict[str, Any]) -> None:
        names = tuple(sealed)
        case = {"this_case": self._case_id, **_named("case", sealed)}
        if self._connection.dialect.name == "sqlite":  # has no writing WITH, and no journeys to save
            self._connection.execute(_ADD_ENTRY, entry)
            self._connection.execute(_ADD_EVENT, event)
            self._connection.execute(_seal(names), case)
        else:
            self._connection.execute(_at_once(names), entry | event | case)

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


def _named(what: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{what}_{name}": value for name, value in values.items()}


def _values(entry: Entry, spelled: str) -> dict[str, Any]:
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
