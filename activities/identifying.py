"""Asking for a proof of identity, by the letter that fits it (Art. 12(6); LAW IDV-01..11, NTC-02)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from dsar.codes import IDENTITY, code_for, digest_of, shown
from dsar.evidence import EvidenceKind, Fact
from dsar.identity import CODE_LIFETIME, Challenge
from dsar.identity_policy import need
from dsar.orders import Order, Posted, ProofOrder
from dsar.ports import Change, Register, Vault
from dsar.regimes.catalogue import local_day
from dsar.vocabulary import LetterKind, Proof, Status

ANSWER_WITHIN = timedelta(days=28)  # as long as we wait before a case is closed as not identified


@dataclass(frozen=True, slots=True)
class Identifying:
    """Tools for asking who asks."""

    register: Register
    vault: Vault
    correspondence: Correspondence

    @activity.defn(name="ask-for-proof")
    @translated
    def ask_for_proof(self, order: ProofOrder) -> Posted:
        """Ask for one proof, and show that the case waits for it."""
        kind, told = self._letter(order)
        waiting = Fact(key=f"identifying:{order.number}", kind=EvidenceKind.WAITING, at=order.at)
        # Shown last: whoever sees that a case waits for its code can already give it.
        self.register.record(order.request.case_id, waiting, Change(status=Status.IDENTIFYING))
        plain = Order(request=order.request, at=order.at, number=order.number)
        return self.correspondence.send(plain, kind, told, order.number)

    def _letter(self, order: ProofOrder) -> tuple[LetterKind, Mapping[str, Any]]:
        if order.wanted.method is Proof.CONTACT_POINT:
            return LetterKind.IDENTITY_CODE, self._fresh_code(order)
        told = {"answer_by": local_day(order.request.regime, order.at + ANSWER_WITHIN)}
        if order.wanted.method is Proof.AGENT_AUTHORITY:
            return LetterKind.AGENT_AUTHORITY, told
        return LetterKind.IDENTITY_REQUEST, {**told, **self._asked(order)}

    def _fresh_code(self, order: ProofOrder) -> Mapping[str, Any]:
        """Set a one-time code for the subject's contact point (Rec. 57; LAW IDV-04)."""
        case_id = order.request.case_id
        code = code_for(self.vault, IDENTITY, case_id, order.number)
        expires_at = order.at + CODE_LIFETIME
        challenge = Challenge(digest=digest_of(self.vault, IDENTITY, case_id, code), expires_at=expires_at)
        fact = Fact(key=f"code:{IDENTITY}:{order.number}", kind=EvidenceKind.CODE_SET, at=order.at)
        self.register.set_challenge(case_id, IDENTITY, challenge, fact)
        return {"code": shown(code), "expires_at": expires_at}

    def _asked(self, order: ProofOrder) -> Mapping[str, Any]:
        """Say what is asked and why; a doubt is written down before its letter goes (LAW IDV-01)."""
        request, wanted = order.request, order.wanted
        if wanted.doubt:
            facts = {"doubt": wanted.doubt, "by": wanted.by}
            key = f"doubted:{order.number}"
            fact = Fact(key=key, kind=EvidenceKind.IDENTITY_DOUBTED, at=order.at, facts=facts)
            self.register.record(request.case_id, fact)
        needed = need(request.right, request.regime, request.requester)
        return {
            "doubt": wanted.doubt,
            "proof": wanted.method,
            "points": needed.points,
            "declared": needed.declared,
        }
