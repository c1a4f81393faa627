"""The end of our own records' time, by the calendar: what is not kept any more goes, a case with its key."""

from dataclasses import replace

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.expiring import Expiring
    from dsar.expiry import ExpiryOrder, Gone
    from dsar.orders import ShredOrder
from workflows.shred import DsarShred
from workflows.steps import A_SEARCH, OURS, THE_REGISTER


@workflow.defn(name="dsar-retention")
class DsarRetention:
    """Started by a schedule, once a day."""

    @workflow.run
    async def run(self, order: ExpiryOrder | None = None, so_far: Gone | None = None) -> Gone:
        """Return how much went. Each page of cases has a history of its own."""
        order, gone = order or ExpiryOrder(at=workflow.now()), so_far or Gone()
        page = await workflow.execute_activity_method(
            Expiring.list_expired, order, start_to_close_timeout=THE_REGISTER, retry_policy=OURS
        )
        for case_id in page.records:
            gone = gone.plus(objects=await self._removed(replace(order, case_id=case_id)))
        for case_id in page.cases:
            gone = gone.plus(cases=await self._shredded(case_id))
        for case_id in page.chains:
            gone = gone.plus(chains=int(await self._ended(replace(order, case_id=case_id))))
        if page.last:
            workflow.continue_as_new(args=[replace(order, after=page.last), gone])
        while await self._forgotten(order):
            pass
        return gone

    async def _forgotten(self, order: ExpiryOrder) -> int:
        return await workflow.execute_activity_method(
            Expiring.forget_events, order, start_to_close_timeout=A_SEARCH, retry_policy=OURS
        )

    async def _removed(self, order: ExpiryOrder) -> int:
        return await workflow.execute_activity_method(
            Expiring.remove_records, order, start_to_close_timeout=A_SEARCH, retry_policy=OURS
        )

    async def _ended(self, order: ExpiryOrder) -> bool:
        return await workflow.execute_activity_method(
            Expiring.end_evidence, order, start_to_close_timeout=A_SEARCH, retry_policy=OURS
        )

    async def _shredded(self, case_id: str) -> int:
        """Shred a case, unless a hold came first."""
        order = ShredOrder(case_id=case_id, by="", at=workflow.now())
        try:
            done = await workflow.execute_child_workflow(DsarShred.run, order, id=f"shred/{case_id}")
        except WorkflowAlreadyStartedError:  # somebody shreds it at this moment
            return 0
        return int(done is not None)
