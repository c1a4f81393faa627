"""Carrying on: how far an answer has come stands in the state, and a fresh history goes on from there."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import Decision
from workflows.state import AnsweringState, RecipientsState


class Carrying:
    """The part of a case that knows what of its answer is done."""

    answering: AnsweringState
    recipients: RecipientsState
    concluded: Callable[..., Awaitable[Decision]]
    _under_way = 0

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """While this lasts no fresh history begins, which would forget it."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    async def once(self, part: str, deed: Callable[[], Awaitable[object]]) -> None:
        """Do a part of the answer, unless an earlier history has. Within it, its own state says how far."""
        if part not in self.answering.done:
            await deed()
            self.answering.done += (part,)

    async def heard(self, *offered: str, apart: tuple[str, ...] = ()) -> Decision:
        """Wait for the decision that the answer is made by, unless an earlier history has heard it."""
        answer = self.answering
        answer.decision = answer.decision or await self.concluded(*offered, apart=apart)
        return answer.decision
