"""Cases: opened once, changed by facts, and forgotten when their person is."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, or_, select, text, update

from dsar.case import RightsRequest
from dsar.errors import InputError
from dsar.evidence import GENESIS, Fact
from dsar.ports import CaseRecord, Change, Opened
from dsar.vocabulary import Channel, Outcome, Requester, Right, Status
from register import doors, facts
from register.chain import Chain
from register.database import Database
from register.tables import CASES, CHALLENGES, DELIVERIES

_ALL = select(CASES).order_by(CASES.c.opened_at, CASES.c.case_id)
_NEWEST = select(CASES).order_by(CASES.c.opened_at.desc(), CASES.c.case_id.desc())
_ONE = select(CASES).where(CASES.c.case_id == bindparam("case_id"))
_OPEN = _ALL.where(CASES.c.closed_at.is_(None))
_UNSTARTED = _OPEN.where(CASES.c.started.is_(False))
_KNOWN = select(CASES).where(
    or_(CASES.c.intake_key == bindparam("intake_key"), CASES.c.case_id == bindparam("case_id"))
)
_SAME = _NEWEST.where(CASES.c.fingerprint == bindparam("fingerprint"), CASES.c.right == bindparam("right"))
_OF_SUBJECT = _NEWEST.where(CASES.c.subject_id == bindparam("subject"), CASES.c.fingerprint.is_not(None))
_SUBJECT = (
    select(CASES.c.subject_id)
    .where(CASES.c.fingerprint == bindparam("fingerprint"))
    .order_by(CASES.c.opened_at, CASES.c.case_id)
    .limit(1)
)


class Cases:
    """The part of the register that knows which cases there are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_case(self, request: RightsRequest, *, fingerprint: str, intake_key: str, at: datetime) -> Opened:
        """Write a new case, or return the one that this `intake_key` opened before.

        Raises:
            InputError: `case_known` (that id belongs to another intake), or see `doors.request`.
        """
        doors.digest(fingerprint, "fingerprint")
        doors.key(intake_key, "intake_key")
        values = _values(doors.request(request), fingerprint, intake_key, doors.instant(at, "at"))

        def work(connection: Connection) -> Opened:
            asked = {"intake_key": intake_key, "case_id": request.case_id}
            if rows := connection.execute(_KNOWN, asked).all():
                return _opened_before(rows, intake_key)
            connection.execute(insert(CASES), values)
            Chain(connection, request.case_id, 0, GENESIS).append(facts.opened(request, at))
            record = CaseRecord(request=request, status=Status.RECEIVED, opened_at=at)
            return Opened(record=record, created=True)

        return self._database.write(work)

    def record(self, case_id: str, fact: Fact, change: Change = Change()) -> bool:  # noqa: B008 - frozen
        """Write a fact and its change once. Returns False, and changes nothing, if its key is known.

        Raises:
            InputError: `case_unknown`, or see `doors.facts`.
        """
        if change.closed_at:
            doors.instant(change.closed_at, "closed_at")

        def work(connection: Connection) -> bool:
            chain = Chain.lock(connection, case_id, fact.key)
            if chain:
                chain.append(fact, change)
            return chain is not None

        return self._database.write(work)

    def case(self, case_id: str) -> CaseRecord:
        """Return one case.

        Raises:
            InputError: `case_unknown`.
        """
        found = self._records(_ONE, case_id=case_id)
        if not found:
            raise InputError(
                "case_unknown", "there is no such case; `list` shows those there are", field="case_id"
            )
        return found[0]

    def cases(self, *, open_only: bool = False) -> tuple[CaseRecord, ...]:
        """Return all cases, or those that are not closed, in the order in which they were opened."""
        return self._records(_OPEN if open_only else _ALL)

    def unstarted(self) -> tuple[RightsRequest, ...]:
        """Cases that were written but whose workflow is not known to run, oldest first."""
        return tuple(record.request for record in self._records(_UNSTARTED))

    def same_subject(self, fingerprint: str, right: Right) -> tuple[CaseRecord, ...]:
        """Earlier cases of the same person for the same right, newest first."""
        return self._records(_SAME, fingerprint=doors.digest(fingerprint, "fingerprint"), right=right.value)

    def subject_of(self, fingerprint: str) -> str | None:
        """The `sub_…` id that this fingerprint has, if it was seen before."""
        rows = self._database.read(_SUBJECT, {"fingerprint": doors.digest(fingerprint, "fingerprint")})
        return rows[0].subject_id if rows else None

    def of_subject(self, subject_id: str) -> tuple[CaseRecord, ...]:
        """Every case of one person, of any right, newest first; none that has forgotten its person."""
        return self._records(_OF_SUBJECT, subject=subject_id)

    def forget_subject(self, case_id: str, fact: Fact) -> bool:
        """Drop what ties a case that is being shredded to its person: fingerprint, their id, codes and links.
        By the id, another case of theirs that is not shredded would say who it was.

        On SQLite the write-ahead log is emptied as well. On PostgreSQL the bytes go with the next VACUUM.
        """

        def work(connection: Connection) -> bool:
            chain = Chain.lock(connection, case_id, fact.key)
            if chain:
                for table in (CHALLENGES, DELIVERIES):
                    connection.execute(delete(table).where(table.c.case_id == case_id))
                nobody = {"fingerprint": None, "subject_id": ""}
                connection.execute(update(CASES).where(CASES.c.case_id == case_id).values(nobody))
                chain.append(fact)
            return chain is not None

        forgotten = self._database.write(work)
        if self._database.is_sqlite:
            self._database.read(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        return forgotten

    def _records(self, statement: Select[Any], **values: str) -> tuple[CaseRecord, ...]:
        return tuple(_record(row) for row in self._database.read(statement, values))


def _opened_before(rows: Any, intake_key: str) -> Opened:  # noqa: ANN401 - rows of a database
    for row in rows:
        if row.intake_key == intake_key:
            return Opened(record=_record(row), created=False)
    raise InputError("case_known", "give each request an id of its own", field="case_id")


def _values(request: RightsRequest, fingerprint: str, intake_key: str, at: datetime) -> dict[str, Any]:
    return {
        "case_id": request.case_id,
        "subject_id": request.subject_id,
        "right": request.right.value,
        "regime": request.regime,
        "received_at": request.received_at,
        "received_on": request.received_on,
        "channel": request.channel.value,
        "requester": request.requester.value,
        "owner": request.owner,
        "locale": request.locale,
        "intake_key": intake_key,
        "fingerprint": fingerprint,
        "status": Status.RECEIVED.value,
        "opened_at": at,
        "started": False,
        "entries": 0,
        "head": GENESIS,
    }


def _record(row: Row[Any]) -> CaseRecord:
    request = RightsRequest(
        case_id=row.case_id,
        subject_id=row.subject_id,
        right=Right(row.right),
        regime=row.regime,
        received_at=row.received_at,
        received_on=row.received_on,
        channel=Channel(row.channel),
        requester=Requester(row.requester),
        owner=row.owner,
        locale=row.locale,
    )
    return CaseRecord(
        request=request,
        status=Status(row.status),
        opened_at=row.opened_at,
        due_on=row.due_on,
        started=row.started,
        outcome=Outcome(row.outcome) if row.outcome else None,
        closed_at=row.closed_at,
    )
