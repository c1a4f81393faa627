"""Tasks: what no machine could do, until when a person should have done it, and who hears if nobody does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dsar.case import SystemAnswer
from dsar.clock_milestones import Milestone, MilestoneKind
from dsar.evidence import Entry, EvidenceKind
from dsar.hands import named_owner
from dsar.vocabulary import Right

PATIENCE = timedelta(days=5)  # POLICY: then the owner is reminded, and as long again until the next step up
BEFORE_DUE = timedelta(days=3)  # the answer itself still has to be made
OF_TASKS = (MilestoneKind.TASK, MilestoneKind.TASK_LATE, MilestoneKind.TASK_STUCK)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One system of one case that waits for a hand."""

    case_id: str
    system: str
    right: Right
    reason: str
    owner: str
    since_on: date
    deadline_on: date


def owner_of(answer: SystemAnswer, entries: Iterable[Entry], case_owner: str) -> str:
    """Return whose a task is: who took it last, else whom its system names, else the owner of the case."""
    taken = [
        str(entry.facts["by"])
        for entry in entries
        if entry.kind is EvidenceKind.TAKEN and entry.facts["system"] == answer.system
    ]
    return (taken or [named_owner(answer.reason) or case_owner])[-1]


def deadline(since_on: date, due_on: date | None, patience: timedelta = PATIENCE) -> date:
    """Return until when a task should be done: in days, and before the case itself is due."""
    soon = since_on + patience
    return max(since_on, min(soon, due_on - BEFORE_DUE)) if due_on else soon


def next_step(since_on: date, after: date) -> Milestone:
    """Return the next day later than `after` on which somebody hears of tasks that wait since `since_on`."""
    on = since_on
    for kind in OF_TASKS:
        on += PATIENCE
        if on > after:
            return Milestone(on, kind)
    weeks = (after - on) // _WEEK + 1
    return Milestone(on + weeks * _WEEK, MilestoneKind.TASK_STUCK)
