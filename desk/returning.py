"""Repeating erasures after a restore from back-up (LAW ERA-05)."""

from datetime import date

from desk.desk import Desk
from dsar.errors import InputError
from dsar.orders import Replayed, SweepOrder
from dsar.vocabulary import Role
from workflows.returning import DsarReplay


async def replay(desk: Desk, since: str, *, by: str) -> Replayed:
    """Repeat every erasure that ended on or after the day of the back-up, and look whether it holds.

    Raises:
        InputError: `day_malformed`, or `role_refused` unless the DPO asks.
        TemporaryError: Temporal cannot be reached.
    """
    try:
        day = date.fromisoformat(since)
    except ValueError:
        raise InputError("day_malformed", "write a date as 2026-11-01", field="since") from None
    if desk.role(by, Role.DPO) is not Role.DPO:
        raise InputError("role_refused", "only the DPO may repeat erasures", field="by")
    return await desk.carry_out(
        DsarReplay.run, f"replay/{day}", SweepOrder(at=desk.now(), since=day, by=by), Replayed()
    )
