"""Decisions written down, people called, the case closed (LAW 7.3, EVD-05)."""

from dataclasses import dataclass, replace

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from dsar.case import Closing as Closed
from dsar.case import Decision
from dsar.decisions import ACCEPT_GAP, MANUAL_DONE
from dsar.errors import ContractError
from dsar.evidence import EvidenceKind, Fact
from dsar.orders import Order
from dsar.ports import Change, Register, Vault
from dsar.vocabulary import Found, LetterKind, Outcome, Proof, Status

_SETTLES = {MANUAL_DONE: Found.MANUAL_DONE, ACCEPT_GAP: Found.FAILED_ACCEPTED}
_LAST_LETTER = {
    Outcome.NOT_IDENTIFIED: LetterKind.NOT_IDENTIFIED,
    Outcome.NOTHING_HELD: LetterKind.NOTHING_HELD,
    Outcome.REFUSED: LetterKind.REFUSAL,
    Outcome.WITHDRAWN: LetterKind.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Closing:
    """Tools for decisions and for the end of a case."""

    register: Register
    vault: Vault
    correspondence: Correspondence

    @activity.defn(name="call-a-person")
    @translated
    def call_a_person(self, order: Order) -> None:
        """Show in the register that the case waits for a person, and for which systems."""
        case_id, number = order.request.case_id, order.number
        for gap in order.answers:
            facts = {"system": gap.system, "found": gap.found.value, "reason": gap.reason}
            key = f"gap:{gap.system}:{number}"
            fact = Fact(key=key, kind=EvidenceKind.SEARCHED, at=order.at, facts=facts)
            self.register.put_answer(case_id, gap, (), fact)
        status = order.status or Status.BY_HAND
        waiting = Fact(
            key=f"waiting:{number}",
            kind=EvidenceKind.WAITING,
            at=order.at,
            facts={"status": status.value},
        )
        self.register.record(case_id, waiting, Change(status=status))

    @activity.defn(name="record-decision")
    @translated
    def record_decision(self, order: Order) -> None:
        """Write who decided what, on which ground. The words are sealed; evidence has their fingerprint."""
        decision, case_id = order.decision, order.request.case_id
        if decision is None:
            raise ContractError("register", "decision_not_given")
        key = f"decision:{order.number}"
        facts = {
            "decision": decision.kind,
            "by": decision.by,
            "role": decision.role.value,
            "system": decision.system,
            "ground": decision.ground,
            "words": decision.words,
            "reason": self._fingerprint(case_id, decision),
        }
        self._settle(order, decision)
        fact = Fact(key=key, kind=EvidenceKind.DECIDED, at=order.at, facts=facts)
        self.register.record(case_id, fact, Change(status=Status.ANSWERING))

    def _fingerprint(self, case_id: str, decision: Decision) -> str:
        """Return what proves the sealed words without showing them."""
        if not decision.words:
            return ""
        return self.vault.fingerprint("reason", self.vault.get(case_id, decision.words).decode())

    def _settle(self, order: Order, decision: Decision) -> None:
        if decision.kind not in _SETTLES:
            return
        case_id = order.request.case_id
        answers = {a.system: a for a in self.register.answers(case_id)}
        settled = replace(answers[decision.system], found=_SETTLES[decision.kind])
        facts = {"system": settled.system, "found": settled.found.value, "by": decision.by}
        key = f"settled:{settled.system}:{order.number}"
        fact = Fact(key=key, kind=EvidenceKind.SEARCHED, at=order.at, facts=facts)
        self.register.put_answer(case_id, settled, (), fact)

    @activity.defn(name="close-case")
    @translated
    def close_case(self, order: Order) -> Closed:
        """Send the last letter, if one is due, and write the completeness statement into the evidence."""
        request, outcome = order.request, order.outcome
        if outcome is None:
            raise ContractError("register", "outcome_not_given")
        answers = self.register.answers(request.case_id)
        if outcome in _LAST_LETTER:
            told = {"answers": answers, "tried": (Proof.CONTACT_POINT,), **self._reasons(order, outcome)}
            self.correspondence.send(order, _LAST_LETTER[outcome], told)
        facts = {"outcome": outcome.value} | {f"system.{a.system}": a.found.value for a in answers}
        self.register.record(
            request.case_id,
            Fact(key="closed", kind=EvidenceKind.CLOSED, at=order.at, facts=facts),
            Change(status=Status.CLOSED, outcome=outcome, closed_at=order.at),
        )
        return Closed(case_id=request.case_id, outcome=outcome, closed_at=order.at)

    def _reasons(self, order: Order, outcome: Outcome) -> dict[str, object]:
        if outcome is not Outcome.REFUSED:
            return {}
        decision = order.decision
        if decision is None:
            raise ContractError("register", "decision_not_given")
        reason = self.vault.get(order.request.case_id, decision.words).decode()
        return {"reasons": (reason,), "ground": decision.ground}
