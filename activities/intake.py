"""The first verbs of a case: acknowledge it, ask for proof, write about it."""

from dataclasses import dataclass

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from dsar.clock import reckon
from dsar.clock_events import opening
from dsar.codes import IDENTITY, code_for, digest_of, shown
from dsar.errors import ContractError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.identity import CODE_LIFETIME, Challenge
from dsar.orders import Acknowledged, Order, Posted
from dsar.ports import Calendars, Change, Register, Vault
from dsar.regimes.catalogue import regime_at
from dsar.vocabulary import LetterKind, Status


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
        }
        self.register.record(
            request.case_id,
            Fact(key="due:1", kind=EvidenceKind.DUE_SET, at=order.at, facts=facts),
            Change(due_on=reckoning.due_on, started=True),
        )
        self.correspondence.send(order, LetterKind.ACKNOWLEDGEMENT)
        return Acknowledged(due_on=reckoning.due_on)

    @activity.defn(name="ask-for-proof")
    @translated
    def ask_for_proof(self, order: Order) -> Posted:
        """Send a one-time code to the contact point (Rec. 57; LAW IDV-04)."""
        case_id = order.request.case_id
        code = code_for(self.vault, IDENTITY, case_id, order.number)
        expires_at = order.at + CODE_LIFETIME
        challenge = Challenge(digest=digest_of(self.vault, IDENTITY, case_id, code), expires_at=expires_at)
        fact = Fact(key=f"code:{IDENTITY}:{order.number}", kind=EvidenceKind.CODE_SET, at=order.at)
        self.register.set_challenge(case_id, IDENTITY, challenge, fact)
        self.register.record(
            case_id,
            Fact(key=f"identifying:{order.number}", kind=EvidenceKind.WAITING, at=order.at),
            Change(status=Status.IDENTIFYING),
        )
        return self.correspondence.send(
            order,
            LetterKind.IDENTITY_CODE,
            {"code": shown(code), "expires_at": expires_at},
            order.number,
        )

    @activity.defn(name="send-letter")
    @translated
    def send_letter(self, order: Order) -> Posted:
        """Send a letter that says nothing but the case's own facts."""
        if order.letter is None:
            raise ContractError("letters", "letter_not_named")
        return self.correspondence.send(order, order.letter)
