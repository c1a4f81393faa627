"""The days on which somebody must be reminded of a case (LAW CLK-30; the timekeeper arms one at a time)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dsar.clock import ClockState, Reckoning


class MilestoneKind(StrEnum):
    """What falls due. Values are public API."""

    ACKNOWLEDGE = "acknowledge"
    T_14 = "t_14"
    T_7 = "t_7"
    T_3 = "t_3"
    T_1 = "t_1"
    DUE = "due"
    OVERDUE = "overdue"
    TASK = "task"  # something waits for a hand; the next two, for longer
    TASK_LATE = "task_late"
    TASK_STUCK = "task_stuck"


_BEFORE = {
    MilestoneKind.T_14: timedelta(days=14),
    MilestoneKind.T_7: timedelta(days=7),
    MilestoneKind.T_3: timedelta(days=3),
    MilestoneKind.T_1: timedelta(days=1),
    MilestoneKind.DUE: timedelta(),
}


@dataclass(frozen=True, slots=True)
class Milestone:
    """A local day and what it reminds of."""

    on: date
    kind: MilestoneKind


def milestones(reckoning: Reckoning) -> tuple[Milestone, ...]:
    """Return the case's milestones after its receipt, in order; none once it is answered.

    While the clock has not begun or stands still only the acknowledgement can fall due.
    """
    if reckoning.state is ClockState.ANSWERED:
        return ()
    found = [Milestone(reckoning.ack_on, MilestoneKind.ACKNOWLEDGE)] if reckoning.ack_on else []
    due = reckoning.due_on
    if due:
        days = [Milestone(due - before, kind) for kind, before in _BEFORE.items()]
        found += [day for day in days if day.on > reckoning.received_on or day.kind is MilestoneKind.DUE]
    return tuple(sorted(found, key=lambda milestone: milestone.on))


def next_milestone(reckoning: Reckoning, after: date) -> Milestone | None:
    """Return the next milestone later than `after`; past the due date, one for each further day."""
    coming = [milestone for milestone in milestones(reckoning) if milestone.on > after]
    if coming:
        return coming[0]
    if reckoning.due_on is None or reckoning.state is ClockState.ANSWERED:
        return None
    return Milestone(after + timedelta(days=1), MilestoneKind.OVERDUE)
