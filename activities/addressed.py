"""To whom an answer goes: where identity was proved, and nowhere else (Art. 12(6), 32; LAW IDV-04).

The address of each letter that asks who somebody is lies sealed beside it. What hands data over is compared
with the one whose owner proved themselves; if it differs, a person looks.
"""

from collections.abc import Iterable

from dsar.case import RightsRequest
from dsar.evidence import Entry, EvidenceKind
from dsar.identity_policy import need
from dsar.person import comparable
from dsar.ports import Vault
from dsar.vocabulary import IdentifierKind, LetterKind, Proof, Requester

HANDS_OVER = frozenset(
    {
        LetterKind.ACCESS_ANSWER,
        LetterKind.ANSWER_CODE,
        LetterKind.PARTIAL_ANSWER,
        LetterKind.PORTABILITY_ANSWER,
    }
)
_TO_AGENTS = (LetterKind.ACKNOWLEDGEMENT, LetterKind.AGENT_AUTHORITY)
_BY_CODE = (LetterKind.IDENTITY_CODE,)
_OTHERWISE = (*_BY_CODE, LetterKind.ACKNOWLEDGEMENT, LetterKind.IDENTITY_REQUEST)
KEPT = frozenset({*_TO_AGENTS, *_OTHERWISE})


def keep(vault: Vault, case_id: str, kind: LetterKind, number: int, address: str) -> None:
    """Seal where a letter went, if it is one by which somebody proves themselves."""
    if kind in KEPT:
        vault.put(case_id, _name(kind, number), address.encode())


def is_proved(vault: Vault, request: RightsRequest, entries: Iterable[Entry], address: str) -> bool:
    """Whether an address is the one that was written to before identity was proved. True if none was.

    A letter is on record a moment after it left, and whoever is quick has proved themselves by then: if none
    stands before the proof, the first one after it is the one that was answered.
    """
    kinds, last, proved = _asked_by(request), "", False
    for entry in entries:
        proved = proved or entry.kind is EvidenceKind.IDENTITY_PROVED
        if proved and last:
            break
        if entry.kind is EvidenceKind.LETTER_SENT and entry.facts["letter"] in kinds:
            kind, _, number = entry.key.removeprefix("letter:").partition(":")
            last = _name(LetterKind(kind), int(number))
    if not last:
        return True
    return _same(vault.get(request.case_id, last).decode(), address)


def _asked_by(request: RightsRequest) -> tuple[LetterKind, ...]:
    if request.requester is not Requester.SUBJECT:
        return _TO_AGENTS
    needed = need(request.right, request.regime, request.requester)
    return _BY_CODE if needed.proof is Proof.CONTACT_POINT else _OTHERWISE


def _same(proved: str, used: str) -> bool:
    kind = IdentifierKind.EMAIL
    return comparable(kind, proved) == comparable(kind, used)


def _name(kind: LetterKind, number: int) -> str:
    return f"asked/{kind}.{number}"
