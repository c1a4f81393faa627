"""Portability (Art. 20): what the person provided on consent or contract, to them or to whom they name."""

from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.transferring import Transferring
    from dsar.case import RightsRequest
    from dsar.decision_kinds import REFUSE
    from dsar.transfers import TRANSFER
    from dsar.vocabulary import Outcome
from workflows import steps
from workflows.access import bundled, handed_over, released

if TYPE_CHECKING:
    from workflows.case import DsarCase


async def take_along(case: "DsarCase") -> Outcome:
    """Hand over what is eligible. Of whom nothing is, only a refusal with its reasons can be given."""
    await case.settle_gaps()
    if not case.answering.begun and case.systems.handing_over and not await _portable(case.request):
        await case.concluded(REFUSE)
    await released(case)
    if not await bundled(case):
        return Outcome.NOTHING_HELD
    while TRANSFER not in case.systems.answers and (reason := await _sent(case.request, case.tries)):
        await case.by_hand(TRANSFER, reason)
    await handed_over(case)
    return Outcome.FULFILLED


async def _portable(request: RightsRequest) -> int:
    return await workflow.execute_activity_method(
        Transferring.count_portable,
        steps.order(request),
        start_to_close_timeout=steps.A_CALL,
        retry_policy=steps.OURS,
    )


async def _sent(request: RightsRequest, number: int) -> str:
    """Send it to the third party, if one is named. Returns why a person must do it; empty if it is done."""
    try:
        await steps.theirs(
            Transferring.send_bundle,
            steps.order(request, number=number),
            f"send-bundle:{number}",
            steps.A_BIG_EXPORT,
        )
    except ActivityError as error:
        return steps.reason_of(error)
    return ""
