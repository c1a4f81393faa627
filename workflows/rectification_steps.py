"""The phrase book of rectification. The patiences are those of `steps.py`."""

from dataclasses import replace
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


async def read(request: RightsRequest) -> Corrections:
    """Read in the register how far the corrections have come."""
    return await workflow.execute_activity_method(
        Correcting.read_corrections, order(request), start_to_close_timeout=A_CALL, retry_policy=OURS
    )


async def locate(deed: DeedOrder) -> int:
    """Look in one system for what is to be corrected. Raises `ActivityError` if it cannot be read."""
    return await theirs(
        Correcting.locate_values, _now(deed), f"locate:{deed.system}:{deed.name}", A_BIG_EXPORT
    )


async def correct(deed: DeedOrder) -> Corrected:
    """Write in one system what was accepted. Raises `ActivityError` if it cannot be reached."""
    return await theirs(
        Correcting.correct_holdings, _now(deed), f"correct:{deed.system}:{deed.name}", A_BIG_EXPORT
    )


async def check(deed: DeedOrder) -> Corrected:
    """Read one system again that needed time. Raises `ActivityError` if it cannot be read."""
    name = f"check-correction:{deed.system}:{deed.name}"
    return await theirs(Correcting.check_correction, _now(deed), name, A_SEARCH)


async def list_unplaced(deed: DeedOrder) -> tuple[str, ...]:
    """Return the systems in which somebody must look for what a client says is wrong."""
    return await ours(Correcting.list_unplaced, _now(deed), f"list-unplaced:{deed.name}")


def _now(deed: DeedOrder) -> DeedOrder:
    return replace(deed, at=workflow.now())


async def tell(request: RightsRequest, number: int) -> Posted:
    """Tell the person what was corrected and what was not."""
    return await ours(Disputing.tell_corrections, order(request, number=number), f"tell-corrections:{number}")
