"""How a letter leaves a case: once, to the sealed address, with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from activities.addressed import HANDS_OVER, is_proved, keep
from activities.proven import proofs_of
from dsar.case import RightsRequest
from dsar.dossier import address_of, agent_of
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind, Fact
from dsar.floods import FLOODED, UNASKED, is_flooded
from dsar.identity_policy import meets, need
from dsar.letterhead import letterhead
from dsar.orders import Order, Posted
from dsar.ports import CompanyFacts, Letters, Post, Register, Vault
from dsar.vocabulary import LetterKind, Requester

# Where somebody is represented, the subject is asked directly; everything else goes to whoever asked.
TO_THE_SUBJECT = frozenset({LetterKind.IDENTITY_CODE, LetterKind.IDENTITY_LOCKED})
# What a representative may read before their authority was shown: it says nothing that they did not write.
TELLS_NOTHING = frozenset(
    {
        LetterKind.ACKNOWLEDGEMENT,
        LetterKind.AGENT_AUTHORITY,
        LetterKind.APPEAL_ACKNOWLEDGEMENT,
        LetterKind.COMPLAINT_ACKNOWLEDGEMENT,
        LetterKind.IDENTITY_REQUEST,
        LetterKind.NOT_IDENTIFIED,
        LetterKind.WITHDRAWN,
    }
)


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
        reason = self._held_back(order, kind) or self._post(request, kind, number, facts)
        if reason:
            self._record(order, EvidenceKind.LETTER_FAILED, f"{key}:{reason}", kind, reason)
            return Posted(ok=False, reason=reason)
        self._record(order, EvidenceKind.LETTER_SENT, key, kind)
        return Posted(ok=True)

    def _held_back(self, order: Order, kind: LetterKind) -> str:
        """Return the code of why nobody here wants this letter to go by itself, if nobody does."""
        if kind not in UNASKED:
            return ""
        theirs = self.register.of_subject(order.request.subject_id)
        return FLOODED if is_flooded(order.request.case_id, theirs, order.at, self._arrived) else ""

    def _arrived(self, case_id: str) -> bool:
        return any(entry.kind is EvidenceKind.ARRIVED for entry in self.register.evidence(case_id))

    def _post(self, request: RightsRequest, kind: LetterKind, number: int, facts: Mapping[str, Any]) -> str:
        """Return an empty string, or the code of what only a person can mend."""
        address = self._address(request, kind)
        if "@" not in address:
            return address
        if kind in HANDS_OVER and not self._is_proved(request, address):
            return "recipient_changed"
        letter = self.letters.render(kind, request.locale, {**self.header(request), **facts})
        try:
            self.post.send(letter, to=address, message_id=f"{request.case_id}.{kind}.{number}@{self.domain}")
        except OperatorError as error:
            if not error.reason.startswith("recipient"):
                raise  # our own mail server refuses us: an operator mends it, then the letter goes
            return error.reason
        keep(self.vault, request.case_id, kind, number, address)
        return ""

    def _address(self, request: RightsRequest, kind: LetterKind) -> str:
        """Return to whom this letter goes, or the code of why it can go to nobody."""
        if request.requester is Requester.SUBJECT or kind in TO_THE_SUBJECT:
            return address_of(self.vault, request.case_id) or "no_address"
        needed = need(request.right, request.regime, request.requester)
        proved = meets(proofs_of(self.register.evidence(request.case_id)), needed)
        if not proved and kind not in TELLS_NOTHING:
            return "authority_unproved"
        return agent_of(self.vault, request.case_id)

    def _is_proved(self, request: RightsRequest, address: str) -> bool:
        return is_proved(self.vault, request, self.register.evidence(request.case_id), address)

    def header(self, request: RightsRequest) -> Mapping[str, Any]:
        """Return what every letter of a case says of it."""
        return letterhead(self.register, self.vault, self.company, request)

    def _record(
        self, order: Order, kind: EvidenceKind, key: str, letter: LetterKind, reason: str = ""
    ) -> None:
        facts = {"letter": letter.value} | ({"reason": reason} if reason else {})
        self.register.record(order.request.case_id, Fact(key=key, kind=kind, at=order.at, facts=facts))
