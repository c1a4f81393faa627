"""One-time codes and links, as keyed digests: set, tried a bounded number of times, remembered."""

import hmac
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from dsar.errors import InputError
from dsar.evidence import Fact
from dsar.identity import Challenge, CodeResult, attempt
from register import doors, facts
from register.chain import Chain
from register.database import Database
from register.tables import CHALLENGES, DELIVERIES

_CHALLENGE = select(CHALLENGES).where(
    CHALLENGES.c.case_id == bindparam("case_id"), CHALLENGES.c.purpose == bindparam("purpose")
)
_SAME = (CHALLENGES.c.case_id == bindparam("case"), CHALLENGES.c.purpose == bindparam("of"))
_DELIVERY = select(DELIVERIES).where(DELIVERIES.c.token_digest == bindparam("token_digest"))
_NO_LINK = delete(DELIVERIES).where(DELIVERIES.c.case_id == bindparam("case"))


class Challenges:
    """The part of the register that knows which code was set and how often it was guessed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_challenge(self, case_id: str, purpose: str, challenge: Challenge, fact: Fact) -> bool:
        """Set a new code in the place of the earlier one. Returns False, and changes nothing, if the fact
        is known, or if the identity code is locked: asking for a new code never reopens it. A locked
        delivery code may be replaced, because only the engine sets it and only the person receives it.

        Raises:
            InputError: `case_unknown`, `purpose_unknown`, `digest_invalid`, or see `doors.facts`.
        """
        doors.digest(challenge.digest, "digest")
        doors.instant(challenge.expires_at, "expires_at")
        case = {"case_id": case_id, "purpose": doors.purpose(purpose)}

        def work(connection: Connection) -> bool:
            chain = Chain.lock(connection, case_id, fact.key)
            earlier = connection.execute(_CHALLENGE, case).one_or_none()
            if chain is None or (earlier and purpose == "identity" and _challenge(earlier).locked):
                return False
            connection.execute(delete(CHALLENGES).where(*_SAME), {"case": case_id, "of": purpose})
            values = {**case, "round": (earlier.round if earlier else 0) + 1, **_state(challenge)}
            connection.execute(insert(CHALLENGES), {**values, "digest": challenge.digest})
            chain.append(fact)
            return True

        return self._database.write(work)

    def challenge(self, case_id: str, purpose: str) -> Challenge | None:
        """Return the code that is set, as a digest."""
        asked = {"case_id": case_id, "purpose": doors.purpose(purpose)}
        rows = self._database.read(_CHALLENGE, asked)
        return _challenge(rows[0]) if rows else None

    def try_challenge(self, case_id: str, purpose: str, digest: str, at: datetime) -> CodeResult:
        """Compare in constant time, count the attempt and write its evidence, all in one transaction.

        Raises:
            InputError: `case_unknown`, `purpose_unknown`, `digest_invalid` or `instant_naive`.
        """
        doors.digest(digest, "digest")
        doors.instant(at, "at")
        case = {"case_id": case_id, "purpose": doors.purpose(purpose)}

        def work(connection: Connection) -> CodeResult:
            Chain.lock(connection, case_id, "")
            row = connection.execute(_CHALLENGE, case).one_or_none()
            before = _challenge(row) if row else None
            matches = before is not None and hmac.compare_digest(before.digest, digest)
            after, result = attempt(before, matches=matches, now=at)
            if row is None or after is None:
                return result
            connection.execute(
                update(CHALLENGES).where(*_SAME), {"case": case_id, "of": purpose, **_state(after)}
            )
            for fact in facts.attempted(purpose, row.round, after, result, at):
                if chain := Chain.lock(connection, case_id, fact.key):
                    chain.append(fact)
            return result

        return self._database.write(work)


class Deliveries:
    """The part of the register that knows under which links answers may be fetched."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def offer_delivery(self, case_id: str, token_digest: str, expires_at: datetime, fact: Fact) -> bool:
        """Remember under which link an answer may be fetched. Earlier links of the case lead nowhere from now
        on: they were lost, or somebody else has them, who could lock the new one with wrong codes.

        Raises:
            InputError: `case_unknown`, `token_known` (that link was offered before), `digest_invalid`,
                `instant_naive`, or see `doors.facts`.
        """
        doors.digest(token_digest, "token_digest")
        doors.instant(expires_at, "expires_at")

        def work(connection: Connection) -> bool:
            chain = Chain.lock(connection, case_id, fact.key)
            if chain is None:
                return False
            if connection.execute(_DELIVERY, {"token_digest": token_digest}).one_or_none():
                raise InputError("token_known", "make a new link for each offer", field="token_digest")
            values = {"token_digest": token_digest, "case_id": case_id, "expires_at": expires_at}
            connection.execute(_NO_LINK, {"case": case_id})
            connection.execute(insert(DELIVERIES), values)
            chain.append(fact)
            return True

        return self._database.write(work)

    def delivery(self, token_digest: str) -> tuple[str, datetime] | None:
        """Return (case id, expiry) of the link with that digest."""
        doors.digest(token_digest, "token_digest")
        rows = self._database.read(_DELIVERY, {"token_digest": token_digest})
        return (rows[0].case_id, rows[0].expires_at) if rows else None


def _state(challenge: Challenge) -> dict[str, Any]:
    return {
        "expires_at": challenge.expires_at,
        "attempts": challenge.attempts,
        "accepted": challenge.accepted,
    }


def _challenge(row: Row[Any]) -> Challenge:
    return Challenge(
        digest=row.digest, expires_at=row.expires_at, attempts=row.attempts, accepted=row.accepted
    )
