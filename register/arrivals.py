"""Events that brought requests, known by keyed digests of their ids and of what they said."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from register import doors
from register.database import Database
from register.tables import ARRIVALS

_KNOWN = select(ARRIVALS.c.content).where(ARRIVALS.c.event == bindparam("known"))


class ArrivalBook:
    """The part of the register that takes no event for two. Keeps `dsar.ports.arrivals.Arrivals`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, event: str, content: str, at: datetime) -> bool:
        """Remember an event. False: it was here before and said something else.

        Raises:
            InputError: `digest_invalid`, `instant_naive`.
        """
        doors.digest(event, "event")
        row = {"event": event, "content": doors.digest(content, "content"), "at": doors.instant(at, "at")}

        def work(connection: Connection) -> bool:
            before = connection.execute(_KNOWN, {"known": event}).first()
            if before is None:  # of two at once the later one is refused by the key, and tries again
                connection.execute(insert(ARRIVALS), row)
            return before is None or before.content == content

        return self._database.write(work)

    def unclaim(self, event: str) -> None:
        """Forget an event that could not be taken, so that it may come again, put right."""
        gone = delete(ARRIVALS).where(ARRIVALS.c.event == event)
        self._database.write(lambda connection: connection.execute(gone))

    def forget_arrivals(self, before: datetime) -> int:
        """Remove what came before a moment. Returns how many went."""
        past = delete(ARRIVALS).where(ARRIVALS.c.at < before)
        return self._database.write(lambda connection: connection.execute(past).rowcount)
