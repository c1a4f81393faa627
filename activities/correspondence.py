"""How a letter leaves a case: once, to the sealed address, with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from dsar.case import RightsRequest
from dsar.dossier import address_of
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind, Fact
from dsar.orders import Order, Posted
from dsar.ports import CompanyFacts, Letters, Post, Register, Vault
from dsar.vocabulary import LetterKind


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Renders, sends and records letters."""

    register: Register
    vault: Vault
    letters: Letters
    post: Post
    company: CompanyFacts
    domain: str  # right-hand side of our Message-IDs

    def send(
        self, order: Order, kind: LetterKind, facts: Mapping[str, Any] = MappingProxyType({}), number: int = 1
    ) -> Posted:
        """Send a letter once per case, kind and number.

        A crash between sending and recording repeats the letter with the same Message-ID, by which the
        receiver's mail system can tell; the other order could lose one.
        """
        request, key = order.request, f"letter:{kind}:{number}"
        if any(entry.key == key for entry in self.register.evidence(request.case_id)):
            return Posted(ok=True)
        reason = self._post(request, kind, number, facts)
        if reason:
            self._record(order, EvidenceKind.LETTER_FAILED, f"{key}:{reason}", kind, reason)
            return Posted(ok=False, reason=reason)
        self._record(order, EvidenceKind.LETTER_SENT, key, kind)
        return Posted(ok=True)

    def _post(self, request: RightsRequest, kind: LetterKind, number: int, facts: Mapping[str, Any]) -> str:
        """Return an empty string, or the code of what only a person can mend."""
        address = address_of(self.vault, request.case_id)
        if not address:
            return "no_address"
        letter = self.letters.render(kind, request.locale, {**self._header(request), **facts})
        try:
            self.post.send(letter, to=address, message_id=f"{request.case_id}.{kind}.{number}@{self.domain}")
        except OperatorError as error:
            if not error.reason.startswith("recipient"):
                raise  # our own mail server refuses us: an operator mends it, then the letter goes
            return error.reason
        return ""

    def _header(self, request: RightsRequest) -> dict[str, Any]:
        case = self.register.case(request.case_id)
        return {
            "case_id": request.case_id,
            "right": request.right,
            "regime": request.regime,
            "channel": request.channel,
            "received_on": request.received_on,
            "due_on": case.due_on,
            **self.company.letter_facts(request.regime, request.received_on, request.locale),
        }

    def _record(
        self, order: Order, kind: EvidenceKind, key: str, letter: LetterKind, reason: str = ""
    ) -> None:
        facts = {"letter": letter.value} | ({"reason": reason} if reason else {})
        self.register.record(order.request.case_id, Fact(key=key, kind=kind, at=order.at, facts=facts))
