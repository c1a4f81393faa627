"""Asking each connected system what it holds (DESIGN §3.5; LAW ACC-03)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.doubting import doubt as doubted
from activities.proven import proved_identity
from dsar.case import SystemAnswer
from dsar.clients import PROCESSOR, met, ours
from dsar.dossier import seal_identity
from dsar.erasure import ERASES
from dsar.errors import ContractError, OperatorError
from dsar.evidence import EvidenceKind, Fact
from dsar.holdings import Card, Findings, Holding
from dsar.orders import Order, Searchable, SearchPlan
from dsar.person import Identity
from dsar.ports import Change, Connector, Erases, Register, Vault
from dsar.reaching import news, sources
from dsar.vocabulary import Found, IdentifierKind, Status, Verb


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
            SystemAnswer(system=c.name, found=Found.EXEMPT, reason=PROCESSOR)
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
        identity = await asyncio.to_thread(proved_identity, self.register, self.vault, order.request)
        async with beating(lambda: order.number):
            findings = await _findings(connector, order, identity)
            doubt = await doubted(connector, identity, findings)
        _check_word(connector.card, findings)
        return await asyncio.to_thread(self._heard, order, identity, findings, doubt)

    def _connector(self, system: str) -> Connector:
        if system not in self.connectors:
            raise OperatorError(system, "not_registered")
        return self.connectors[system]

    def _heard(self, order: Order, identity: Identity, findings: Findings, doubt: str) -> SystemAnswer:
        case_id, system = order.request.case_id, order.system
        card = self.connectors[system].card
        clients, findings = met(card, findings), ours(card, findings)
        if findings.learned and not doubt:
            seal_identity(self.vault, case_id, system, Identity(identifiers=findings.learned))
        kinds = {i.kind for i in news(identity, findings.learned)} - {IdentifierKind.RECORD_KEY}
        answer = SystemAnswer(
            system=system,
            found=Found.AMBIGUOUS if doubt else _found(findings),
            records=sum(h.count for h in findings.holdings),
            collections=len([h for h in findings.holdings if h.count]),
            learned=() if doubt else tuple(sorted(kinds)),
            reason=doubt,
            marked=_marked(card, findings),
            clients=() if doubt else clients,
        )
        asked_by = sources(identity, card.finds_by)
        _write(self.register, order, answer, findings, asked_by=asked_by)
        return answer


async def _findings(connector: Connector, order: Order, identity: Identity) -> Findings:
    """Search a system. One that can only erase is asked what it would erase: nobody need look there."""
    card = connector.card
    erases_only = Verb.ERASE in card.can and Verb.FIND not in card.can
    if not (erases_only and order.request.right in ERASES):
        return await connector.find(identity)
    steps = await cast("Erases", connector).plan_erasure(identity)
    return Findings(
        holdings=tuple(
            Holding(system=s.system, collection=s.collection, category=s.category, count=s.count)
            for s in steps
        )
    )


def _write(register: Register, order: Order, answer: SystemAnswer, findings: Findings, **more: str) -> None:
    facts = {
        "system": answer.system,
        "found": answer.found.value,
        "records": answer.records,
        "reason": answer.reason,
        "taught": " ".join(answer.learned),
        **more,
    }
    key = f"searched:{answer.system}:{order.number}"
    fact = Fact(key=key, kind=EvidenceKind.SEARCHED, at=order.at, facts=facts)
    register.put_answer(order.request.case_id, answer, findings.holdings, fact)


def _marked(card: Card, findings: Findings) -> int:
    """Return in how many collections records were found that may speak of others."""
    return sum(1 for h in findings.holdings if h.count and card.collection(h.collection).third_party)


def _found(findings: Findings) -> Found:
    return Found.FOUND if any(h.count for h in findings.holdings) else Found.NOTHING_HELD


def _check_word(card: Card, findings: Findings) -> None:
    """Hold the connector to its card: what it finds must be a collection that it declared."""
    declared = {c.name for c in card.collections}
    for holding in findings.holdings:
        if holding.system != card.name or holding.collection not in declared or holding.count < 0:
            raise ContractError(card.name, "holding_not_on_card")
