"""The first verbs of a case: acknowledge it, write about it."""

from dataclasses import dataclass

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from dsar.clock import reckon
from dsar.clock_events import opening
from dsar.clock_json import spelled
from dsar.complaints import ACKNOWLEDGEMENTS
from dsar.errors import ContractError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.orders import Acknowledged, Order, Posted
from dsar.ports import Calendars, Change, Register, Vault
from dsar.regimes.catalogue import regime_at
from dsar.vocabulary import LetterKind


@dataclass(frozen=True, slots=True)
class Intake:
    """Tools for the beginning of a case."""

    register: Register
    vault: Vault
    calendars: Calendars
    correspondence: Correspondence

    @activity.defn(name="acknowledge-request")
    @translated
    def acknowledge_request(self, order: Order) -> Acknowledged:
        """Set the statutory clock and send the acknowledgement (LAW INT-09, CLK-40)."""
        request = order.request
        received = opening(request)
        reckoning = reckon(regime_at(request.regime, received), [received], self.calendars)
        facts: dict[str, Scalar] = {
            "due_on": reckoning.due_on.isoformat() if reckoning.due_on else None,
            "calendars": self.calendars.version,
            "events": spelled([received]),
        }
        self.register.record(
            request.case_id,
            Fact(key="due:1", kind=EvidenceKind.DUE_SET, at=order.at, facts=facts),
            Change(due_on=reckoning.due_on, started=True),
        )
        self.correspondence.send(order, ACKNOWLEDGEMENTS.get(request.right, LetterKind.ACKNOWLEDGEMENT))
        return Acknowledged(due_on=reckoning.due_on)

    @activity.defn(name="send-letter")
    @translated
    def send_letter(self, order: Order) -> Posted:
        """Send a letter that says nothing but the case's own facts."""
        if order.letter is None:
            raise ContractError("letters", "letter_not_named")
        return self.correspondence.send(order, order.letter)
