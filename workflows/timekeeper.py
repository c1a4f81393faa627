"""The timekeeper: beside the story it watches the statutory clock, with one timer for the next milestone.

It never fails a case: what cannot be reckoned or sent is tried again, and meanwhile the story goes on.
"""

from collections.abc import Callable
from datetime import date

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import RightsRequest
    from dsar.clock_events import Event, EventKind
    from dsar.orders import Deadline
    from dsar.reminders import Wake
    from dsar.vocabulary import Status
from workflows import steps
from workflows.state import CaseState

Known = tuple[int, int, date | None, int]


class Timekeeper:
    """The clock of one case. `moved` hears of each new due date."""

    def __init__(self, request: RightsRequest, case: CaseState, moved: Callable[[date | None], None]) -> None:
        self._request, self._case, self._state = request, case, case.clock
        self._moved = moved
        self._rearms = self._reckoned = 0
        self.resting = False  # asleep until the next milestone: nothing is under way

    def note(self, event: Event) -> None:
        """Note that something happened which may move the date; the timer is armed afresh."""
        self._state.events += (event,)

    def take_back(self, kind: EventKind) -> None:
        """Reckon as if what was noted of this kind had never happened."""
        self._state.events = tuple(event for event in self._state.events if event.kind is not kind)

    async def rearmed(self) -> date | None:
        """Have the clock reckoned afresh. Returns the due date once that is done, or the story is over."""
        self._rearms += 1
        before = self._state.reckonings
        await workflow.wait_condition(lambda: self._reckoned > before or self._case.status is Status.CLOSED)
        return self._state.due_on

    async def keep(self) -> None:
        """Reckon, sleep until the next milestone, remind; again and again, until the story ends."""
        while True:
            known = self._known()
            deadline = await self._reckon()
            if await self._rested(deadline.wake, known) and deadline.wake:
                await self._remind(deadline, deadline.wake)

    def _known(self) -> Known:
        """Return what the alarm depends on: when it changes, the alarm is set anew."""
        of_clients = len(
            self._case.searching.systems.of_clients
        )  # they wait for staff, and not for the story
        return len(self._state.events), self._rearms, self._case.by_hand_since, of_clients

    async def _reckon(self) -> Deadline:
        self._state.reckonings += 1
        deadline = await steps.reckon_deadline(self._request, self._state, self._case.by_hand_since)
        if deadline.due_on != self._state.due_on:
            self._state.due_on = deadline.due_on
            self._moved(deadline.due_on)
        self._reckoned = self._state.reckonings
        return deadline

    async def _rested(self, wake: Wake | None, known: Known) -> bool:
        """Sleep until `wake`. Returns False if something came first: then it must be reckoned again."""
        self.resting = self._known() == known
        limit = wake.at - workflow.now() if wake else None
        try:
            await workflow.wait_condition(
                lambda: self._known() != known, timeout=limit, timeout_summary="next milestone"
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
            due_on, since = deadline.due_on, self._case.by_hand_since
            await steps.remind_staff(self._request, wake.milestone, due_on, self._case.status, since)
        except ActivityError:
            workflow.logger.warning("a notice to staff could not be sent within a day")
