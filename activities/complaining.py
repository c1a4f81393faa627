"""Complaints and appeals: tied to the earlier case, told of progress, told of the outcome (LAW NTC-18)."""

import json
from dataclasses import dataclass

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from dsar.complaints import PROGRESS_EVERY, Earlier, deciders_of
from dsar.decision_kinds import UPHOLD
from dsar.errors import ContractError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.links import BACK, Linked, LinkKind, about_of
from dsar.orders import Order, Posted
from dsar.ports import CompanyFacts, Register, Vault
from dsar.regimes.catalogue import local_day
from dsar.vocabulary import LetterKind, Right, Role

_OUTCOMES = {Right.COMPLAINT: LetterKind.COMPLAINT_OUTCOME, Right.APPEAL: LetterKind.APPEAL_OUTCOME}


@dataclass(frozen=True, slots=True)
class Complaining:
    """Tools for looking into what was done before."""

    register: Register
    vault: Vault
    company: CompanyFacts
    correspondence: Correspondence

    @activity.defn(name="look-up-earlier")
    @translated
    def look_up_earlier(self, order: Order) -> Earlier:
        """Return what is known of the earlier case, and who does not decide about it again."""
        link = about_of(self.register.evidence(order.request.case_id))
        if link is None or link.how is LinkKind.CLAIMED:
            return Earlier(doubt=link.doubt if link else "")
        return Earlier(apart=self._apart(link.case_id))

    @activity.defn(name="link-earlier")
    @translated
    def link_earlier(self, order: Order) -> Earlier:
        """Tie a case to the earlier one that a person found to be theirs, in the evidence of both."""
        request = order.request
        link = about_of(self.register.evidence(request.case_id))
        if link is None:
            raise ContractError("register", "case_not_named")
        this = Linked(case_id=request.case_id, right=request.right)
        self._note(order, request.case_id, link, LinkKind.ABOUT)
        self._note(order, link.case_id, this, BACK[LinkKind.ABOUT])
        return Earlier(apart=self._apart(link.case_id))

    def _note(self, order: Order, case_id: str, other: Linked, how: LinkKind) -> None:
        facts: dict[str, Scalar] = {"case": other.case_id, "right": other.right.value, "how": how.value}
        fact = Fact(key=f"{how}:{other.case_id}", kind=EvidenceKind.LINKED, at=order.at, facts=facts)
        self.register.record(case_id, fact)

    def _apart(self, earlier: str) -> tuple[str, ...]:
        """Return who decided the earlier case, unless nobody else could decide this one."""
        took_part = deciders_of(self.register.evidence(earlier))
        others = self.company.handles(Role.DPO) - took_part
        return tuple(sorted(took_part)) if others else ()

    @activity.defn(name="tell-progress")
    @translated
    def tell_progress(self, order: Order) -> Posted:
        """Say that it is still being looked into, and when to hear of it next (s.164A(5)(b); LAW CMP-04)."""
        told = {"next_on": local_day(order.request.regime, order.at + PROGRESS_EVERY)}
        return self.correspondence.send(order, LetterKind.COMPLAINT_PROGRESS, told, order.number)

    @activity.defn(name="tell-outcome")
    @translated
    def tell_outcome(self, order: Order) -> Posted:
        """Send the outcome of a complaint or an appeal, in the words of whoever decided it."""
        decision, case_id = order.decision, order.request.case_id
        if decision is None:
            raise ContractError("register", "decision_not_given")
        sealed = self.vault.get(case_id, decision.told) if decision.told else b"[[],[]]"
        enquiries, changes = json.loads(sealed)
        told = {
            "verdict": "upheld" if decision.kind == UPHOLD else decision.ground,
            "enquiries": tuple(enquiries),
            "findings": (self.vault.get(case_id, decision.words).decode(),),
            "changes": tuple(changes),
        }
        return self.correspondence.send(order, _OUTCOMES[order.request.right], told, order.number)
