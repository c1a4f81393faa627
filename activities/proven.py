"""No side door: whatever the workflow believes, the register must hold the proof before a search."""

from collections.abc import Collection, Iterable

from dsar.case import ProofGiven, RightsRequest
from dsar.dossier import open_identity, open_request
from dsar.errors import OperatorError
from dsar.evidence import Entry, EvidenceKind
from dsar.identity_policy import meets, need
from dsar.matching import looked_up_by
from dsar.person import Identity
from dsar.ports import Register, Vault
from dsar.vocabulary import Proof


def proved_identity(register: Register, vault: Vault, request: RightsRequest) -> Identity:
    """Return the identifiers that were proved to be the person's: with a document, those they claimed too;
    with a match, the one under which the data was looked up.

    Raises:
        OperatorError: `identity_unproved`.
    """
    needed = need(request.right, request.regime, request.requester)
    given = proofs_of(register.evidence(request.case_id))
    if not meets(given, needed):
        raise OperatorError("identity", "identity_unproved")
    methods = {proof.method for proof in given}
    proved = open_identity(vault, request.case_id, claimed=_looked_at(methods, request))
    if Proof.MATCH not in methods:
        return proved
    return proved.merged(looked_up_by(open_request(vault, request.case_id)).identifiers)


def needs_claims(entries: Iterable[Entry], request: RightsRequest) -> bool:
    """Whether a person is looked up by what they claimed, too: then it belongs to the case as their address
    does, and a client may still instruct us about whom it names.
    """
    methods = {proof.method for proof in proofs_of(entries)}
    return Proof.MATCH in methods or _looked_at(methods, request)


def _looked_at(methods: Collection[Proof], request: RightsRequest) -> bool:
    nothing_asked = need(request.right, request.regime, request.requester).proof is Proof.NONE
    return Proof.DOCUMENT in methods or nothing_asked


def proofs_of(entries: Iterable[Entry]) -> tuple[ProofGiven, ...]:
    """Return every proof that the register holds of a case."""
    facts = (entry.facts for entry in entries if entry.kind is EvidenceKind.IDENTITY_PROVED)
    return tuple(
        ProofGiven(
            method=Proof(str(fact.get("method") or Proof.CONTACT_POINT)),
            points=int(fact.get("points") or 0),
            declared=bool(fact.get("declared")),
            authority=str(fact.get("authority") or ""),
        )
        for fact in facts
    )
