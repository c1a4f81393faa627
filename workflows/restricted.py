"""An open restriction: it outlives the answer and ends only after a letter (Art. 18(3))."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.orders import RestrictionOrder
    from dsar.restrictions import REVIEW_AFTER
from workflows import placing_steps, recipients_steps
from workflows.attended import attended
from workflows.lifting import lifted, pause
from workflows.standing import Standing

# A restriction from before its marks were looked at goes on unwatched until its next review, and then begins
# a fresh history, in which they are; one that ended before lifts what it did before.
LOOKED_AT, BY_HAND = "marks-are-looked-at", "marks-by-hand-are-lifted"


@workflow.defn(name="dsar-restriction")
class DsarRestriction:
    """Stands until somebody ends it. Nothing is lifted before the day that the person was told."""

    @workflow.init
    def __init__(self, order: RestrictionOrder) -> None:
        self._order = order
        self._standing = Standing(order)

    @workflow.run
    async def run(self, order: RestrictionOrder) -> int:
        """Return how often it was reviewed before it ended."""
        reviews = order.number
        watched = workflow.patched(LOOKED_AT)
        looking = attended(self._standing.keep()) if watched else None
        while not self._order.lift_on:
            try:
                await workflow.wait_condition(lambda: self._order.lift_on is not None, timeout=REVIEW_AFTER)
            except TimeoutError:
                reviews += 1
                await placing_steps.note(replace(self._order, number=reviews, lift_on=None))
                full = workflow.info().is_continue_as_new_suggested() and not self._standing.busy
                if full or (not watched and workflow.patched(f"{LOOKED_AT}:{reviews}")):
                    workflow.continue_as_new(replace(self._order, number=reviews))
        self._standing.over()
        await self._end(self._order.lift_on)
        if looking:
            looking.cancel()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return reviews

    async def _end(self, lift_on: date) -> None:
        number = 1
        while not (await placing_steps.tell_ending(self._order, number)).ok:
            number += 1
            # Nobody lifts untold: a task waits meanwhile, and whoever hands the letter over notes it.
            await pause(number)
        due = datetime.combine(lift_on, time(6), UTC)
        if due > workflow.now():
            await workflow.sleep(due - workflow.now())
        await workflow.wait_condition(lambda: not self._standing.busy)  # it may be setting a mark anew
        await lifted(self._order.request, await self._marks())
        await placing_steps.note(self._order)
        await recipients_steps.tell_lifting(self._order.request)

    async def _marks(self) -> Mapping[str, tuple[str, ...]]:
        """Return all that may be marked: what this story knows of, and what the evidence tells."""
        if not workflow.patched(BY_HAND):
            return self._order.marked
        return {**await placing_steps.marks(self._order.request), **self._order.marked}

    @workflow.query(name="restriction")
    def restriction(self) -> RestrictionOrder:
        """What is restricted, and when it ends if that is decided."""
        return self._order

    @workflow.update(name="end-restriction")
    def end(self, ending: RestrictionOrder) -> date | None:
        """Note the day on which it is to be lifted, and why. The first word counts."""
        if not self._order.lift_on:
            self._order = replace(self._order, lift_on=ending.lift_on, words=ending.words)
        return self._order.lift_on
