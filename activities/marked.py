"""Marks that are not as they should be: each is a task, and its owner, the DPO and the team lead hear of it.

A restriction outlives its case, so the case's own clock does not watch these tasks.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from temporalio import activity

from activities._translate import translated
from activities.staff import notified
from dsar.case import SystemAnswer
from dsar.clock_milestones import Milestone
from dsar.evidence import Entry, EvidenceKind, Fact
from dsar.hands import named_owner
from dsar.marks import Waits, marked_key, still_marked, times, unmarked, unmarked_key
from dsar.notices import MarkNotice, Notices
from dsar.orders import Order
from dsar.ports import CompanyFacts, Post, Register
from dsar.regimes.catalogue import local_day
from dsar.reminders import ESCALATION
from dsar.tasks import next_step
from dsar.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Marked:
    """Tools for the tasks about marks. They are repeated with every try: a fact and a notice are one each."""

    register: Register
    company: CompanyFacts
    notices: Notices
    post: Post
    domain: str  # right-hand side of our Message-IDs

    @activity.defn(name="note-marked")
    @translated
    def note_marked(self, order: Order) -> None:
        """Write down that a system is still marked although the restriction ended, and tell who must hear."""
        [why] = order.answers
        since = self._noted(order, why, still_marked, marked_key)
        self._tell(order, why, since, ended=True)

    @activity.defn(name="note-unmarked")
    @translated
    def note_unmarked(self, order: Order) -> None:
        """Write down that a mark does not hold although the restriction stands, and tell who must hear."""
        [why] = order.answers
        since = self._noted(order, why, unmarked, unmarked_key)
        self._tell(order, why, since, ended=False)

    def _noted(
        self,
        order: Order,
        why: SystemAnswer,
        waits: Callable[[Iterable[Entry]], Mapping[str, Waits]],
        key: Callable[[str, int], str],
    ) -> date:
        """Return since which day it waits. A new fact is written when it begins, or its reason changes."""
        case_id, entries = order.request.case_id, self.register.evidence(order.request.case_id)
        known = waits(entries).get(why.system)
        if known is None or known.reason != why.reason:
            number = times(entries, key(why.system, 1)) + 1
            facts = {"system": why.system, "reason": why.reason}
            name = key(why.system, number)
            fact = Fact(key=name, kind=EvidenceKind.WAITING, at=order.at, facts=facts)
            self.register.record(case_id, fact)
        return local_day(order.request.regime, known.since_at if known else order.at)

    def _tell(self, order: Order, why: SystemAnswer, since: date, *, ended: bool) -> None:
        """Tell the owner and the DPO at once, and then as of any task that waits too long.

        A crash between sending and recording repeats the mails with the same Message-IDs.
        """
        case_id = order.request.case_id
        step = _step(since, local_day(order.request.regime, order.at))
        key = f"notice:{'marked' if ended else 'unmarked'}:{why.system}:{step.on if step else since}"
        if times(self.register.evidence(case_id), key):
            return
        told = MarkNotice(case_id=case_id, system=why.system, reason=why.reason, since_on=since, ended=ended)
        roles = ESCALATION[step.kind] if step else frozenset({Role.DPO})
        owner = named_owner(why.reason) or order.request.owner
        notice, to = self.notices.marked(told), self.company.addresses((owner,), roles)
        sent = [*notified(self.post, notice, to, f"{case_id}.{key}", self.domain)]
        facts = {"milestone": step.kind.value if step else "", "system": why.system, "sent": sum(sent)}
        self.register.record(case_id, Fact(key=key, kind=EvidenceKind.NOTICE_SENT, at=order.at, facts=facts))


def _step(since: date, today: date) -> Milestone | None:
    """Return the last step up of a task that waits since that day, or nothing while it is fresh."""
    last: Milestone | None = None
    step = next_step(since, since)
    while step.on <= today:
        last, step = step, next_step(since, step.on)
    return last
