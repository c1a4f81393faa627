"""The verbs of the timekeeper: reckon the deadline, remind staff (DESIGN §4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from temporalio import activity

from activities._translate import translated
from activities.staff import notified
from dsar.clients import to_pass_on
from dsar.clock import Reckoning, reckon
from dsar.clock_json import spelled
from dsar.clock_milestones import MilestoneKind
from dsar.complaints import ACKNOWLEDGEMENTS
from dsar.evidence import EvidenceKind, Fact
from dsar.mailbag import undelivered
from dsar.notices import Notices, Reminder
from dsar.orders import ClockOrder, Deadline, NoticeOrder
from dsar.ports import Calendars, CaseRecord, Change, CompanyFacts, Post, Register
from dsar.regimes.catalogue import local_day, regime_at
from dsar.reminders import ESCALATION, days_left, next_wake
from dsar.systems import POST, UNSETTLED
from dsar.tasks import OF_TASKS, owner_of
from dsar.vocabulary import LetterKind

_ACKNOWLEDGED = {f"letter:{kind}:1" for kind in (LetterKind.ACKNOWLEDGEMENT, *ACKNOWLEDGEMENTS.values())}


@dataclass(frozen=True, slots=True)
class Timekeeping:
    """Tools for deadlines. Calendars change, so that dates are reckoned here and never in the story."""

    register: Register
    calendars: Calendars
    company: CompanyFacts
    notices: Notices
    post: Post
    domain: str  # right-hand side of our Message-IDs

    @activity.defn(name="reckon-deadline")
    @translated
    def reckon_deadline(self, order: ClockOrder) -> Deadline:
        """Reckon the due date afresh; write down if it moved or was breached; say when to look again."""
        regime = regime_at(order.request.regime, order.events[0])
        today = order.at.astimezone(ZoneInfo(regime.zone)).date()
        found = reckon(regime, order.events, self.calendars, today=today)
        record = self.register.case(order.request.case_id)
        self._write_due(order, found, record)
        self._write_breach(order, found, record, today)
        quiet = self.company.quiet_hours
        since = min((day for day in (order.tasks_since, *self._aside(order).values()) if day), default=None)
        wake = next_wake(found, order.after, order.at, quiet, regime.zone, since)
        return Deadline(due_on=found.due_on, wake=wake)

    def _aside(self, order: ClockOrder | NoticeOrder) -> Mapping[str, date]:
        """Return what waits for a hand that the story does not wait for, and since when: letters that nobody
        received, and clients of whom nobody said whether the request is about their data.
        """
        request = order.request
        entries = self.register.evidence(request.case_id)
        letters = min((letter.since_at for letter in undelivered(entries)), default=None)
        waits = to_pass_on(self.register.answers(request.case_id), entries)
        moments = {**waits, **({POST: letters} if letters else {})}
        return {name: local_day(request.regime, moment) for name, moment in moments.items()}

    def _write_due(self, order: ClockOrder, found: Reckoning, record: CaseRecord) -> None:
        if record.closed_at or found.due_on == record.due_on:
            return
        due = found.due_on.isoformat() if found.due_on else None
        facts = {
            "due_on": due,
            "state": found.state.value,
            "calendars": self.calendars.version,
            "events": spelled(order.events),
        }
        key = f"due:{order.number}:{due or found.state.value}"
        fact = Fact(key=key, kind=EvidenceKind.DUE_SET, at=order.at, facts=facts)
        change = Change(due_on=found.due_on, clock_stands=found.due_on is None)
        self.register.record(order.request.case_id, fact, change)

    def _write_breach(self, order: ClockOrder, found: Reckoning, record: CaseRecord, today: date) -> None:
        if record.closed_at or found.due_on is None or today <= found.due_on:
            return
        facts = {"due_on": found.due_on.isoformat(), "status": record.status.value}
        key = f"breached:{found.due_on}"
        fact = Fact(key=key, kind=EvidenceKind.BREACHED, at=order.at, facts=facts)
        self.register.record(order.request.case_id, fact)

    @activity.defn(name="remind-staff")
    @translated
    def remind_staff(self, order: NoticeOrder) -> None:
        """Send one notice per milestone and due date, however often it is asked for.

        A crash between sending and recording repeats the mails with the same Message-IDs.
        """
        case_id, key = order.request.case_id, _key(order)
        known = {entry.key for entry in self.register.evidence(case_id)}
        acknowledged = order.milestone.kind is MilestoneKind.ACKNOWLEDGE and known & _ACKNOWLEDGED
        of_task = order.milestone.kind in OF_TASKS
        settled = of_task and not (order.tasks_since or self._aside(order))
        if key in known or acknowledged or settled or self.register.case(case_id).closed_at:
            return
        to = self.company.addresses(self._owners(order), ESCALATION[order.milestone.kind])
        notice = self.notices.write(self._reminder(order))
        sent = [*notified(self.post, notice, to, f"{case_id}.{key}", self.domain)]
        facts = {"milestone": order.milestone.kind.value, "sent": sum(sent), "refused": sent.count(False)}
        self.register.record(case_id, Fact(key=key, kind=EvidenceKind.NOTICE_SENT, at=order.at, facts=facts))

    def _owners(self, order: NoticeOrder) -> tuple[str, ...]:
        """Return who is to hear: the case's owner, and of tasks whoever they belong to."""
        request = order.request
        if order.milestone.kind not in OF_TASKS:
            return (request.owner,)
        entries = self.register.evidence(request.case_id)
        waiting = [a for a in self.register.answers(request.case_id) if a.found in UNSETTLED]
        return tuple(dict.fromkeys((request.owner, *(owner_of(a, entries, request.owner) for a in waiting))))

    def _reminder(self, order: NoticeOrder) -> Reminder:
        request = order.request
        today = local_day(request.regime, order.at)
        answers = self.register.answers(request.case_id)
        return Reminder(
            case_id=request.case_id,
            right=request.right,
            regime=request.regime,
            status=order.status,
            milestone=order.milestone.kind,
            due_on=order.due_on,
            days_left=days_left(order.due_on, today) if order.due_on else None,
            gaps=tuple(sorted({a.system for a in answers if a.found in UNSETTLED} | set(self._aside(order)))),
        )


def _key(order: NoticeOrder) -> str:
    """One notice per milestone and due date; each further day overdue, or of a task, is one of its own."""
    kind, due = order.milestone.kind, order.due_on or "no_date"
    if kind is MilestoneKind.OVERDUE or kind in OF_TASKS:
        return f"notice:{kind}:{order.milestone.on}:{due}"
    return f"notice:{kind}:{due}"
