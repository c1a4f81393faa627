"""The suppression list in the register: fingerprints that must not come back, whoever opened the case."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from dsar.deeds import Purpose
from dsar.evidence import Fact
from dsar.suppression import Suppressed
from dsar.vocabulary import IdentifierKind
from register import doors
from register.chain import Chain
from register.database import Database
from register.tables import SUPPRESSION

_ALL = select(SUPPRESSION).order_by(SUPPRESSION.c.since_at, SUPPRESSION.c.fingerprint, SUPPRESSION.c.purpose)
_OF = _ALL.where(SUPPRESSION.c.fingerprint == bindparam("fingerprint"))


class SuppressionList:
    """The part of the register that knows who must be left in peace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def suppress(self, case_id: str, lines: Sequence[Suppressed], fact: Fact) -> bool:
        """Put lines on the list, once. One that stands there already stays as it is.

        Raises:
            InputError: `case_unknown`, or see `doors.suppressed` and `doors.facts`.
        """
        wanted = {(line.fingerprint, line.purpose): _values(doors.suppressed(line)) for line in lines}

        def work(connection: Connection) -> bool:
            chain = Chain.lock(connection, case_id, fact.key)
            if chain is None:
                return False
            for (fingerprint, purpose), values in wanted.items():
                rows = connection.execute(_OF, {"fingerprint": fingerprint})
                if purpose not in {row.purpose for row in rows}:
                    connection.execute(insert(SUPPRESSION), values)
            chain.append(fact)
            return True

        return self._database.write(work)

    def suppressed(self, fingerprint: str = "") -> tuple[Suppressed, ...]:
        """Return the list, or its lines with that fingerprint, oldest first.

        Raises:
            InputError: `digest_invalid`.
        """
        if not fingerprint:
            return tuple(_line(row) for row in self._database.read(_ALL))
        asked = {"fingerprint": doors.digest(fingerprint, "fingerprint")}
        return tuple(_line(row) for row in self._database.read(_OF, asked))


def _values(line: Suppressed) -> dict[str, Any]:
    return {
        "fingerprint": line.fingerprint,
        "purpose": line.purpose.value,
        "kind": line.kind.value,
        "case_id": line.case_id,
        "since_at": line.since_at,
    }


def _line(row: Any) -> Suppressed:  # noqa: ANN401 - a row of a database
    return Suppressed(
        fingerprint=row.fingerprint,
        kind=IdentifierKind(row.kind),
        purpose=Purpose(row.purpose),
        case_id=row.case_id,
        since_at=row.since_at,
    )
