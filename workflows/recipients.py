"""Recipients (Art. 19): told, chased, and each settled before the case closes (LAW NOT-01..04)."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from dsar.recipients import CHASE_AFTER, OPEN, Answer
from workflows import recipients_steps
from workflows.attended import attended

if TYPE_CHECKING:
    from workflows.case import DsarCase


class Told:
    """The recipients of one case that were told. Those that take calls are asked until they answer, while
    the story goes on; nobody has to settle one that says it is done.
    """

    def __init__(self, case: "DsarCase") -> None:
        self._case, self._state = case, case.recipients
        self._calls: list[asyncio.Task[None]] = []
        self._writing = False

    async def write(self, number: int) -> None:
        """Write to everybody who is not settled; note who heard of it for the first time."""
        self._writing = True
        with self._case.under_way():
            notified = await recipients_steps.notify(self._case.request, number)
        self._writing = False
        state, news = self._state, sorted({*notified.waiting} - {*self._state.known})
        state.rounds = number
        state.open += tuple(news)
        state.known += tuple(news)
        self._calls += [attended(self._called(code)) for code in notified.calls if code in news]

    @property
    def open(self) -> tuple[str, ...]:
        """Who has not answered."""
        return tuple(sorted(self._state.open))

    def close(self, code: str) -> None:
        """Note that one of them has answered, or need not."""
        self._state.open = tuple(one for one in self._state.open if one != code)

    async def waits(self) -> bool:
        """Whether somebody is to be settled; known once a round of letters that is under way has ended."""
        await self._case.until(lambda: bool(self.open) or not self._writing)
        return bool(self.open)

    def moved(self, since: tuple[str, ...]) -> bool:
        """Whether somebody has answered since these were open."""
        return self.open != since

    def stop(self) -> None:
        """Ask nobody any more."""
        for call in self._calls:
            call.cancel()

    async def _called(self, code: str) -> None:
        """Call, then ask until it has ended there. Who cannot be called is written to."""
        request = self._case.request
        with self._case.under_way():  # no longer than a vendor's job may run
            try:
                await recipients_steps.call(request, code)
                answer = await recipients_steps.ask(request, code)
            except ActivityError as error:
                if is_cancelled_exception(error):
                    return
                answer = await recipients_steps.write(request, code, error)
        if answer not in OPEN:
            self.close(code)
        elif answer is not Answer.SENT:
            self._case.waits_for_a_hand()


async def notified(case: "DsarCase") -> Told:
    """Tell every recipient, unless an earlier history has. Returns who has to be settled."""
    told = Told(case)
    if not case.recipients.rounds:
        await told.write(1)
    return told


async def settled(case: "DsarCase", told: Told) -> None:
    """Wait until each confirmed, or a person said why not; chase them meanwhile."""
    chasing = attended(_chased(case, told))
    try:
        while await told.waits():
            waiting = told.open
            decision = await case.recipient_settled(waiting, partial(told.moved, waiting))
            if decision:
                told.close(decision.system)
    finally:
        chasing.cancel()
        told.stop()
    case.begin_to_answer()


async def _chased(case: "DsarCase", told: Told) -> None:
    """Write again every ten days; from the first time on, staff are reminded of it as of a task."""
    state = case.recipients
    while True:
        state.chase_at = state.chase_at or workflow.now() + CHASE_AFTER
        if (left := state.chase_at - workflow.now()) > timedelta(0):
            await workflow.sleep(left)
        state.chase_at = None
        await told.write(max(state.rounds, 1) + 1)
        case.waits_for_a_hand()
