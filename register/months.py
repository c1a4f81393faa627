"""How many orders each account was given this month. The month is that of UTC, by the database's clock."""

from sqlalchemy import Connection, bindparam, insert, select, update

from dsar.budget import Month, month_of
from register import doors
from register.database import Database
from register.tables_of_batches import MONTHS

_THIS = (MONTHS.c.account == bindparam("which"), MONTHS.c.month == bindparam("name"))
_ORDERS = select(MONTHS.c.orders).where(*_THIS)
_ONE_MORE = update(MONTHS).where(*_THIS, MONTHS.c.orders < bindparam("most"))
_ONE_LESS = update(MONTHS).where(*_THIS, MONTHS.c.orders > 0).values(orders=MONTHS.c.orders - 1)


class Months:
    """The part of the register that no account is ordered from too often by."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_order(self, account: str, per_month: int) -> str:
        doors.key(account, "account")

        def work(connection: Connection) -> str:
            name = month_of(self._database.clock_of(connection))
            here = {"which": account, "name": name}
            if connection.execute(_ORDERS, here).one_or_none() is None:
                # Of two at once the later one is refused by the key, and tries again.
                connection.execute(insert(MONTHS), {"account": account, "month": name, "orders": 0})
            one_more = _ONE_MORE.values(orders=MONTHS.c.orders + 1)
            taken = connection.execute(one_more, {**here, "most": per_month})
            return name if taken.rowcount else ""

        return self._database.write(work)

    def give_back_order(self, account: str, month: str) -> None:
        here = {"which": account, "name": month}
        self._database.write(lambda connection: connection.execute(_ONE_LESS, here))

    def month(self, account: str, per_month: int) -> Month:
        def look(connection: Connection) -> Month:
            now = self._database.clock_of(connection)
            used = connection.execute(_ORDERS, {"which": account, "name": month_of(now)}).scalar()
            return Month(per_month=per_month, used=used or 0, at=now)

        return self._database.inspect(look)
