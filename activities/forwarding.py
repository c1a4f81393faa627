"""Passing a request on to the client whose data it is about (Art. 28(3)(e); LAW PRC-02)."""

from dataclasses import dataclass

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from dsar.clients import Client
from dsar.dossier import address_of
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind, Fact
from dsar.notices import Notices
from dsar.orders import Order, Posted
from dsar.ports import CompanyFacts, Register, Vault
from dsar.regimes.catalogue import local_day
from dsar.vocabulary import LetterKind


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Tools for requests about a client's data. Nothing of it is searched, disclosed or changed."""

    register: Register
    vault: Vault
    company: CompanyFacts
    notices: Notices
    correspondence: Correspondence

    @activity.defn(name="forward-request")
    @translated
    def forward_request(self, order: Order) -> Posted:
        """Tell the client, then the person: whom to ask, and not a word about what is held.

        A client that the company's facts do not name is told by a person.
        """
        client = self.company.client_of(order.system)
        if client is None:
            return Posted(ok=False, reason="client_unknown")
        told = self._tell_client(order, client)
        if not told.ok:
            return told
        about = {
            "client": {"name": client.name, "contact": client.email},
            "forwarded_on": local_day(order.request.regime, order.at),
        }
        return self.correspondence.send(order, LetterKind.FORWARDED, about, self._number(order))

    def _number(self, order: Order) -> int:
        """Return which letter of this kind it is: one for each client, in the order of telling."""
        entries = self.register.evidence(order.request.case_id)
        told = [entry.key for entry in entries if entry.kind is EvidenceKind.FORWARDED]
        return told.index(f"forwarded:{order.system}") + 1

    def _tell_client(self, order: Order, client: Client) -> Posted:
        request, key = order.request, f"forwarded:{order.system}"
        if any(entry.key == key for entry in self.register.evidence(request.case_id)):
            return Posted(ok=True)
        notice = self.notices.forward(request, client, address_of(self.vault, request.case_id))
        letters = self.correspondence
        name = f"{request.case_id}.forward.{order.system}@{letters.domain}"
        try:
            letters.post.notify(notice, to=client.email, message_id=name)
        except OperatorError as error:
            if not error.reason.startswith("recipient"):
                raise  # our own mail server refuses us: an operator mends it, then the notice goes
            return Posted(ok=False, reason=error.reason)
        facts = {"system": order.system}
        self.register.record(
            request.case_id, Fact(key=key, kind=EvidenceKind.FORWARDED, at=order.at, facts=facts)
        )
        return Posted(ok=True)
