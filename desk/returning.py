"""After a restore from back-up: erasures are repeated (LAW ERA-05), corrections are named for people."""

from collections.abc import Iterator
from datetime import date

from desk.desk import Desk
from dsar.errors import InputError
from dsar.orders import Replayed, SweepOrder
from dsar.replays import Undone, corrected_since
from dsar.retention import is_doomed
from dsar.vocabulary import Role
from workflows.returning import DsarReplay


async def replay(desk: Desk, since: str, *, by: str) -> Replayed:
    """Repeat every erasure that ended on or after the day of the back-up, and look whether it holds.

    Raises:
        InputError: `day_malformed`, or `role_refused` unless the DPO asks.
        TemporaryError: Temporal cannot be reached.
    """
    day = _day(since)
    if desk.role(by, Role.DPO) is not Role.DPO:
        raise InputError("role_refused", "only the DPO may repeat erasures", field="by")
    return await desk.carry_out(
        DsarReplay.run, f"replay/{day}", SweepOrder(at=desk.now(), since=day, by=by), Replayed()
    )


def undone_corrections(desk: Desk, since: str) -> tuple[Undone, ...]:
    """Return which corrections the restored back-up undid, by case. No machine repeats them: a value
    may have changed in another way since, and whoever looks sees that.

    Raises:
        InputError: `day_malformed`.
    """
    return tuple(_undone(desk, _day(since)))


def _undone(desk: Desk, day: date) -> Iterator[Undone]:
    for record in desk.register.cases():
        request = record.request
        entries = desk.register.evidence(request.case_id)
        if systems := corrected_since(entries, request.right, day):
            yield Undone(case_id=request.case_id, systems=systems, known=not is_doomed(entries))


def _day(since: str) -> date:
    try:
        return date.fromisoformat(since)
    except ValueError:
        raise InputError("day_malformed", "write a date as 2026-11-01", field="since") from None
