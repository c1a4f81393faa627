"""Sending an answer again: a fresh link and a fresh code for a case that is closed (LAW ACC-12)."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import RightsRequest
    from dsar.orders import Posted
from workflows import steps
from workflows.removal import removed_in_time


@workflow.defn(name="dsar-send-again")
class DsarSendAgain:
    """The letters of an answer, once more. The answer is the same; links and codes from before end."""

    @workflow.run
    async def run(self, request: RightsRequest, number: int) -> Posted:
        """Return whether the mail server took the letters. An answer that was removed is written anew; what
        was exported and is not whole any more goes nowhere, and the reason says so.
        """
        if spoilt := await steps.bundled(request, number):
            return Posted(ok=False, reason=spoilt.reason)
        posted = await steps.send_answer(request, number)
        await removed_in_time(request.case_id, number)
        return posted
