"""Waiting: every wait of a story ends when its fact is there, when the case is ended from outside, or in a
fresh history.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import Decision, RightsRequest
    from dsar.vocabulary import Outcome
from workflows.state import CaseState, Ending


class Ended(Exception):  # noqa: N818  # not an error: a person ended the story
    """Ends the story wherever it waits."""

    def __init__(self, outcome: Outcome, decision: Decision | None = None) -> None:
        """Keep how it ended, and by whose decision."""
        super().__init__(outcome)
        self.outcome = outcome
        self.decision = decision


class Waiting:
    """The waits of one case. `at_rest`: nothing is under way that a fresh history would forget."""

    def __init__(self, request: RightsRequest, state: CaseState, at_rest: Callable[[], bool]) -> None:
        self._request, self._state, self._at_rest = request, state, at_rest
        self._end: Ended | None = None

    @property
    def over(self) -> bool:
        """Whether the story was ended from outside, and stops at its next wait."""
        return self._end is not None

    @property
    def ends(self) -> bool:
        """Whether the story is over, or came to its own end."""
        return self._state.ended is not None or self.over

    @property
    def ended(self) -> Ended | None:
        """How the story came to its end, maybe in an earlier history."""
        ending = self._state.ended
        return Ended(ending.outcome, ending.decision) if ending else None

    def end(self, outcome: Outcome, decision: Decision | None = None) -> None:
        """End the story at its next wait. Whoever ends it first decides how."""
        if not self._state.ended:
            self._end = self._end or Ended(outcome, decision)

    def close(self, ended: Ended) -> None:
        """Let nothing end the story another way: it came to this end; only its last letter is waited for."""
        self._state.ended = Ending(outcome=ended.outcome, decision=ended.decision)
        self._end = ended if self._end is ended else None

    async def until(self, fact: Callable[[], bool], limit: timedelta | None = None) -> None:
        """Wait for a fact, at most `limit`.

        Raises:
            Ended: the person withdrew, or what was asked of them never came.
        """

        def done() -> bool:
            return fact() or self.over

        with suppress(TimeoutError):
            await workflow.wait_condition(lambda: done() or self._history_is_full(), timeout=limit)
        if not done() and self._history_is_full():
            await workflow.wait_condition(lambda: done() or self._may_begin_afresh())
            if not done():
                workflow.continue_as_new(args=[self._request, self._state])
        self.check()

    def check(self) -> None:
        """Stop here if the story was ended from outside.

        Raises:
            Ended: it was.
        """
        if self._end:
            raise self._end

    def _may_begin_afresh(self) -> bool:
        return workflow.all_handlers_finished() and self._history_is_full()

    def _history_is_full(self) -> bool:
        """Whether a fresh history should begin here: nothing is under way, and all is in the state."""
        return workflow.info().is_continue_as_new_suggested() and self._at_rest()
