"""The tables of what is asked of vendors: beside the cases, and without any key to them."""

from datetime import datetime

from sqlmodel import Field

from register.tables import METADATA, Table

__all__ = ["ACCOUNTS", "LEASES", "METADATA"]


class AccountRow(Table, table=True):
    """An account at a vendor. Nothing is leased before `held_until`; `wisher` found no place and is next."""

    __tablename__ = "accounts"

    account: str = Field(primary_key=True)
    held_until: datetime
    wisher: str
    wished_until: datetime


class LeaseRow(Table, table=True):
    """Leave for some calls to an account, begun before `until`. `abreast` is zero when all have ended."""

    __tablename__ = "leases"

    number: str = Field(primary_key=True)
    account: str = Field(index=True)
    calls: int
    abreast: int
    until: datetime


ACCOUNTS = METADATA.tables["accounts"]
LEASES = METADATA.tables["leases"]
