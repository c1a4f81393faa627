"""Asking each connected system what it holds (DESIGN §3.5; LAW ACC-03)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from dsar.case import SystemAnswer
from dsar.dossier import open_identity, seal_identity
from dsar.errors import ContractError, OperatorError
from dsar.evidence import EvidenceKind, Fact
from dsar.holdings import Card, Findings
from dsar.identity import required_proof
from dsar.orders import Order, Searchable, SearchPlan
from dsar.person import Identity, comparable
from dsar.ports import Change, Connector, Register, Vault
from dsar.vocabulary import Found, IdentifierKind, Proof, Status


@dataclass(frozen=True, slots=True)
class Discovery:
    """The connected systems, by name."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]

    @activity.defn(name="plan-search")
    @translated
    def plan_search(self, order: Order) -> SearchPlan:
        """List every registered system. A client's system is not ours to search (LAW P-04, PRC-02).

        Raises:
            OperatorError: no system is registered. An empty list would answer "nothing held" to everybody.
        """
        if not self.connectors:
            raise OperatorError("systems", "none_registered")
        cards = [c.card for c in self.connectors.values()]
        ours = tuple(
            Searchable(name=c.name, finds_by=tuple(sorted(c.finds_by))) for c in cards if c.controller
        )
        exempt = tuple(
            SystemAnswer(system=c.name, found=Found.EXEMPT, reason="processor")
            for c in cards
            if not c.controller
        )
        for answer in exempt:
            _write(self.register, order, answer, Findings())
        self.register.record(
            order.request.case_id,
            Fact(key="discovering", kind=EvidenceKind.WAITING, at=order.at),
            Change(status=Status.DISCOVERING),
        )
        return SearchPlan(ask=ours, settled=exempt)

    @activity.defn(name="find-holdings")
    @translated
    async def find_holdings(self, order: Order) -> SystemAnswer:
        """Search one system with all identifiers known so far, and seal those that it teaches."""
        connector = self._connector(order.system)
        identity = await asyncio.to_thread(self._proved_identity, order)
        async with beating(lambda: order.number):
            findings = await connector.find(identity)
        _check_word(connector.card, findings)
        return await asyncio.to_thread(self._heard, order, identity, findings)

    def _connector(self, system: str) -> Connector:
        if system not in self.connectors:
            raise OperatorError(system, "not_registered")
        return self.connectors[system]

    def _proved_identity(self, order: Order) -> Identity:
        """No side door: whatever the workflow believes, the register must hold the proof."""
        request = order.request
        if required_proof(request.right, request.requester) is not Proof.NONE:
            kinds = {entry.kind for entry in self.register.evidence(request.case_id)}
            if EvidenceKind.IDENTITY_PROVED not in kinds:
                raise OperatorError("identity", "identity_unproved")
        return open_identity(self.vault, request.case_id)

    def _heard(self, order: Order, identity: Identity, findings: Findings) -> SystemAnswer:
        case_id, system = order.request.case_id, order.system
        known = {(i.kind, comparable(i.kind, i.value)) for i in identity.identifiers}
        news = [i for i in findings.learned if (i.kind, comparable(i.kind, i.value)) not in known]
        if findings.learned:
            seal_identity(self.vault, case_id, system, Identity(identifiers=findings.learned))
        kinds = {i.kind for i in news} - {IdentifierKind.RECORD_KEY}
        answer = SystemAnswer(
            system=system,
            found=_found(findings),
            records=sum(h.count for h in findings.holdings),
            collections=len([h for h in findings.holdings if h.count]),
            learned=tuple(sorted(kinds)),
            reason="several_people" if findings.people > 1 else "",
        )
        _write(self.register, order, answer, findings)
        return answer


def _write(register: Register, order: Order, answer: SystemAnswer, findings: Findings) -> None:
    facts = {
        "system": answer.system,
        "found": answer.found.value,
        "records": answer.records,
        "reason": answer.reason,
    }
    key = f"searched:{answer.system}:{order.number}"
    fact = Fact(key=key, kind=EvidenceKind.SEARCHED, at=order.at, facts=facts)
    register.put_answer(order.request.case_id, answer, findings.holdings, fact)


def _found(findings: Findings) -> Found:
    if findings.people > 1:
        return Found.AMBIGUOUS
    return Found.FOUND if any(h.count for h in findings.holdings) else Found.NOTHING_HELD


def _check_word(card: Card, findings: Findings) -> None:
    """Hold the connector to its card: what it finds must be a collection that it declared."""
    declared = {c.name for c in card.collections}
    for holding in findings.holdings:
        if holding.system != card.name or holding.collection not in declared or holding.count < 0:
            raise ContractError(card.name, "holding_not_on_card")
