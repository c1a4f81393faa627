"""While a restriction stands: its marks are looked at, and one that does not hold is set anew and told.

A system may say "restricted" and show it for a day; an import may wipe the mark; a system may leave.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.marks import NOT_HELD
    from dsar.orders import DeedOrder, RestrictionOrder
    from dsar.restrictions import next_look
    from dsar.vocabulary import Found, Verb
from workflows import deed_steps, placing_steps
from workflows.lifting import shows

A_DAY = timedelta(days=1)


class Standing:
    """The looks at one open restriction, until `over` is called. `busy`: one is under way."""

    def __init__(self, placed: RestrictionOrder) -> None:
        self._placed = placed
        self._over = self.busy = False

    def over(self) -> None:
        """Begin no look any more: the restriction is about to end."""
        self._over = True

    async def keep(self) -> None:
        """Look when it is time, and daily while something does not hold. In a fresh history nobody knows."""
        holds = False
        while not self._over:
            now = workflow.now()
            at = next_look(self._placed.at, now)
            await workflow.sleep((at if holds else min(at, now + A_DAY)) - now)
            if not self._over:
                self.busy = True
                holds = await self._looked()
                self.busy = False

    async def _looked(self) -> bool:
        day = (workflow.now() - self._placed.at) // A_DAY
        deeds = (self._deed(system, held, day + 1) for system, held in self._placed.marked.items())
        return all(await asyncio.gather(*map(self._holds, deeds)))

    def _deed(self, system: str, held: tuple[str, ...], tries: int) -> DeedOrder:
        request, at = self._placed.request, workflow.now()
        return DeedOrder(request=request, at=at, system=system, collections=held, tries=tries, look=2)

    async def _holds(self, deed: DeedOrder) -> bool:
        """Look at one system. What does not hold is told, and set anew."""
        why = SystemAnswer(system=deed.system, found=Found.UNKNOWN, reason=NOT_HELD)
        try:
            if not (await deed_steps.look_at_mark(deed, Verb.RESTRICT)).still_present:
                return True
        except ActivityError as error:
            why = _failed(deed, error)
        await placing_steps.note_unmarked(deed.request, why)
        try:
            done = await deed_steps.mark(deed, deed.tries)
            await shows(replace(deed, look=deed.look + 1), Verb.RESTRICT, done.ready_after)
        except ActivityError as error:
            _failed(deed, error)  # the task is open; tomorrow it is looked at again
        return False


def _failed(deed: DeedOrder, error: ActivityError) -> SystemAnswer:
    if is_cancelled_exception(error):
        raise error
    return deed_steps.gap(deed.system, error)
