"""What stands in every letter of a case: its own facts, and what the company says of itself."""

from typing import Any

from dsar.case import RightsRequest
from dsar.complaints import LOOKED_INTO, SPENT
from dsar.dossier import agent_of
from dsar.links import LinkKind, about_of
from dsar.ports import CompanyFacts, Register, Vault
from dsar.vocabulary import Requester


def letterhead(
    register: Register, vault: Vault, company: CompanyFacts, request: RightsRequest
) -> dict[str, Any]:
    """Return the facts that the case itself gives to each of its letters."""
    represented = request.requester is not Requester.SUBJECT
    said = dict(company.letter_facts(request.regime, request.received_on, request.locale))
    spent = SPENT.get(request.right, frozenset())
    return {
        **said,
        "case_id": request.case_id,
        "right": request.right,
        "regime": request.regime,
        "channel": request.channel,
        "requester": request.requester,
        "agent": agent_of(vault, request.case_id) if represented else "",
        "received_on": request.received_on,
        "due_on": register.case(request.case_id).due_on,
        "remedies": [remedy for remedy in said["remedies"] if remedy["code"] not in spent],
        "about": _about(register, request),
    }


def _about(register: Register, request: RightsRequest) -> str:
    """Return the case that a complaint is about; none while it may be somebody else's."""
    link = about_of(register.evidence(request.case_id)) if request.right in LOOKED_INTO else None
    return link.case_id if link and link.how is LinkKind.ABOUT else ""
