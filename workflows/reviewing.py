"""Reviewing: what may concern others is looked at by two people before it is released (Art. 15(4); EXM-22).

The story knows how many marked records are not cleared yet, and nothing else of them.
"""

from typing import TYPE_CHECKING

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.reviewing import Reviewing as ReviewingActivities
    from dsar.case import ReviewHeard, RightsRequest, SystemAnswer
    from dsar.decision_kinds import OPEN
    from dsar.systems import Completeness
from workflows.exports import Exports
from workflows.refusals import refuse_unless
from workflows.searching import Searching
from workflows.state import CaseState
from workflows.steps import A_BIG_EXPORT, HEARTBEAT, OURS, order
from workflows.waiting import Waiting

if TYPE_CHECKING:
    from workflows.deciding import Deciding


class Reviewing:
    """The part of a case that knows how far its review has come."""

    request: RightsRequest
    _searching: Searching
    _state: CaseState
    _waiting: Waiting
    _deciding: "Deciding"

    @property
    def is_reviewed(self) -> bool:
        """Whether all that would be handed over now was put to review, if any of it must be."""
        review, marked = self._state.review, _marked(self._searching.systems)
        same = review.exported == self._exports.generation and not self._wanted_after_all
        return {*marked} <= {*review.of} and (not marked or same)

    @property
    def _wanted_after_all(self) -> bool:
        """Whether something that was left out of the exports is to be handed over now."""
        return not {*self._state.review.exempt} <= {*self._state.beside.exempt}

    @property
    def left_out(self) -> bool:
        """Whether something of what was found is left out of the answer."""
        return bool(self._state.beside.exempt)

    @property
    def _exports(self) -> Exports:
        return self._state.answering.exports

    def review_anew(self) -> None:
        """Have exports made anew that lack what is wanted after all."""
        if self._wanted_after_all:
            for system in tuple(self._exports.done):
                self._exports.begin_anew(system)

    async def begin_review(self) -> None:
        """Number every marked record. Without one, nobody is waited for."""
        review = self._state.review
        asked = order(self.request, number=review.number + 1)
        exempt = self._state.beside.exempt
        review.open = await workflow.execute_activity_method(
            ReviewingActivities.begin_review,
            asked,
            start_to_close_timeout=A_BIG_EXPORT,
            heartbeat_timeout=HEARTBEAT,
            retry_policy=OURS,
            activity_id=f"begin-review:{asked.number}",
        )
        review.number, review.of, review.exempt = asked.number, _marked(self._searching.systems), exempt
        review.exported = dict(self._exports.generation)

    @workflow.update(name="note-review")
    def note_review(self, heard: ReviewHeard) -> int:
        """Note how many marked records are not cleared yet, as the register has it."""
        self._state.review.open = heard.open
        return heard.open

    @note_review.validator
    def _review_is_open(self, heard: ReviewHeard) -> None:
        open_ = self._state.status in OPEN and not self._waiting.over and not self._deciding.releasing
        refuse_unless(open_ and heard.number == self._state.review.number, "review_over")


def _marked(systems: Completeness) -> tuple[SystemAnswer, ...]:
    """Return what everybody answered who holds something, or was copied by hand, if any of it is marked."""
    answers = tuple(systems.answers[name] for name in systems.handing_over)
    return answers if any(answer.marked for answer in answers) else ()
