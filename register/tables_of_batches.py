"""The tables of deeds that wait for a vendor, and of what its month came to: beside the cases, without a key
to them.
"""

from datetime import date, datetime

from sqlmodel import Field

from register.tables import Table
from register.tables_of_budgets import METADATA

__all__ = ["IN_HAND", "METADATA", "MONTHS", "WAITING"]


class WaitingRow(Table, table=True):
    """A deed that waits, or, with an `outcome`, what was said to it. Not sent after `wanted_until`.

    `batch` is set while it is in somebody's hand. `requests` is a list of the vendor's ids, with spaces.
    """

    __tablename__ = "waiting"

    queue: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
    deed: str = Field(primary_key=True)
    keys: int
    due_on: date | None = None
    since_at: datetime
    wanted_until: datetime
    batch: str
    pack: str
    outcome: str
    job: str
    ready_after: float | None = None
    requests: str


class InHandRow(Table, table=True):
    """The batch of a queue that is in somebody's hand until then; an empty number: none is."""

    __tablename__ = "in_hand"

    queue: str = Field(primary_key=True)
    batch: str
    since_at: datetime
    until: datetime


class MonthRow(Table, table=True):
    """How many orders an account was given in one calendar month (UTC)."""

    __tablename__ = "months"

    account: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    orders: int


WAITING = METADATA.tables["waiting"]
IN_HAND = METADATA.tables["in_hand"]
MONTHS = METADATA.tables["months"]
