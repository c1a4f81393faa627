"""No side door: whatever the workflow believes, the register must hold the proof before a search."""

from dsar.case import RightsRequest
from dsar.dossier import open_identity
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.identity import proves_claims, required_proof, suffices
from dsar.person import Identity
from dsar.ports import Register, Vault
from dsar.vocabulary import Proof


def proved_identity(register: Register, vault: Vault, request: RightsRequest) -> Identity:
    """Return the identifiers that were proved to be the person's; with a document, those they claimed too.

    Raises:
        OperatorError: `identity_unproved`.
    """
    required = required_proof(request.right, request.requester)
    entries = register.evidence(request.case_id)
    facts = [entry.facts for entry in entries if entry.kind is EvidenceKind.IDENTITY_PROVED]
    given = [Proof(str(fact.get("method") or Proof.CONTACT_POINT)) for fact in facts]
    if required is not Proof.NONE and not any(suffices(proof, required) for proof in given):
        raise OperatorError("identity", "identity_unproved")
    claimed = required is Proof.NONE or proves_claims(given)
    return open_identity(vault, request.case_id, claimed=claimed)
