"""Handing an answer over: a link, a code sent separately, few attempts, each fetch on record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, count

from activities.disclosure import BUNDLE
from desk.desk import Desk
from desk.protection import Leaving, Protection, leaving, protection_of
from dsar.codes import DELIVERY, digest_of, token_digest
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.identity import CodeResult
from dsar.orders import Posted
from dsar.vocabulary import Outcome, Role
from workflows.answer import DsarSendAgain

_REFUSALS = {
    CodeResult.WRONG: "this is not the code from the second letter; try again",
    CodeResult.LOCKED: "too many wrong codes: ask us for a new link",
    CodeResult.EXPIRED: "this link has expired: ask us for a new one",
    CodeResult.NONE_SET: "this link leads nowhere: use the newest letter",
}
MOST_DOWNLOADS = 20  # of one link: a person who needs more has lost it to somebody
PARCELS = "parcels/"
_SPENT = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a link offers: in which language the person is spoken to, and how the answer is protected.

    `over`: why it offers nothing any more, `expired`, `locked` or `spent`.
    """

    locale: str
    protection: Protection = Protection.NONE
    over: str = ""


def offer_of(desk: Desk, token: str) -> Offer | None:
    """Return what a link offers, or None if it is unknown: nobody types a code for what has ended."""
    found = desk.register.delivery(token_digest(token))
    if found is None:
        return None
    case_id, ends_at = found
    locale = desk.register.case(case_id).request.locale
    if over := _over(desk, case_id, ends_at):
        return Offer(locale=locale, over=over)
    return Offer(locale=locale, protection=protection_of(desk, case_id).protection)


def _over(desk: Desk, case_id: str, ends_at: datetime) -> str:
    if desk.now() >= ends_at:
        return CodeResult.EXPIRED.value
    code = desk.register.challenge(case_id, DELIVERY)
    if code and code.locked:
        return CodeResult.LOCKED.value
    return _SPENT if _fetched(desk.register.evidence(case_id)) >= MOST_DOWNLOADS else ""


def hand_over(desk: Desk, token: str, code: str) -> Leaving:
    """Open an answer with its link and its code.

    Raises:
        InputError: `link_unknown`, `expired`, `wrong`, `locked` or `spent`, with words for the person.
        OperatorError, TemporaryError: the vault cannot hand the answer out now.
    """
    found = desk.register.delivery(token_digest(token))
    if found is None:
        raise InputError("link_unknown", _REFUSALS[CodeResult.NONE_SET])
    case_id, ends_at = found
    if desk.now() >= ends_at:
        raise InputError(CodeResult.EXPIRED.value, _REFUSALS[CodeResult.EXPIRED])
    digest = digest_of(desk.vault, DELIVERY, case_id, code)
    result = desk.register.try_challenge(case_id, DELIVERY, digest, desk.now())
    if result is not CodeResult.ACCEPTED:
        raise InputError(result.value, _REFUSALS[result], field="code")
    known = desk.register.evidence(case_id)
    left = MOST_DOWNLOADS - _fetched(known)
    if left < 1:
        raise _spent()
    answer = leaving(desk, case_id)
    first = next(answer.chunks, b"")  # a vault that cannot answer says so here, before anything is promised
    _note_download(desk, case_id, known, {}, left)
    return replace(answer, chunks=chain((first,), answer.chunks))


def _fetched(known: Iterable[Entry]) -> int:
    """Count the downloads since the newest link was offered; what staff took out is none of the person's."""
    fetched = 0
    for entry in known:
        if entry.kind is EvidenceKind.DELIVERY_OFFERED:
            fetched = 0
        fetched += entry.kind is EvidenceKind.DOWNLOADED and "by" not in entry.facts
    return fetched


async def send_again(desk: Desk, case_id: str, *, by: str) -> Posted:
    """Send a fresh link and a fresh code: the earlier ones expired, were lost or are locked.

    An answer that was removed when its time was over is written anew, while what was exported is kept.

    Raises:
        InputError: `handle_unknown`, or `no_answer` if the case has none that could be sent.
        TemporaryError: Temporal cannot be reached.
    """
    case = desk.case(case_id)
    role = desk.role(by, Role.SUPPORT)
    held = desk.vault.names(case_id, BUNDLE) or desk.vault.names(case_id, PARCELS)
    if case.outcome not in {Outcome.FULFILLED, Outcome.PARTLY_FULFILLED} or not held:
        raise InputError("no_answer", "this case has no answer to send again; see `show`", field="case")
    number = 1 + sum(e.kind is EvidenceKind.DELIVERY_OFFERED for e in desk.register.evidence(case_id))
    facts: dict[str, Scalar] = {"decision": "send-again", "by": by, "role": role.value, "system": ""}
    asked = Fact(key=f"send-again:{number}", kind=EvidenceKind.DECIDED, at=desk.now(), facts=facts)
    desk.register.record(case_id, asked)
    return await desk.carry_out(DsarSendAgain.run, f"{case_id}/answer/{number}", case.request, number)


def _note_download(
    desk: Desk, case_id: str, known: Iterable[Entry], facts: Mapping[str, Scalar], left: int | None = None
) -> None:
    """Two fetches at one moment count the same number; the one that comes second takes the next.

    Raises:
        InputError: `spent`: others at this moment took all the numbers that were `left`.
    """
    number = sum(e.kind is EvidenceKind.DOWNLOADED for e in known)
    numbers = count(number + 1) if left is None else range(number + 1, number + 1 + left)
    noted = (
        Fact(key=f"download:{n}", kind=EvidenceKind.DOWNLOADED, at=desk.now(), facts=facts) for n in numbers
    )
    if not any(desk.register.record(case_id, fact) for fact in noted):
        raise _spent()


def _spent() -> InputError:
    return InputError(_SPENT, "this link was used too often: ask us for a new one")


def take_out(desk: Desk, case_id: str, *, by: str) -> Leaving:
    """Give an answer to staff, to be handed over another way: by post, or in person. It is on record.

    Raises:
        InputError: `role_refused` unless the DPO asks; `no_answer` if the case has none.
    """
    desk.case(case_id)
    if desk.role(by, Role.DPO) is not Role.DPO:
        raise InputError("role_refused", "only the DPO may take an answer out", field="by")
    if not desk.vault.names(case_id, BUNDLE):
        hint = (
            "this case has no bundle, or it was removed in time: see `show`, or `send-again` writes it anew"
        )
        raise InputError("no_answer", hint, field="case")
    _note_download(desk, case_id, desk.register.evidence(case_id), {"by": by})
    return leaving(desk, case_id)
