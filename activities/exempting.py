"""Leaving out: a system of which everything is exempt is stated as such (LAW EXM-23, DESIGN §1.1)."""

from dataclasses import dataclass, replace

from temporalio import activity

from activities._translate import translated
from dsar.case import SystemAnswer
from dsar.evidence import EvidenceKind, Fact
from dsar.exemptions import entire, exempted
from dsar.orders import Order
from dsar.ports import Register
from dsar.systems import EXEMPTED
from dsar.vocabulary import Found


@dataclass(frozen=True, slots=True)
class Exempting:
    """Tools for exemptions: the register knows what was decided, and what is held."""

    register: Register

    @activity.defn(name="apply-exemption")
    @translated
    def apply_exemption(self, order: Order) -> SystemAnswer:
        """Say what a system's answer is now: found, or exempt once nothing of it is disclosed.

        An answer that waits for a person, or that one settled otherwise, stays theirs.
        """
        case_id, system = order.request.case_id, order.system
        before = next(a for a in self.register.answers(case_id) if a.system == system)
        if before.found is not Found.FOUND and before.reason != EXEMPTED:
            return before
        held = tuple(h for h in self.register.holdings(case_id) if h.system == system)
        left_out = entire(exempted(self.register.evidence(case_id)), system)
        left = {h.collection for h in held if h.count} - left_out
        found = Found.FOUND if left else Found.EXEMPT
        answer = replace(before, found=found, reason=EXEMPTED if found is Found.EXEMPT else "")
        if answer != before:
            facts = {"system": system, "found": found.value, "reason": answer.reason}
            key, kind = f"exempted:{system}:{order.number}", EvidenceKind.SEARCHED
            self.register.put_answer(
                case_id, answer, held, Fact(key=key, kind=kind, at=order.at, facts=facts)
            )
        return answer
