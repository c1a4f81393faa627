"""Requests to recipients by machine, as OpenDSR 1.0 has them (github.com/opengdpr/opendsr; Art. 19).

The specification names access, portability and erasure. Corrections and restrictions are asked for in the
same form, of recipients who agreed to take them; what it has no field for stands under `extensions`.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from dsar.case import RightsRequest
from dsar.errors import OperatorError
from dsar.law_sets import LawSet, law_set
from dsar.person import Identity
from dsar.vocabulary import IdentifierKind, Right

API_VERSION = "1.0"
# The identity types of section 5.1 that we know people by.
TYPES: Mapping[IdentifierKind, str] = {
    IdentifierKind.EMAIL: "email",
    IdentifierKind.ACCOUNT_ID: "controller_customer_id",
}


class Asked(StrEnum):
    """What a recipient may be asked to do."""

    ERASURE = "erasure"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"


class Progress(StrEnum):
    """How far a recipient has come (section 8)."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


ASKED: Mapping[Right, Asked] = {
    Right.ERASURE: Asked.ERASURE,
    Right.DELETE: Asked.ERASURE,
    Right.RECTIFICATION: Asked.RECTIFICATION,
    Right.CORRECT: Asked.RECTIFICATION,
    Right.RESTRICTION: Asked.RESTRICTION,
    Right.OBJECTION: Asked.RESTRICTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a recipient takes requests. `url` is that of all of them; the status of one is asked below it.

    `credential` names where the secret lies (`env:NAME`, `file:PATH`, `aws:NAME`); with a `login` it is the
    password of that. `knows_by`: the only identifiers that it is told. `takes`: what else goes by letter.
    """

    url: str
    credential: str
    login: str = ""
    knows_by: tuple[IdentifierKind, ...] = (IdentifierKind.EMAIL,)
    takes: tuple[Asked, ...] = (Asked.ERASURE,)
    self_hosted: bool = False

    def is_for(self, right: Right) -> bool:
        """Whether it takes what this right asks of recipients."""
        return ASKED.get(right) in self.takes


def system_of(code: str) -> str:
    """Return how a recipient is named where systems are: in errors, tasks and the log."""
    return f"recipient:{code}"


def request_id(case_id: str, code: str) -> str:
    """Return the id of what one recipient is asked in one case: the same each time, so repeats are one."""
    digest = hashlib.sha256(f"opendsr:{case_id}:{code}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def request_body(
    request: RightsRequest,
    code: str,
    endpoint: Endpoint,
    identity: Identity,
    *,
    due_on: date,
    corrections: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """Return the request (section 7.1). It names the person: it goes to this recipient and nowhere else.

    Raises:
        OperatorError: `nobody_known_there`: by nothing that this recipient knows people by.
    """
    known = [(kind, value) for kind in endpoint.knows_by for value in identity.of(kind)]
    if not known:
        raise OperatorError(system_of(code), "nobody_known_there")
    more: dict[str, Any] = {"reference": request.case_id, "due_on": due_on.isoformat()}
    if corrections:
        more["corrections"] = [{"attribute": name, "value": value} for name, value in corrections]
    return {
        "regulation": "ccpa" if law_set(request.regime) is LawSet.CALIFORNIA else "gdpr",
        "subject_request_id": request_id(request.case_id, code),
        "subject_request_type": ASKED[request.right].value,
        "submitted_time": request.received_at.astimezone(UTC).isoformat(timespec="seconds"),
        "subject_identities": [
            {"identity_type": TYPES[kind], "identity_value": value, "identity_format": "raw"}
            for kind, value in known
        ],
        "api_version": API_VERSION,
        "extensions": {str(urlsplit(endpoint.url).hostname): more},
    }
