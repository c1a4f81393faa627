"""The verbs of the timekeeper: reckon the deadline, remind staff (DESIGN §4)."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from temporalio import activity

from activities._translate import translated
from dsar.clock import Reckoning, reckon
from dsar.clock_milestones import MilestoneKind
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind, Fact
from dsar.notices import Notices, Reminder
from dsar.orders import ClockOrder, Deadline, NoticeOrder
from dsar.ports import Calendars, CaseRecord, Change, CompanyFacts, Notice, Post, Register
from dsar.regimes.catalogue import regime_at, versions
from dsar.reminders import ESCALATION, days_left, next_wake
from dsar.systems import UNSETTLED
from dsar.vocabulary import LetterKind

log = structlog.get_logger()
_ACKNOWLEDGED = f"letter:{LetterKind.ACKNOWLEDGEMENT}:1"


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
        wake = next_wake(found, order.after, order.at, self.company.quiet_hours, regime.zone)
        return Deadline(due_on=found.due_on, wake=wake)

    def _write_due(self, order: ClockOrder, found: Reckoning, record: CaseRecord) -> None:
        if record.closed_at or found.due_on == record.due_on:
            return
        due = found.due_on.isoformat() if found.due_on else None
        facts = {"due_on": due, "state": found.state.value, "calendars": self.calendars.version}
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
        acknowledged = order.milestone.kind is MilestoneKind.ACKNOWLEDGE and _ACKNOWLEDGED in known
        if key in known or acknowledged or self.register.case(case_id).closed_at:
            return
        to = self.company.addresses(order.request.owner, ESCALATION[order.milestone.kind])
        notice = self.notices.write(self._reminder(order))
        sent = [self._sent(notice, address, f"{case_id}.{key}.{n}") for n, address in enumerate(to, start=1)]
        facts = {"milestone": order.milestone.kind.value, "sent": sum(sent), "refused": sent.count(False)}
        self.register.record(case_id, Fact(key=key, kind=EvidenceKind.NOTICE_SENT, at=order.at, facts=facts))

    def _sent(self, notice: Notice, address: str, name: str) -> bool:
        try:
            self.post.notify(notice, to=address, message_id=f"{name.replace(':', '.')}@{self.domain}")
        except OperatorError as error:
            if not error.reason.startswith("recipient"):
                raise  # our own mail server refuses us: an operator mends it, then the notice goes
            log.warning("notice.refused", reason=error.reason)
            return False
        return True

    def _reminder(self, order: NoticeOrder) -> Reminder:
        request = order.request
        today = _today(request.regime, order.at)
        answers = self.register.answers(request.case_id)
        return Reminder(
            case_id=request.case_id,
            right=request.right,
            regime=request.regime,
            status=order.status,
            milestone=order.milestone.kind,
            due_on=order.due_on,
            days_left=days_left(order.due_on, today) if order.due_on else None,
            gaps=tuple(sorted(answer.system for answer in answers if answer.found in UNSETTLED)),
        )


def _today(regime: str, at: datetime) -> date:
    return at.astimezone(ZoneInfo(versions(regime)[0].zone)).date()


def _key(order: NoticeOrder) -> str:
    """One notice per milestone and due date; each further day overdue is a milestone of its own."""
    kind, due = order.milestone.kind, order.due_on or "no_date"
    if kind is MilestoneKind.OVERDUE:
        return f"notice:{kind}:{order.milestone.on}:{due}"
    return f"notice:{kind}:{due}"
