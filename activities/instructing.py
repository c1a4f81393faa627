"""Carrying out what a client instructs, on their holdings and no other (Art. 28(3)(a), (e); LAW PRC-03)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.able import connector_of, eraser
from activities.client_letters import ClientLetters
from activities.correspondence import Correspondence
from activities.frozen import freeze
from activities.proven import proved_identity
from dsar.case import SystemAnswer
from dsar.clients import theirs
from dsar.deeds import Step
from dsar.duties import ErasurePolicy, decided
from dsar.erasure import Line, plan_facts
from dsar.errors import OperatorError, UnsupportedError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.holdings import Findings, Holding
from dsar.instructions import (
    WAY_GONE,
    Instruction,
    To,
    folder_of,
    told_left,
    was_instructed,
    way_gone,
)
from dsar.law_sets import law_set
from dsar.notices import Notices
from dsar.orders import DeedOrder, Order, PlanOrder
from dsar.person import Identity
from dsar.ports import CompanyFacts, Connector, Register, Vault
from dsar.reaching import own
from dsar.systems import CLIENT
from dsar.vocabulary import Found, Verb


@dataclass(frozen=True, slots=True)
class Instructing:
    """Tools for the instructions of clients. What we hold ourselves is never in their reach."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    company: CompanyFacts
    policy: ErasurePolicy
    notices: Notices
    correspondence: Correspondence

    @activity.defn(name="list-scope")
    @translated
    def list_scope(self, order: Instruction) -> tuple[str, ...]:
        """Return the systems in which data of this client may be, and nobody has carried it out by hand."""
        found = {name for name, one in self.connectors.items() if theirs(one.card, order.client)}
        return tuple(sorted(found - set(order.by_hand)))

    @activity.defn(name="plan-instruction")
    @translated
    async def plan_instruction(self, order: DeedOrder) -> tuple[Line, ...]:
        """Have one system say what erasing would touch of this client's data about the person.

        They are looked for by what they themselves told us and proved: what our own systems taught us of them
        is not the client's. Retention is the client's to judge; a legal hold of ours binds all the same.

        Raises:
            OperatorError: `several_people` fit; `identity_unproved`.
            UnsupportedError: `cannot_erase`: no machine can look there; `way_erased`: none can any more.
        """
        connector = connector_of(self.connectors, order.system)
        scope = theirs(connector.card, order.client)
        identity = await asyncio.to_thread(self._identity, order)
        async with beating(lambda: order.number):
            findings = await _findings(connector, identity)
            steps = await self._steps(order.system, identity)
        going = [step for step in steps if step.count and step.collection in scope]
        named = {step.collection for step in steps}
        held_too = (h for h in findings.holdings if h.count and h.collection in scope - named)
        manual = [_step(holding) for holding in held_too]
        empty = scope - {step.collection for step in (*going, *manual)}
        entries = await asyncio.to_thread(self.register.evidence, order.request.case_id)
        if way_gone(entries, order.system, order.client, empty):
            raise UnsupportedError(order.system, WAY_GONE)
        held, laws, on = replace(self.policy, duties=()), law_set(order.request.regime), order.at.date()
        return (*decided(going, held, laws, on), *decided(manual, held, laws, on, by_hand=True))

    def _identity(self, order: DeedOrder | PlanOrder) -> Identity:
        return own(proved_identity(self.register, self.vault, order.request))

    async def _steps(self, system: str, identity: Identity) -> Sequence[Step]:
        if Verb.ERASE not in connector_of(self.connectors, system).card.can:
            return ()
        return await eraser(self.connectors, system).plan_erasure(identity)

    @activity.defn(name="record-instruction")
    @translated
    def record_instruction(self, order: PlanOrder) -> None:
        """Write down what the instruction comes to, and freeze who it is about: nothing else is touched."""
        case_id, plan = order.request.case_id, order.plan
        freeze(self.vault, case_id, plan.number, self._identity(order), plan.client)
        for fact in plan_facts(plan, order.at):
            self.register.record(case_id, fact)

    @activity.defn(name="report-instruction")
    @translated
    def report_instruction(self, order: Order) -> tuple[SystemAnswer, ...]:
        """Tell the client what was done once nothing is left, or write down what waits for a hand.

        `order.system` is the client, `order.answers` what is left. Returns what is left: that the client
        could not be told is part of it.
        """
        case_id, number = order.request.case_id, order.number
        client = self.company.client_of(order.system)
        letters = ClientLetters(self.register, self.vault, self.notices, self.correspondence)
        reason = "" if order.answers else letters.tell(order, client) if client else "client_unknown"
        left = order.answers or ((_gap(order.system, reason),) if reason else ())
        facts: dict[str, Scalar] = {"client": order.system, "number": number}
        kind = EvidenceKind.LEFT_OPEN if left else EvidenceKind.CARRIED_OUT
        facts |= {"left": told_left(left)} if left else {}
        if was_instructed(self.register.evidence(case_id), order.system, number, To.ERASE):
            facts["backups_until"] = (order.at + self.policy.backups).date().isoformat()
        key = f"{kind}:{order.system}:{number}"
        self.register.record(case_id, Fact(key=key, kind=kind, at=order.at, facts=facts))
        self.vault.remove(case_id, folder_of(order.system, number))  # of what was handed over no copy stays
        return left


async def _findings(connector: Connector, identity: Identity) -> Findings:
    if Verb.FIND not in connector.card.can:
        if Verb.ERASE not in connector.card.can:
            raise UnsupportedError(connector.card.name, "cannot_erase")
        return Findings()
    findings = await connector.find(identity)
    if findings.people > 1:
        raise OperatorError(connector.card.name, "several_people")
    return findings


def _step(held: Holding) -> Step:
    return Step(system=held.system, collection=held.collection, category=held.category, count=held.count)


def _gap(client: str, reason: str) -> SystemAnswer:
    return SystemAnswer(system=f"{CLIENT}{client}", found=Found.UNKNOWN, reason=reason)
