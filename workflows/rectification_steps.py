"""The phrase book of rectification. The patiences are those of `steps.py`."""

from typing import TypeVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.correcting import Correcting
    from activities.disputing import Disputing

from dsar.case import RightsRequest
from dsar.orders import DeedOrder, Posted
from dsar.rectified import Corrected, Corrections
from workflows.steps import (
    A_BIG_EXPORT,
    A_CALL,
    A_SEARCH,
    OURS,
    order,
    ours,
    theirs,
)

R = TypeVar("R")


def _order(request: RightsRequest, system: str, number: int) -> DeedOrder:
    return DeedOrder(request=request, at=workflow.now(), system=system, number=number)


async def read(request: RightsRequest) -> Corrections:
    """Read in the register how far the corrections have come."""
    return await workflow.execute_activity_method(
        Correcting.read_corrections, order(request), start_to_close_timeout=A_CALL, retry_policy=OURS
    )


async def locate(request: RightsRequest, system: str, number: int) -> int:
    """Look in one system for what is to be corrected. Raises `ActivityError` if it cannot be read."""
    asked = _order(request, system, number)
    return await theirs(Correcting.locate_values, asked, f"locate:{system}:{number}", A_BIG_EXPORT)


async def correct(request: RightsRequest, system: str, number: int) -> Corrected:
    """Write in one system what was accepted. Raises `ActivityError` if it cannot be reached."""
    asked = _order(request, system, number)
    return await theirs(Correcting.correct_holdings, asked, f"correct:{system}:{number}", A_BIG_EXPORT)


async def check(request: RightsRequest, system: str, number: int) -> Corrected:
    """Read one system again that needed time. Raises `ActivityError` if it cannot be read."""
    asked = _order(request, system, number)
    return await theirs(Correcting.check_correction, asked, f"check-correction:{system}:{number}", A_SEARCH)


async def tell(request: RightsRequest, number: int) -> Posted:
    """Tell the person what was corrected and what was not."""
    return await ours(Disputing.tell_corrections, order(request, number=number), f"tell-corrections:{number}")
