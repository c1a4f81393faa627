"""Searching: every registered system is asked, and none is left unknown (DESIGN §1.1, §3.5)."""

import asyncio
from collections.abc import Iterable, Sequence

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import Decision, RightsRequest, SystemAnswer
    from dsar.orders import Searchable
    from dsar.systems import CLIENT, MAX_ROUNDS, Completeness, next_round
    from dsar.vocabulary import Found
from workflows import steps
from workflows.forwarding import passed_on
from workflows.state import SearchingState


class Searching:
    """The discovery of one case. `systems` is what is known so far."""

    def __init__(self, request: RightsRequest, state: SearchingState) -> None:
        self._request, self._state = request, state

    @property
    def systems(self) -> Completeness:
        """What every system has answered so far."""
        return self._state.systems

    @systems.setter
    def systems(self, newer: Completeness) -> None:
        self._state.systems = newer

    @property
    def is_over(self) -> bool:
        """Whether every system was asked."""
        return self._state.everywhere

    async def everywhere(self) -> None:
        """Ask every system not asked yet, in rounds: what one teaches is shown to the others."""
        await self._in_rounds()
        self._doubt()
        self._state.everywhere = True

    def hear(self, answers: Sequence[SystemAnswer]) -> None:
        """Note newer answers. One that fits several people puts what the others found in doubt."""
        self.systems = self.systems.heard(answers)
        if any(answer.found is Found.AMBIGUOUS for answer in answers):
            self._doubt()

    def _doubt(self) -> None:
        """Doubt what was found. Cases that did before keep their forgetting in whose hands a system is."""
        by_hand = self.systems.held_by_hand
        kept = bool(by_hand) and workflow.patched("doubt-keeps-hands")
        self.systems = self.systems.doubting(in_hands=kept)

    def settle(self, decision: Decision, found: Found) -> None:
        """Note what a person decided about one system."""
        self.systems = self.systems.settled(decision.system, found, decision)

    async def _in_rounds(self) -> None:
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
        if name.startswith(CLIENT):
            await self._pass_on([name.removeprefix(CLIENT)])
        await self.everywhere()

    async def _ask(self, asking: Sequence[Searchable]) -> list[SystemAnswer]:
        self._state.searches += 1  # each search of a case has an id of its own
        number = self._state.searches
        answers = await asyncio.gather(*(steps.search(self._request, s, number) for s in asking))
        self.systems = self.systems.heard(answers)
        await self._pass_on(sorted({client for answer in answers for client in answer.clients}))
        return answers

    async def _pass_on(self, clients: Iterable[str]) -> None:
        """Pass the request on to each client whose data was met; one that cannot be told waits for a hand."""
        for client in (c for c in clients if c not in self._state.passed_on):
            self._state.letters += 1
            told = await passed_on(self._request, client, self._state.letters)
            if told.ok:
                self._state.passed_on += (client,)
            else:
                name = f"{CLIENT}{client}"
                gap = SystemAnswer(system=name, found=Found.UNKNOWN, reason=told.reason)
                self.systems = self.systems.heard([gap])
