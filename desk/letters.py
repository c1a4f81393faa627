"""Letters at the desk: looked at before they go, settled by hand when they do not arrive."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from desk.cases import decide, proof_is_wanted, update
from desk.desk import Desk
from dsar.case import Decision, ProofWanted
from dsar.decision_kinds import POSTED
from dsar.dossier import agent_of, seal_address
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact
from dsar.identity_policy import need
from dsar.intake import check_email
from dsar.letterhead import letterhead
from dsar.mailbag import Undelivered, undelivered, was_sent
from dsar.person import comparable
from dsar.systems import searched
from dsar.vocabulary import IdentifierKind, LetterKind, Requester, Role
from workflows.case import DsarCase

BESIDE = frozenset({LetterKind.EXTENSION, LetterKind.FEE, LetterKind.CLARIFICATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A letter of a case that waits for a hand."""

    case: str
    letter: Undelivered


def facts_of(desk: Desk, case_id: str) -> dict[str, Any]:
    """Return what a case can say of itself in a letter. Whom it concerns is not among it."""
    request = desk.case(case_id).request
    needed = need(request.right, request.regime, request.requester)
    return {
        **letterhead(desk.register, desk.vault, desk.company, request),
        "answers": searched(desk.register.answers(case_id)),
        "tried": (needed.proof,),
        "points": needed.points,
        "declared": needed.declared,
    }


def kind_of(word: str) -> LetterKind:
    """Return the kind of letter that was typed.

    Raises:
        InputError: `letter_unknown`.
    """
    try:
        return LetterKind(word.strip().lower().replace("-", "_"))
    except ValueError:
        raise InputError("letter_unknown", f"choose one of {', '.join(LetterKind)}", field="kind") from None


def waiting(desk: Desk) -> Iterator[Waiting]:
    """Yield each letter that nobody received, of open cases first."""
    for record in sorted(desk.register.cases(), key=lambda case: case.closed_at is not None):
        case_id = record.request.case_id
        for letter in undelivered(desk.register.evidence(case_id)):
            yield Waiting(case=case_id, letter=letter)


def note_bounce(desk: Desk, case_id: str, kind: LetterKind, *, by: str) -> None:
    """Note that a letter came back after the mail server had taken it.

    Raises:
        InputError: `letter_not_sent`: no such letter left.
    """
    desk.case(case_id)
    entries = desk.register.evidence(case_id)
    if not was_sent(entries, kind):
        raise InputError("letter_not_sent", "no letter of this kind was sent; see `show`", field="kind")
    _note(desk, case_id, kind, EvidenceKind.LETTER_BOUNCED, by)


def note_posted(desk: Desk, case_id: str, kind: LetterKind, *, by: str) -> None:
    """Note that a letter reached the person another way: on paper, by phone, in person.

    Raises:
        InputError: `letter_not_waiting`: none of this kind waits for a hand.
    """
    _waits(desk, case_id, kind)
    _note(desk, case_id, kind, EvidenceKind.LETTER_POSTED, by)


async def hand_over(desk: Desk, case_id: str, kind: LetterKind, *, by: str) -> None:
    """Note that a letter was handed over; what had to wait for it (an extension, a fee, a question) begins.

    The case hears of it first: if it cannot listen now, nothing is noted and the same call may be repeated.

    Raises:
        InputError: as `note_posted`; `busy`: another decision is being carried out.
    """
    _waits(desk, case_id, kind)
    if kind in BESIDE and desk.case(case_id).closed_at is None:
        handed = Decision(kind=POSTED, by=by, role=desk.role(by, Role.SUPPORT), decided_at=desk.now())
        try:
            await decide(desk, case_id, handed)
        except InputError as refusal:  # it came back after all that follows from it had begun
            if refusal.reason != "letter_not_waiting":
                raise
    note_posted(desk, case_id, kind, by=by)


def _waits(desk: Desk, case_id: str, kind: LetterKind) -> None:
    desk.case(case_id)
    if kind not in {letter.kind for letter in undelivered(desk.register.evidence(case_id))}:
        raise InputError("letter_not_waiting", "no letter of this kind waits; see `letters`", field="kind")


def _note(desk: Desk, case_id: str, kind: LetterKind, what: EvidenceKind, by: str) -> None:
    role = desk.role(by, Role.SUPPORT)
    facts = {"letter": kind.value, "by": by, "role": role.value}
    facts |= {"reason": "bounced"} if what is EvidenceKind.LETTER_BOUNCED else {}
    number = len(desk.register.evidence(case_id))
    key = f"{what}:{kind}:{number}"
    desk.register.record(case_id, Fact(key=key, kind=what, at=desk.now(), facts=facts))


async def readdress(desk: Desk, case_id: str, address: str, *, by: str) -> None:
    """Correct the address of somebody who has not proved anything yet, and ask there again.

    Afterwards it is fixed: an answer goes where identity was proved, and nowhere else.

    Raises:
        InputError: it is no address, codes are locked, or identity is proved already.
    """
    check_email(address)
    proof_is_wanted(desk, case_id)
    role = desk.role(by, Role.SUPPORT)
    if any(e.kind is EvidenceKind.IDENTITY_LOCKED for e in desk.register.evidence(case_id)):
        hint = "codes are locked after five wrong ones; prove with --document instead"
        raise InputError("code_locked", hint, field="case")
    _not_the_agent(desk, case_id, address)
    seal_address(desk.vault, case_id, address)
    number = len(desk.register.evidence(case_id))
    facts = {"by": by, "role": role.value}
    kind = EvidenceKind.ADDRESS_CORRECTED
    fact = Fact(key=f"readdressed:{number}", kind=kind, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)
    await update(desk, case_id, DsarCase.ask_again, f"readdress-{number}", ProofWanted())


def _not_the_agent(desk: Desk, case_id: str, address: str) -> None:
    if desk.case(case_id).request.requester is Requester.SUBJECT:
        return
    both = {comparable(IdentifierKind.EMAIL, a) for a in (address, agent_of(desk.vault, case_id))}
    if len(both) == 1:
        hint = "one mailbox cannot speak for both: give the data subject's own"
        raise InputError("agent_is_subject", hint, field="email")
