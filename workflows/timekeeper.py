"""The timekeeper: beside the story it watches the statutory clock, with one timer for the next milestone.

It never fails a case: what cannot be reckoned or sent is tried again, and meanwhile the story goes on.
"""

from collections.abc import Callable
from datetime import date

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import RightsRequest
    from dsar.clock_events import Event
    from dsar.orders import Deadline
    from dsar.reminders import Wake
    from dsar.vocabulary import Status
from workflows import steps
from workflows.state import ClockState


class Timekeeper:
    """The clock of one case. `status` says where the case stands; `moved` hears of each new due date."""

    def __init__(
        self,
        request: RightsRequest,
        state: ClockState,
        status: Callable[[], Status],
        moved: Callable[[date | None], None],
    ) -> None:
        self._request, self._state = request, state
        self._status, self._moved = status, moved
        self.resting = False  # asleep until the next milestone: nothing is under way

    def note(self, event: Event) -> None:
        """Note that something happened which may move the date; the timer is armed afresh."""
        self._state.events += (event,)

    async def keep(self) -> None:
        """Reckon, sleep until the next milestone, remind; again and again, until the story ends."""
        while True:
            known = len(self._state.events)
            deadline = await self._reckon()
            if await self._rested(deadline.wake, known) and deadline.wake:
                await self._remind(deadline, deadline.wake)

    async def _reckon(self) -> Deadline:
        self._state.reckonings += 1
        deadline = await steps.reckon_deadline(self._request, self._state)
        if deadline.due_on != self._state.due_on:
            self._state.due_on = deadline.due_on
            self._moved(deadline.due_on)
        return deadline

    async def _rested(self, wake: Wake | None, known: int) -> bool:
        """Sleep until `wake`. Returns False if an event came first: then the date must be reckoned again."""
        self.resting = len(self._state.events) == known
        limit = wake.at - workflow.now() if wake else None
        try:
            await workflow.wait_condition(
                lambda: len(self._state.events) > known, timeout=limit, timeout_summary="next milestone"
            )
        except TimeoutError:
            return True
        finally:
            self.resting = False
        return False

    async def _remind(self, deadline: Deadline, wake: Wake) -> None:
        if wake.milestone is None:
            return
        self._state.after = wake.milestone.on
        try:
            await steps.remind_staff(self._request, wake.milestone, deadline.due_on, self._status())
        except ActivityError:
            workflow.logger.warning("a notice to staff could not be sent within a day")
