"""Letters and states of restriction and objection: placed, told, watched, told again before it ends."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from activities.outliving import begin
from activities.recipients import names
from dsar.decision_kinds import UPHOLD
from dsar.errors import ContractError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.mailbag import carried_by_hand
from dsar.orders import Order, Posted, RestrictionOrder
from dsar.ports import CompanyFacts, Connector, Register, Vault
from dsar.receipts import restricted_in
from dsar.recipients import ledger, reached
from dsar.restrictions import REVIEW_AFTER
from dsar.vocabulary import Found, LetterKind


@dataclass(frozen=True, slots=True)
class Placing:
    """Tools for an open restriction."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    company: CompanyFacts
    correspondence: Correspondence

    @activity.defn(name="tell-restriction")
    @translated
    def tell_restriction(self, order: RestrictionOrder) -> Posted:
        """Tell what is restricted, why, and what still happens with it (LAW NTC-10)."""
        told = {
            "case": order.ground.removeprefix("18_1_"),
            "data": self._titles(order),
            "from_on": order.at.date(),
            "review_on": (order.at + REVIEW_AFTER).date(),
            "recipients": names(self.company, self.register.evidence(order.request.case_id)),
        }
        kind = LetterKind.RESTRICTION_PLACED
        posted = self.correspondence.send(_plain(order), kind, told, order.number)
        self._note_placed(order)
        return posted

    def _note_placed(self, order: RestrictionOrder) -> None:
        review_on = (order.at + REVIEW_AFTER).date().isoformat()
        facts: dict[str, Scalar] = {"ground": order.ground, "review_on": review_on}
        fact = Fact(key="restricted", kind=EvidenceKind.WAITING, at=order.at, facts=facts)
        self.register.record(order.request.case_id, fact)

    @activity.defn(name="watch-restriction")
    @translated
    async def watch_restriction(self, order: RestrictionOrder) -> None:
        """Begin the open state: it outlives the answer, under the shared key of the flow.

        It is on record as open before, so that nobody shreds the case meanwhile, also where what was marked
        is to be lifted before the person was told that it was marked.
        """
        await asyncio.to_thread(self._note_placed, order)
        await begin("dsar-restriction", order, f"restriction/{order.request.case_id}")

    @activity.defn(name="tell-ending")
    @translated
    def tell_ending(self, order: RestrictionOrder) -> Posted:
        """Tell when and why the restriction ends, before it does (Art. 18(3); LAW NTC-11, RES-04).

        A letter that the mail server refused and that a person handed over has told them, too.
        """
        if order.lift_on is None:
            raise ContractError("letters", "day_not_given")
        kind = LetterKind.RESTRICTION_ENDING
        entries = self.register.evidence(order.request.case_id)
        if carried_by_hand(entries, kind):
            return Posted(ok=True)
        told = {
            "lift_on": order.lift_on,
            "reasons": (self._words(order),),
            "resumes": self._uses(order),
            "recipients": names(self.company, entries, reached(ledger(entries))),
        }
        return self.correspondence.send(_plain(order), kind, told, order.number)

    @activity.defn(name="note-restriction")
    @translated
    def note_restriction(self, order: RestrictionOrder) -> None:
        """Write down that the restriction was reviewed by the calendar, or that it has ended."""
        key = "lifted" if order.lift_on else f"review:{order.number}"
        facts: dict[str, Scalar] = {"ground": order.ground, "state": key.partition(":")[0]}
        fact = Fact(key=key, kind=EvidenceKind.CHECKED, at=order.at, facts={**facts, "verb": ""})
        self.register.record(order.request.case_id, fact)

    @activity.defn(name="tell-objection")
    @translated
    def tell_objection(self, order: Order) -> Posted:
        """Tell how the objection was decided, with the reasons on the side that won (LAW NTC-12, OBJ-01)."""
        decision = order.decision
        if decision is None:
            raise ContractError("register", "decision_not_given")
        case_id = order.request.case_id
        told = {
            "upheld": decision.kind == UPHOLD,
            "processing": self._uses(order),
            "decided_on": order.at.date(),
            "reasons": (self.vault.get(case_id, decision.words).decode(),),
            "recipients": names(self.company, self.register.evidence(case_id)),
        }
        return self.correspondence.send(order, LetterKind.OBJECTION_OUTCOME, told, order.number)

    def _words(self, order: RestrictionOrder) -> str:
        return self.vault.get(order.request.case_id, order.words).decode()

    def _titles(self, order: RestrictionOrder) -> list[str]:
        """Name what is marked, by a machine or by whoever has the system in their hands."""
        case_id = order.request.case_id
        marked = restricted_in(self.register.evidence(case_id))
        done = {a.system for a in self.register.answers(case_id) if a.found is Found.MANUAL_DONE}
        cards = [self.connectors[system].card for system in sorted(done & {*self.connectors})]
        by_hand = {(card.name, held.name) for card in cards for held in card.collections}
        return [self._title(system, name) for system, name in sorted(marked | by_hand)] or ["-"]

    def _title(self, system: str, collection: str) -> str:
        if system not in self.connectors:
            return collection
        names = {c.name: c.title for c in self.connectors[system].card.collections}
        return names.get(collection) or collection

    def _uses(self, order: Order | RestrictionOrder) -> list[str]:
        """Return what the data that was found is used for, in the company's own words."""
        request = order.request
        found = {a.system for a in self.register.answers(request.case_id) if a.found is Found.FOUND}
        held = {h.category for h in self.register.holdings(request.case_id) if h.system in found}
        facts = self.company.information(request.regime, sorted(held), request.received_on, request.locale)
        told = facts.get("purposes") or facts["categories"]
        return [str(one["title"]) for one in told] or ["-"]


def _plain(order: RestrictionOrder) -> Order:
    return Order(request=order.request, at=order.at, number=order.number)
