"""Handing an answer over: a link, a code sent separately, few attempts, each fetch on record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from activities.disclosure import BUNDLE
from desk.desk import Desk
from dsar.codes import DELIVERY, digest_of, token_digest
from dsar.errors import InputError, TemporaryError
from dsar.evidence import EvidenceKind, Fact, Scalar
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """An answer on its way out."""

    case_id: str
    chunks: Iterator[bytes]


def locale_of(desk: Desk, token: str) -> str | None:
    """Return in which language the person is spoken to, or None if the link is unknown or over."""
    found = desk.register.delivery(token_digest(token))
    if found is None or desk.now() >= found[1]:
        return None
    return desk.register.case(found[0]).request.locale


def hand_over(desk: Desk, token: str, code: str) -> Handover:
    """Open an answer with its link and its code.

    Raises:
        InputError: `link_unknown`, `expired`, `wrong` or `locked`, with words for the person.
        OperatorError, TemporaryError: the vault cannot hand the answer out now.
    """
    found = desk.register.delivery(token_digest(token))
    if found is None or desk.now() >= found[1]:
        raise InputError("link_unknown", _REFUSALS[CodeResult.NONE_SET])
    case_id = found[0]
    digest = digest_of(desk.vault, DELIVERY, case_id, code)
    result = desk.register.try_challenge(case_id, DELIVERY, digest, desk.now())
    if result is not CodeResult.ACCEPTED:
        raise InputError(result.value, _REFUSALS[result], field="code")
    chunks = desk.vault.stream(case_id, BUNDLE)
    first = next(chunks, b"")  # a vault that cannot answer says so here, before anything is promised
    _note_download(desk, case_id, {})
    return Handover(case_id=case_id, chunks=chain((first,), chunks))


async def send_again(desk: Desk, case_id: str, *, by: str) -> Posted:
    """Send a fresh link and a fresh code: the earlier ones expired, were lost or are locked.

    Raises:
        InputError: `handle_unknown`, or `no_answer` if the case has none that could be sent.
        TemporaryError: Temporal cannot be reached.
    """
    case = desk.case(case_id)
    role = desk.role(by, Role.SUPPORT)
    if case.outcome is not Outcome.FULFILLED or BUNDLE not in desk.vault.names(case_id, "bundle/"):
        raise InputError("no_answer", "this case has no answer to send again; see `show`", field="case")
    number = 1 + sum(e.kind is EvidenceKind.DELIVERY_OFFERED for e in desk.register.evidence(case_id))
    facts: dict[str, Scalar] = {"decision": "send-again", "by": by, "role": role.value, "system": ""}
    asked = Fact(key=f"send-again:{number}", kind=EvidenceKind.DECIDED, at=desk.now(), facts=facts)
    desk.register.record(case_id, asked)
    try:
        return await desk.client.execute_workflow(
            DsarSendAgain.run,
            args=[case.request, number],
            id=f"{case_id}/answer/{number}",
            task_queue=desk.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
    except (RPCError, RuntimeError):
        raise TemporaryError("temporal", "unreachable") from None


def _note_download(desk: Desk, case_id: str, facts: Mapping[str, Scalar]) -> None:
    """Two fetches at one moment count the same number; the one that comes second takes the next."""
    number = 1 + sum(e.kind is EvidenceKind.DOWNLOADED for e in desk.register.evidence(case_id))
    at = desk.now()
    while not desk.register.record(
        case_id, Fact(key=f"download:{number}", kind=EvidenceKind.DOWNLOADED, at=at, facts=facts)
    ):
        number += 1


def take_out(desk: Desk, case_id: str, *, by: str) -> Iterator[bytes]:
    """Give an answer to staff, to be handed over another way: by post, or in person. It is on record.

    Raises:
        InputError: `role_refused` unless the DPO asks; `no_answer` if the case has none.
    """
    desk.case(case_id)
    if desk.role(by, Role.DPO) is not Role.DPO:
        raise InputError("role_refused", "only the DPO may take an answer out", field="by")
    if BUNDLE not in desk.vault.names(case_id, "bundle/"):
        raise InputError("no_answer", "this case has no bundle; see `show`", field="case")
    _note_download(desk, case_id, {"by": by})
    return desk.vault.stream(case_id, BUNDLE)
