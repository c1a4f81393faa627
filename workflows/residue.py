"""Residue: what an erasure left where it did not look. A person decides, and it is looked at again."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.scanning import Scanning
    from dsar.case import RightsRequest, SystemAnswer
    from dsar.orders import DeedOrder
    from dsar.residue import gap_of
    from dsar.vocabulary import Found
from workflows.steps import A_BIG_EXPORT, reason_of, theirs

if TYPE_CHECKING:
    from workflows.case import DsarCase

LEFT = "residue"  # why a system waits for a hand: see `starter.py residue`


async def settled(case: "DsarCase", systems: Iterable[str]) -> None:
    """Scan the systems until nothing is left, or the DPO has accepted what is.

    What was cleaned by hand is looked at again: a person's word is no more a proof than a system's.
    """
    state = case.erasing
    todo = () if state.traces else tuple(dict.fromkeys(systems))  # traces wait since an earlier history
    while todo or state.traces:
        if not state.traces:
            await _looked_for(case, todo)
        await case.settle_gaps()
        case.begin_to_answer()
        todo, state.traces = tuple(s for s in state.traces if not _accepted(case, s)), ()


async def _looked_for(case: "DsarCase", systems: Sequence[str]) -> None:
    state = case.erasing
    state.scans += 1
    found = await asyncio.gather(*(_scanned(case.request, system, state.scans) for system in systems))
    case.hear(*(gap for gap in found if gap))
    state.traces = tuple(system for system, gap in zip(systems, found, strict=True) if gap)


def _accepted(case: "DsarCase", system: str) -> bool:
    answer = case.systems.answers.get(gap_of(system))
    return answer is not None and answer.found is Found.FAILED_ACCEPTED


async def _scanned(request: RightsRequest, system: str, look: int) -> SystemAnswer | None:
    """Scan one system. Returns an open gap if something is left, or if it cannot be scanned as it should."""
    try:
        told = await theirs(
            Scanning.scan_residue,
            DeedOrder(request=request, at=workflow.now(), system=system, look=look),
            f"scan:{system}:{look}",
            A_BIG_EXPORT,
        )
    except ActivityError as error:
        return SystemAnswer(system=gap_of(system), found=Found.UNKNOWN, reason=reason_of(error))
    if not told.left:
        return None
    return SystemAnswer(system=gap_of(system), found=Found.UNKNOWN, reason=LEFT, collections=told.left)
