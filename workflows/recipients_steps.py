"""The phrase book of recipients. The patiences are those of `steps.py`."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.calling import Calling
    from activities.recipients import Recipients

from dsar.case import RightsRequest
from dsar.recipients import Answer, Notified
from workflows.deed_steps import JOBS, VENDOR_DAYS, gap
from workflows.steps import A_SEARCH, order, ours, theirs


async def notify(request: RightsRequest, number: int) -> Notified:
    """Write to every recipient who is not settled. Returns who waits, and who of them is to be called."""
    return await ours(
        Recipients.notify_recipients, order(request, number=number), f"notify-recipients:{number}"
    )


async def call(request: RightsRequest, code: str) -> None:
    """Hand the request over to one recipient. Raises `ActivityError` if it cannot be."""
    await theirs(Calling.call_recipient, order(request, system=code), f"call-recipient:{code}", A_SEARCH)


async def ask(request: RightsRequest, code: str) -> Answer:
    """Ask one recipient until it has done it or refused. Raises `ActivityError` if it never says."""
    return await theirs(
        Calling.ask_recipient,
        order(request, system=code),
        f"ask-recipient:{code}",
        A_SEARCH,
        until=VENDOR_DAYS,
        patience=JOBS,
    )


async def write(request: RightsRequest, code: str, trouble: ActivityError) -> Answer:
    """Write to one recipient who cannot be called. Returns where they stand then."""
    return await ours(
        Recipients.write_recipient,
        order(request, system=code, answers=(gap(code, trouble),)),
        f"write-recipient:{code}",
    )


async def tell_lifting(request: RightsRequest) -> None:
    """Tell everybody who was told of a restriction that it has ended."""
    await ours(Recipients.tell_lifting, order(request), "tell-lifting")
