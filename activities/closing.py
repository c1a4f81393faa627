"""Decisions written down, people called, the case closed (LAW 7.3, EVD-05)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from dsar.case import Closing as Closed
from dsar.case import Decision, RightsRequest, SystemAnswer
from dsar.decision_facts import listed
from dsar.decision_kinds import (
    ACCEPT_COUNT,
    ACCEPT_GAP,
    CONFIRM,
    FOUND,
    KINDS,
    MANUAL_DONE,
    NOT_FOUND,
    RETRY,
)
from dsar.errors import ContractError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.holdings import Holding
from dsar.identity_policy import need
from dsar.mailbag import was_sent
from dsar.orders import Order, Posted
from dsar.ports import Change, Register, Vault
from dsar.systems import UNSETTLED, searched
from dsar.vocabulary import Found, LetterKind, Outcome, Proof, Status

_SETTLES = {
    MANUAL_DONE: Found.MANUAL_DONE,
    NOT_FOUND: Found.NOTHING_HELD,
    ACCEPT_GAP: Found.FAILED_ACCEPTED,
    CONFIRM: Found.FOUND,
    ACCEPT_COUNT: Found.FOUND,
    FOUND: Found.FOUND,
}
_AS_FOUND = frozenset({CONFIRM, ACCEPT_COUNT})  # what the machine found stands
_ANSWERED = frozenset({Outcome.FULFILLED, Outcome.PARTLY_FULFILLED, Outcome.NOTHING_HELD})
# Whoever is owed these must get them: the case stays open until they were sent, or handed over (LAW NTC-07).
_OWED = {Outcome.NOTHING_HELD: LetterKind.NOTHING_HELD, Outcome.REFUSED: LetterKind.REFUSAL}
_LAST_LETTER = {
    Outcome.NOT_IDENTIFIED: LetterKind.NOT_IDENTIFIED,
    Outcome.WITHDRAWN: LetterKind.WITHDRAWN,
    Outcome.UNPAID: LetterKind.CLOSED_UNANSWERED,
    Outcome.UNCLARIFIED: LetterKind.CLOSED_UNANSWERED,
}
_AWAITED = {Outcome.UNPAID: "fee", Outcome.UNCLARIFIED: "answer"}


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
            self.register.put_answer(case_id, gap, self._held(case_id, gap.system), fact)
        status = order.status or Status.BY_HAND
        waiting = Fact(
            key=f"waiting:{number}",
            kind=EvidenceKind.WAITING,
            at=order.at,
            facts={"status": status.value, **({"reason": order.reason} if order.reason else {})},
        )
        self.register.record(case_id, waiting, Change(status=status))

    @activity.defn(name="record-decision")
    @translated
    def record_decision(self, order: Order) -> bool:
        """Write who decided what, on which ground. The words are sealed; evidence has their fingerprint.

        Returns whether it stands: what the company wants two people for is a proposal until it is seconded.
        """
        decision, case_id = order.decision, order.request.case_id
        if decision is None:
            raise ContractError("register", "decision_not_given")
        key = f"decision:{order.number}"
        facts: dict[str, Scalar] = {
            "decision": decision.kind,
            "by": decision.by,
            "role": decision.role.value,
            "system": decision.system,
            "ground": decision.ground,
            "words": decision.words,
            "proof": decision.proof,
            "plan": decision.plan,
            **({"told": decision.told} if decision.told else {}),
            **({"copies": decision.copies} if decision.copies else {}),
            "reason": self._fingerprint(case_id, decision),
        }
        facts |= {f"fact.{name}": value for name, value in decision.facts.items()}
        facts |= {"second": decision.second} if decision.second else {}
        if decision.kind in self.correspondence.company.four_eyes and not decision.second:
            facts |= {"proposal": order.number}
            key, kind = f"proposed:{order.number}", EvidenceKind.PROPOSED
            self.register.record(case_id, Fact(key=key, kind=kind, at=order.at, facts=facts))
            return False
        self._settle(order, decision)
        fact = Fact(key=key, kind=EvidenceKind.DECIDED, at=order.at, facts=facts)
        change = Change() if KINDS[decision.kind].beside else Change(status=Status.ANSWERING)
        self.register.record(case_id, fact, change)
        return True

    def _fingerprint(self, case_id: str, decision: Decision) -> str:
        """Return what proves the sealed words without showing them."""
        if not decision.words:
            return ""
        return self.vault.fingerprint("reason", self.vault.get(case_id, decision.words).decode())

    def _settle(self, order: Order, decision: Decision) -> None:
        found = _SETTLES.get(decision.kind)
        if decision.kind == RETRY and not searched([SystemAnswer(system=decision.system, found=Found.DONE)]):
            found = Found.DONE  # it is no system that answers: refused again, it comes back as a gap
        if found is None:
            return
        case_id = order.request.case_id
        answers = {a.system: a for a in self.register.answers(case_id)}
        settled = replace(answers[decision.system], found=found)
        if decision.holdings:
            records = sum(holding.count for holding in decision.holdings)
            settled = replace(settled, records=records, collections=len(decision.holdings))
        facts = {"system": settled.system, "found": settled.found.value, "by": decision.by}
        key = f"settled:{settled.system}:{order.number}"
        fact = Fact(key=key, kind=EvidenceKind.SEARCHED, at=order.at, facts=facts)
        found_before = decision.kind in _AS_FOUND
        held = self._held(case_id, settled.system) if found_before else decision.holdings
        self.register.put_answer(case_id, settled, held, fact)

    def _held(self, case_id: str, system: str) -> tuple[Holding, ...]:
        return tuple(h for h in self.register.holdings(case_id) if h.system == system)

    @activity.defn(name="close-case")
    @translated
    def close_case(self, order: Order) -> Closed:
        """Send a last word, if one is due, and write the completeness statement into the evidence.

        Raises:
            ContractError: `system_unknown`: whatever the story believes, nothing is answered while one
                system's answer is unknown (DESIGN §1.1).
        """
        request, outcome = order.request, order.outcome
        if outcome is None:
            raise ContractError("register", "outcome_not_given")
        answers = self.register.answers(request.case_id)
        if outcome in _ANSWERED and any(a.found in UNSETTLED for a in answers):
            raise ContractError("register", "system_unknown")
        if outcome in _LAST_LETTER:
            told = {"tried": _tried(request), "awaited": _AWAITED.get(outcome, "")}
            self.correspondence.send(order, _LAST_LETTER[outcome], told)
        facts = {"outcome": outcome.value} | {f"system.{a.system}": a.found.value for a in answers}
        self.register.record(
            request.case_id,
            Fact(key="closed", kind=EvidenceKind.CLOSED, at=order.at, facts=facts),
            Change(status=Status.CLOSED, outcome=outcome, closed_at=order.at),
        )
        return Closed(case_id=request.case_id, outcome=outcome, closed_at=order.at)

    @activity.defn(name="send-outcome")
    @translated
    def send_outcome(self, order: Order) -> Posted:
        """Send the letter that says that the request was refused, or that nothing is held."""
        entries = self.register.evidence(order.request.case_id)
        if order.outcome not in _OWED or _told(order, entries):
            return Posted(ok=True)
        answers = searched(self.register.answers(order.request.case_id))
        told = {"answers": answers, **self._reasons(order, order.outcome)}
        return self.correspondence.send(order, _OWED[order.outcome], told, order.number)

    def _reasons(self, order: Order, outcome: Outcome) -> dict[str, object]:
        if outcome is not Outcome.REFUSED:
            return {}
        decision = order.decision
        if decision is None:
            raise ContractError("register", "decision_not_given")
        reason = self.vault.get(order.request.case_id, decision.words).decode()
        return {"reasons": (reason,), "ground": decision.ground, "basis": _basis(decision)}


def _basis(decision: Decision) -> tuple[dict[str, str], ...]:
    """Return the facts of a ground, one line for each code, for the letter to put into words."""
    names = (name for name in decision.facts)
    return tuple({"name": name, "value": value} for name in names for value in listed(decision, name))


def _told(order: Order, entries: Sequence[Entry]) -> bool:
    """Whether the answer itself said it already: each correction was refused, with a reason of its own."""
    return order.outcome is Outcome.REFUSED and was_sent(entries, LetterKind.RECTIFICATION_OUTCOME)


def _tried(request: RightsRequest) -> tuple[Proof, ...]:
    needed = need(request.right, request.regime, request.requester)
    return (needed.proof, Proof.CONTACT_POINT) if needed.confirmed else (needed.proof,)
