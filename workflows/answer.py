"""Sending an answer again: a fresh link and a fresh code for a case that is closed (LAW ACC-12)."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import RightsRequest
    from dsar.orders import Posted
from workflows import steps


@workflow.defn(name="dsar-send-again")
class DsarSendAgain:
    """The letters of an answer, once more. The bundle is the same; links and codes from before end."""

    @workflow.run
    async def run(self, request: RightsRequest, number: int) -> Posted:
        """Return whether the mail server took the letters."""
        return await steps.send_answer(request, number)
