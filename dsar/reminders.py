"""Whom to remind of which milestone, and when (DESIGN §4). Pure; the timekeeper acts on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dsar.clock import Reckoning
from dsar.clock_milestones import Milestone, MilestoneKind, next_milestone
from dsar.quiet import QuietHours, notice_at, start_of
from dsar.tasks import next_step
from dsar.vocabulary import Role

DAILY = 30  # days after the due date; then weekly, so that a case of years stays a short story
_WEEK = 7
_LEADS = frozenset({Role.TEAM_LEAD})
_ALL = frozenset({Role.TEAM_LEAD, Role.DPO})

# The case's owner hears of every milestone; these hear of it as well.
ESCALATION: Mapping[MilestoneKind, frozenset[Role]] = {
    MilestoneKind.ACKNOWLEDGE: frozenset(),
    MilestoneKind.T_14: frozenset(),
    MilestoneKind.T_7: frozenset(),
    MilestoneKind.T_3: _LEADS,
    MilestoneKind.T_1: _LEADS,
    MilestoneKind.DUE: _ALL,
    MilestoneKind.OVERDUE: _ALL,
    MilestoneKind.TASK: frozenset(),
    MilestoneKind.TASK_LATE: _LEADS,
    MilestoneKind.TASK_STUCK: _ALL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """When the timekeeper next gets up, and of what it then reminds. Without a milestone it only reckons."""

    at: datetime
    milestone: Milestone | None = None


def next_wake(  # all that an alarm depends on
    reckoning: Reckoning,
    after: date,
    now: datetime,
    quiet: QuietHours,
    zone: str,
    tasks_since: date | None = None,
) -> Wake | None:
    """Return what comes next, given that all milestones up to the day `after` are dealt with, and that
    tasks wait for a hand since the day `tasks_since`.

    Milestones whose notices would go out together (a weekend's, or those of a worker that was away) become
    one notice, of the latest. The end of the due date, in the regime's `zone`, is a wake of its own: a breach
    is written down when it happens, not when quiet hours end.
    """
    wake = _next_notice(reckoning, after, now, quiet, tasks_since)
    due = reckoning.due_on
    passes = start_of(due + timedelta(days=1), zone) if due else None
    if passes and now < passes and (wake is None or passes < wake.at):
        return Wake(at=passes)
    return wake


def _next_notice(
    reckoning: Reckoning, after: date, now: datetime, quiet: QuietHours, tasks_since: date | None
) -> Wake | None:
    found: Wake | None = None
    for milestone in _coming(reckoning, after, tasks_since):
        at = notice_at(milestone.on, reckoning.due_on, quiet)
        if found and at > max(found.at, now):
            break
        found = Wake(at=at, milestone=milestone)
    return found


def _coming(reckoning: Reckoning, after: date, tasks_since: date | None) -> Iterator[Milestone]:
    while milestone := _next(reckoning, after, tasks_since):
        after = milestone.on
        if _is_due_a_notice(milestone, reckoning):
            yield milestone


def _next(reckoning: Reckoning, after: date, tasks_since: date | None) -> Milestone | None:
    """Return what comes first. On one day the clock goes before a task: its notice names the task, too."""
    of_clock = next_milestone(reckoning, after)
    of_tasks = next_step(tasks_since, after) if tasks_since else None
    if of_clock and of_tasks:
        return of_tasks if of_tasks.on < of_clock.on else of_clock
    return of_clock or of_tasks


def _is_due_a_notice(milestone: Milestone, reckoning: Reckoning) -> bool:
    if milestone.kind is not MilestoneKind.OVERDUE:
        return True
    late = (milestone.on - reckoning.due_on).days if reckoning.due_on else 0
    return late <= DAILY or (late - DAILY) % _WEEK == 0


def days_left(due_on: date, today: date) -> int:
    """Return how many days are left; below zero the case is overdue."""
    return (due_on - today).days
