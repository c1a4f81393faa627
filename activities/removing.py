"""Removing an answer on the day promised: what outlives its link can only leak (Art. 5(1)(e) GDPR)."""

from dataclasses import dataclass

from temporalio import activity

from activities._translate import translated
from activities.disclosure import BUNDLE
from dsar.codes import LINK_LIFETIME
from dsar.evidence import EvidenceKind, Fact
from dsar.orders import RemoveOrder
from dsar.ports import Register, Vault


@dataclass(frozen=True, slots=True)
class Removing:
    """Tools for the end of an answer's time."""

    register: Register
    vault: Vault

    @activity.defn(name="remove-answer")
    @translated
    def remove_answer(self, order: RemoveOrder) -> bool:
        """Remove the bundle, unless a newer link still leads to it. Says whether its time was over."""
        offered = [
            entry.at
            for entry in self.register.evidence(order.case_id)
            if entry.kind is EvidenceKind.DELIVERY_OFFERED
        ]
        if offered and order.at < max(offered) + LINK_LIFETIME:
            return False
        if self.vault.remove(order.case_id, BUNDLE):
            fact = Fact(key=f"answer-removed:{len(offered)}", kind=EvidenceKind.ANSWER_REMOVED, at=order.at)
            self.register.record(order.case_id, fact)
        return True
