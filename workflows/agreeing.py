"""Agreeing: a decision is written down before anything follows from it, and seconded where two must agree."""

from dataclasses import replace

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import Decision, RightsRequest
    from dsar.decision_kinds import KINDS, NOT_TAKEN, SECOND, TAKE_BACK
from workflows import steps
from workflows.calling import called
from workflows.state import CaseState


class Agreeing:
    """What was decided in one case, and what one person proposed so far. Its memory is the case's state."""

    def __init__(self, request: RightsRequest, state: CaseState) -> None:
        self._request, self._state = request, state

    def beside(self, decision: Decision) -> bool:
        """Whether a decision, or the one that it seconds, is carried out beside the story. What is taken back
        changes nothing in the story, which may have gone on meanwhile and wait for nobody.
        """
        proposed = self._state.proposed
        about = proposed if proposed and decision.kind == SECOND else decision
        return KINDS[about.kind].beside

    async def agreed(self, decision: Decision) -> Decision | None:
        """Write a decision down. Returns the one that stands now: this one, or the one that it seconds; none
        while a second person has to agree, and none if it cannot be written down: somebody decides afresh.
        """
        state, proposed = self._state, self._state.proposed
        if decision.kind == SECOND and proposed:
            decision = replace(proposed, second=decision.by)
        if decision.second or decision.kind == TAKE_BACK:
            state.proposed = None
        state.decided += 1
        try:
            stands = await steps.note_decision(
                steps.order(self._request, decision=decision, number=state.decided)
            )
        except ActivityError:
            state.proposed = proposed
            await called(self._request, state, state.status, reason=NOT_TAKEN)
            return None
        if stands:
            return None if decision.kind == TAKE_BACK else decision
        state.proposed, state.proposal = decision, state.decided
        return None
