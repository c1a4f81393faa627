"""The letters of what is asked or promised beside the story: an extension, a fee, a question (NTC-03..05)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from dsar.asked import AskOrder, Told
from dsar.asking import REMIND_AFTER, moves, rule_of, wait_until
from dsar.clock import Reckoning, reckon
from dsar.clock_events import Event, EventKind
from dsar.decision_facts import day_of, listed
from dsar.evidence import EvidenceKind, Fact
from dsar.money import spelled
from dsar.orders import Order
from dsar.ports import Calendars, Register, Vault
from dsar.quiet import start_of
from dsar.regimes.catalogue import local_day, regime_at
from dsar.vocabulary import LetterKind


@dataclass(frozen=True, slots=True)
class Asking:
    """Tools for what is asked. Dates are reckoned here: calendars change."""

    register: Register
    vault: Vault
    calendars: Calendars
    correspondence: Correspondence

    @activity.defn(name="tell-extension")
    @translated
    def tell_extension(self, order: AskOrder) -> Told:
        """Tell that the answer takes longer, why, and until when (Art. 12(3), 12A(3)-(4); NTC-04)."""
        until = day_of(order.decision, "until")
        notice = Event(kind=EventKind.EXTENSION_NOTIFIED, at=order.at, reasoned=True, new_due_on=until)
        facts = {
            "first_due_on": self._reckoned(order).first_due_on,
            "due_on": self._reckoned(order, notice).due_on,
            "doing": listed(order.decision, "doing"),
        }
        return Told(ok=self._sent(order, LetterKind.EXTENSION, facts))

    @activity.defn(name="report-progress")
    @translated
    def report_progress(self, order: AskOrder) -> None:
        """Tell how far we have come since the time was extended (LAW P-50)."""
        facts = {"doing": listed(order.decision, "doing")}
        sending = Order(request=order.request, at=order.at)
        self.correspondence.send(sending, LetterKind.PROGRESS, facts, order.number)

    @activity.defn(name="ask-fee")
    @translated
    def ask_fee(self, order: AskOrder) -> Told:
        """Ask for a fee: why, how much, how to pay, what follows if nobody does (Art. 12(5)(a); NTC-05)."""
        wait, given = self._wait(order), order.decision.facts
        facts = {
            "amount": spelled(int(given["amount"]), given["currency"]),
            "computation": listed(order.decision, "costs"),
            "close_on": wait.close_on,
            "moves": wait.stands,
        }
        return wait.told(ok=self._sent(order, LetterKind.FEE, facts))

    @activity.defn(name="ask-clarification")
    @translated
    def ask_clarification(self, order: AskOrder) -> Told:
        """Ask what the request is about, or remind of it (Recital 63; Art. 12A(5)-(6); NTC-03)."""
        wait = self._wait(order)
        facts = {
            "examples": listed(order.decision, "topics"),
            "asked_on": wait.asked_on,
            "close_on": wait.close_on,
            "moves": wait.stands,
        }
        return wait.told(ok=self._sent(order, LetterKind.CLARIFICATION, facts))

    @activity.defn(name="note-silence")
    @translated
    def note_silence(self, order: AskOrder) -> None:
        """Write down that a question was not answered, and that the search is made without (LAW CLK-23)."""
        kind = EvidenceKind.UNANSWERED
        facts = {"letter": LetterKind.CLARIFICATION.value}
        fact = Fact(key=f"{kind}:{order.number}", kind=kind, at=order.at, facts=facts)
        self.register.record(order.request.case_id, fact)

    def _wait(self, order: AskOrder) -> "Wait":
        request, kind = order.request, order.decision.kind
        asked_on = order.asked_on or local_day(request.regime, order.at)
        stands = moves(rule_of(request.regime, order.events), request.right, order.decision)
        due_on = self._reckoned(order).due_on
        last = wait_until(kind, stands=stands, asked_on=asked_on, due_on=due_on)
        zone = regime_at(request.regime, order.events[0]).zone
        return Wait(stands=stands, asked_on=asked_on, close_on=last, zone=zone)

    def _reckoned(self, order: AskOrder, *more: Event) -> Reckoning:
        request = order.request
        regime = regime_at(request.regime, order.events[0])
        today = local_day(request.regime, order.at)
        return reckon(regime, (*order.events, *more), self.calendars, today=today)

    def _sent(self, order: AskOrder, kind: LetterKind, facts: dict[str, Any]) -> bool:
        decision, request = order.decision, order.request
        words = self.vault.get(request.case_id, decision.words).decode()
        told = {"reasons": (words,), "ground": decision.ground, **facts}
        sending = Order(request=request, at=order.at)
        return self.correspondence.send(sending, kind, told, order.number).ok


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """From the day something was asked to the last day on which we wait for it."""

    stands: bool
    asked_on: date
    close_on: date
    zone: str

    def told(self, *, ok: bool) -> Told:
        """Say it as the story takes it: instants, the end of the last day among them."""
        remind_on = self.asked_on + REMIND_AFTER
        return Told(
            ok=ok,
            stands=self.stands,
            asked_on=self.asked_on,
            remind_at=self._start(remind_on) if remind_on < self.close_on else None,
            close_at=self._start(self.close_on + timedelta(days=1)),
        )

    def _start(self, day: date) -> datetime:
        return start_of(day, self.zone)
