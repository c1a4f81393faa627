"""What is leased of each account at a vendor. One lock per account; the clock is the database's."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, update

from dsar.budget import ASK_AGAIN, LONGEST_CALL, Budget, Lease, Spent, leave
from register import doors
from register.database import Database
from register.tables_of_budgets import ACCOUNTS, LEASES

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_WISH_LASTS = 5 * ASK_AGAIN
_ACCOUNT = select(ACCOUNTS).where(ACCOUNTS.c.account == bindparam("which")).with_for_update()
_THIS = ACCOUNTS.c.account == bindparam("which")


class Budgets:
    """The part of the register that no vendor is asked too fast by. Keeps `dsar.ports.ledger.Ledger`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease_calls(self, account: str, budget: Budget, holder: str, want: int) -> Lease | timedelta:
        doors.key(account, "account")

        def work(connection: Connection) -> Lease | timedelta:
            self._lock(connection, account)
            # Not before the lock: others may have had it for a while.
            now = self._database.clock_of(connection)
            found = leave(budget, _spent(connection, account, budget, holder, now), want, now)
            if isinstance(found, timedelta):
                if found == ASK_AGAIN:
                    _wish(connection, account, holder, now)
                return found
            given = Lease(number=secrets.token_hex(8), calls=found[0], abreast=found[1], lasts=budget.lasts)
            _write(connection, account, given, holder, now)
            return given

        return self._database.write(work)

    def give_back_calls(self, lease: Lease) -> None:
        ended = update(LEASES).where(LEASES.c.number == lease.number).values(abreast=0)
        self._database.write(lambda connection: connection.execute(ended))

    def hold_calls(self, account: str, wait: timedelta) -> None:
        def work(connection: Connection) -> None:
            held = self._lock(connection, account)
            until = max(held, self._database.clock_of(connection) + wait)
            connection.execute(update(ACCOUNTS).where(_THIS).values(held_until=until), {"which": account})

        self._database.write(work)

    def _lock(self, connection: Connection, account: str) -> datetime:
        """Let nobody else at this account until we are done. Returns until when it is held."""
        row = connection.execute(_ACCOUNT, {"which": account}).one_or_none()
        if row is None:  # of two at once the later one is refused by the key, and tries again
            fresh = {"held_until": _LONG_AGO, "wisher": "", "wished_until": _LONG_AGO}
            connection.execute(insert(ACCOUNTS), {"account": account, **fresh})
        return row.held_until if row else _LONG_AGO


def _spent(connection: Connection, account: str, budget: Budget, holder: str, now: datetime) -> Spent:
    mine, since = LEASES.c.account == account, now - budget.counts
    over = LEASES.c.until < now - max(budget.counts, LONGEST_CALL)
    connection.execute(delete(LEASES).where(mine, over))
    counts, runs = LEASES.c.until > since, LEASES.c.until > now - LONGEST_CALL
    sums = select(
        func.coalesce(func.sum(case((counts, LEASES.c.calls), else_=0)), 0).label("calls"),
        func.min(case((counts, LEASES.c.until))).label("oldest"),
        func.coalesce(func.sum(case((runs, LEASES.c.abreast), else_=0)), 0).label("abreast"),
    ).where(mine)
    row = connection.execute(sums).one()
    known = connection.execute(_ACCOUNT, {"which": account}).one()
    return Spent(
        calls=row.calls,
        oldest_at=row.oldest,
        abreast=row.abreast,
        held_until_at=known.held_until,
        behind=known.wisher not in {"", holder} and known.wished_until > now,
    )


def _wish(connection: Connection, account: str, holder: str, now: datetime) -> None:
    """Stand next in line, unless somebody does: who has just had a place may not take it again first."""
    free = ACCOUNTS.c.wisher.in_(["", holder]) | (ACCOUNTS.c.wished_until <= now)
    stand = update(ACCOUNTS).where(_THIS, free).values(wisher=holder, wished_until=now + _WISH_LASTS)
    connection.execute(stand, {"which": account})


def _write(connection: Connection, account: str, given: Lease, holder: str, now: datetime) -> None:
    row = {"number": given.number, "account": account, "calls": given.calls, "abreast": given.abreast}
    connection.execute(insert(LEASES), {**row, "until": now + given.lasts})
    served = update(ACCOUNTS).where(_THIS, ACCOUNTS.c.wisher == holder).values(wisher="")
    connection.execute(served, {"which": account})
