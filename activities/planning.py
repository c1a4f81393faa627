"""The plan of an erasure: the dry run of each system, what must stay, and the day it was written down."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.able import connector_of, eraser
from activities.doubting import check_searched
from activities.frozen import freeze
from activities.proven import proved_identity
from dsar.deeds import Step
from dsar.duties import ErasurePolicy, decided
from dsar.erasure import DISCLOSING, Line, plan_facts
from dsar.errors import ContractError, TemporaryError
from dsar.evidence import EvidenceKind, Fact
from dsar.holdings import Card
from dsar.law_sets import law_set
from dsar.orders import DeedOrder, Order, PlanOrder
from dsar.ports import Change, Connector, Register, Vault
from dsar.vocabulary import Status, Verb

ASK_AGAIN = timedelta(hours=1)
BEFORE_DUE = timedelta(days=3)  # so much is left for the deed and its answer


@dataclass(frozen=True, slots=True)
class Planning:
    """Tools for a plan that the DPO can read."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    policy: ErasurePolicy

    @activity.defn(name="await-disclosure")
    @translated
    def await_disclosure(self, order: Order) -> None:
        """Let an open request for a copy end first: what is erased cannot be disclosed (LAW ERA-13).

        Raises:
            TemporaryError: `disclosure_first`; asked again after a minute, after two, and at last every hour,
                without a line of history.
        """
        for case in self.register.cases(open_only=True):
            same = case.request.subject_id == order.request.subject_id
            if same and case.request.right in DISCLOSING:
                after = min(ASK_AGAIN, timedelta(minutes=activity.info().attempt))
                raise TemporaryError("register", "disclosure_first", after=after)

    @activity.defn(name="plan-erasure")
    @translated
    async def plan_erasure(self, order: DeedOrder) -> tuple[Line, ...]:
        """Have one system say what erasing would touch. What it holds and cannot erase waits for a hand.

        Raises:
            OperatorError: as `check_searched`: nothing is planned that may be somebody else's.
        """
        connector = connector_of(self.connectors, order.system)
        card = connector.card
        steps: Sequence[Step] = ()
        if Verb.ERASE in card.can:
            identity = await asyncio.to_thread(proved_identity, self.register, self.vault, order.request)
            async with beating(lambda: order.number):
                await check_searched(self.register, order.request.case_id, connector, identity)
                steps = await eraser(self.connectors, order.system).plan_erasure(identity)
            _check_word(card, steps)
            steps = [s for s in steps if s.count and not card.collection(s.collection).client]
        manual = await asyncio.to_thread(self._manual, order, {step.collection for step in steps})
        laws, on = law_set(order.request.regime), order.at.date()
        going = decided(steps, self.policy, laws, on)
        return (*going, *decided(manual, self.policy, laws, on, by_hand=True))

    def _manual(self, order: DeedOrder, named: set[str]) -> list[Step]:
        """Return what was found and the system's dry run does not name: it must not go unnoticed."""
        return [
            Step(system=h.system, collection=h.collection, category=h.category, count=h.count)
            for h in self.register.holdings(order.request.case_id)
            if h.system == order.system and h.count and h.collection not in named
        ]

    @activity.defn(name="record-plan")
    @translated
    async def record_plan(self, order: PlanOrder) -> str:
        """Write the plan down and freeze who it is about. Returns its digest."""
        async with beating(lambda: order.plan.number):
            return await asyncio.to_thread(self._record, order)

    def _record(self, order: PlanOrder) -> str:
        case_id = order.request.case_id
        identity = proved_identity(self.register, self.vault, order.request)
        freeze(self.vault, case_id, order.plan.number, identity)
        for fact in plan_facts(order.plan, order.at):
            self.register.record(case_id, fact)
        return order.plan.digest

    @activity.defn(name="grant-grace")
    @translated
    def grant_grace(self, order: Order) -> datetime:
        """Show that the person may still take it back. The answer must not be late for it (LAW ERA-02)."""
        until = order.at + self.policy.grace
        due_on = self.register.case(order.request.case_id).due_on
        if due_on:
            late = datetime.combine(due_on - BEFORE_DUE, time(), order.at.tzinfo)
            until = max(min(until, late), order.at)
        facts = {"until": until.isoformat()}
        fact = Fact(key="grace", kind=EvidenceKind.WAITING, at=order.at, facts=facts)
        self.register.record(order.request.case_id, fact, Change(status=Status.GRACE))
        return until


def _check_word(card: Card, steps: Sequence[Step]) -> None:
    """Hold the connector to its card: what it would erase must be what it can disclose."""
    if any(_broken(card, steps)):
        raise ContractError(card.name, "plan_not_on_card")


def _broken(card: Card, steps: Sequence[Step]) -> Iterator[bool]:
    declared = {collection.name: collection.category for collection in card.collections}
    for step in steps:
        yield step.system != card.name or step.count < 0
        yield declared.get(step.collection) is not step.category
    yield len({step.collection for step in steps}) != len(steps)
