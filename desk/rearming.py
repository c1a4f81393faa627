"""Re-arming: every open case reckons its clock afresh, after calendars or the law's tables were updated.

A case reckons by itself at its next milestone; this is for who wants to see all new dates now (LAW CLK-31).
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from desk.cases import update
from desk.desk import Desk
from dsar.errors import InputError, TemporaryError
from dsar.ports import CaseRecord
from workflows.case import DsarCase

_AT_ONCE = 32  # updates under way: as many as a worker answers side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class Rearmed:
    """How many open cases reckoned afresh; of which the due date moved; which did not answer."""

    cases: int
    moved: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


async def rearm(desk: Desk) -> Rearmed:
    """Have every open case reckon its clock afresh. Safe to repeat: a date that stays is written once."""
    opened = [case for case in desk.register.cases(open_only=True) if case.started]
    run, gate = secrets.token_hex(6), asyncio.Semaphore(_AT_ONCE)

    async def one(case: CaseRecord) -> bool | None:
        async with gate:
            return await _moved(desk, case, run)

    told = await asyncio.gather(*(one(case) for case in opened))
    return Rearmed(
        cases=sum(answer is not None for answer in told),
        moved=_of(opened, told, wanted=True),
        left=_of(opened, told, wanted=None),
    )


def _of(opened: Sequence[CaseRecord], told: Sequence[bool | None], *, wanted: bool | None) -> tuple[str, ...]:
    pairs = zip(opened, told, strict=True)
    return tuple(case.request.case_id for case, answer in pairs if answer is wanted)


async def _moved(desk: Desk, case: CaseRecord, run: str) -> bool | None:
    """Return whether the due date moved; None if the case did not answer. One that just ended stays."""
    case_id = case.request.case_id
    try:
        due_on = await update(desk, case_id, DsarCase.rearm, f"rearm-{run}")
    except InputError:
        return False
    except TemporaryError:
        return None
    return due_on != case.due_on
