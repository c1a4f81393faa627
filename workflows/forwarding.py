"""Forwarding: a request about a client's data goes to the client (LAW PRC-02). The rest of it goes on."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.forwarding import Forwarding
    from dsar.case import RightsRequest
    from dsar.orders import Posted
from workflows.steps import order, ours


@workflow.defn(name="dsar-forward")
class DsarForward:
    """One request, passed on to one client."""

    @workflow.run
    async def run(self, request: RightsRequest, system: str, number: int) -> Posted:
        """Return whether the mail server took both letters."""
        return await passed_on(request, system, number)


async def passed_on(request: RightsRequest, client: str, number: int) -> Posted:
    """Tell a client that somebody asked about their data, and the person whom to ask."""
    return await ours(
        Forwarding.forward_request, order(request, system=client, number=number), f"forward:{client}:{number}"
    )
