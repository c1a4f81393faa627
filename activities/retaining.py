"""Keeping what must stay, and finishing the erasure when nothing binds it any more (Art. 17(3))."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from temporalio import activity

from activities._translate import translated
from activities.erasing import Erasing
from activities.frozen import frozen
from activities.outliving import begin
from dsar.dossier import seal_retained
from dsar.duties import ErasurePolicy, decided
from dsar.erasure import Line, Plan, plan_facts
from dsar.errors import ContractError, OperatorError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.law_sets import law_set
from dsar.orders import DeedOrder, RetainedOrder, Review
from dsar.ports import Connector, Register, Vault


@dataclass(frozen=True, slots=True)
class Retaining:
    """Tools for what outlives the answer."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    policy: ErasurePolicy

    @activity.defn(name="keep-holdings")
    @translated
    async def keep_holdings(self, order: RetainedOrder) -> None:
        """Write down what stays, and have it watched by a workflow that outlives the case and its key."""
        await asyncio.to_thread(self._keep, order)
        await begin("dsar-retained", replace(order, at=None), f"retained/{order.request.case_id}")

    def _keep(self, order: RetainedOrder) -> None:
        case_id, at = order.request.case_id, order.at
        if at is None:
            raise ContractError("register", "time_not_given")
        seal_retained(self.vault, case_id, frozen(self.vault, case_id, order.number - 1))
        for place, line in enumerate(order.lines):
            facts: dict[str, Scalar] = {
                "system": line.system,
                "collection": line.collection,
                "count": line.count,
                "ground": line.ground,
                "because": line.because,
                "until": line.until.isoformat() if line.until else "",
            }
            fact = Fact(key=f"kept:{order.number}:{place}", kind=EvidenceKind.KEPT, at=at, facts=facts)
            self.register.record(case_id, fact)

    @activity.defn(name="review-retained")
    @translated
    def review_retained(self, order: RetainedOrder) -> Review:
        """Decide anew, as duties and holds are on this day, and write down what goes as a plan of its own."""
        if order.at is None:
            raise ContractError("register", "time_not_given")
        laws, on = law_set(order.request.regime), order.at.date()
        going: list[Line] = []
        staying: list[Line] = []
        for line in order.lines:
            if line.until and on <= line.until:  # what the person was told stands: no sooner, and no later
                staying.append(line)
                continue
            policy = replace(self.policy, duties=()) if line.until else self.policy  # that duty is over
            (now,) = decided([line.step], policy, laws, on, by_hand=line.by_hand)
            (staying if now.stays else going).append(now)
        if going:
            for fact in plan_facts(Plan(number=order.number, lines=tuple(going)), order.at):
                self.register.record(order.request.case_id, fact)
        return Review(going=tuple(going), staying=tuple(staying))

    @activity.defn(name="prove-retained")
    @translated
    async def prove_retained(self, order: DeedOrder) -> None:
        """Look whether it is gone.

        Raises:
            OperatorError: `still_present`; somebody must look at that system, and it is tried again daily.
        """
        erasing = Erasing(self.register, self.vault, self.connectors)
        now = activity.info().current_attempt_scheduled_time  # days may have gone by since it was ordered
        found = await erasing.look(replace(order, at=now))
        if found.still_present:
            raise OperatorError(order.system, "still_present")
