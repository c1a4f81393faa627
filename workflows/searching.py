"""Searching: every registered system is asked, and none is left unknown (DESIGN §1.1, §3.5)."""

import asyncio
from collections.abc import Sequence

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import RightsRequest, SystemAnswer
    from dsar.orders import Searchable
    from dsar.systems import MAX_ROUNDS, Completeness, next_round
from workflows import steps


class Searching:
    """The discovery of one case. `systems` is what is known so far."""

    def __init__(self, request: RightsRequest) -> None:
        self._request = request
        self._number = 0  # each search of a case has an id of its own
        self.systems = Completeness()

    async def everywhere(self) -> None:
        """Ask every system not asked yet, in rounds: what one teaches is shown to the others."""
        plan = await steps.plan_search(self._request)
        self.systems = self.systems.heard(plan.settled)
        asking: Sequence[Searchable] = [s for s in plan.ask if s.name not in self.systems.answers]
        for _ in range(MAX_ROUNDS):
            answers = await self._ask(asking)
            asking = next_round(plan.ask, answers, self.systems)
            if not asking:
                return

    async def again(self, name: str) -> None:
        """Ask one system afresh, as it is connected now; what it teaches is shown to the others too."""
        self.systems = self.systems.without(name)
        await self.everywhere()

    async def _ask(self, asking: Sequence[Searchable]) -> list[SystemAnswer]:
        self._number += 1
        answers = await asyncio.gather(*(steps.search(self._request, s, self._number) for s in asking))
        self.systems = self.systems.heard(answers)
        return answers
