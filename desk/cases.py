"""Working on a case: list, show, prove, decide, withdraw."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import date

from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from desk.desk import Desk
from dsar.case import Decision, ProofGiven, SystemAnswer
from dsar.codes import IDENTITY, digest_of
from dsar.decisions import check_reason
from dsar.errors import InputError, TemporaryError
from dsar.evidence import Entry, EvidenceKind, Fact
from dsar.holdings import Holding
from dsar.identity import CodeResult
from dsar.ports import CaseRecord
from dsar.vocabulary import Proof, Role, Status
from workflows.case import DsarCase

PATIENCE = 20  # seconds a person waits at the desk; the same update may be sent again
_BY_CODE = ProofGiven(method=Proof.CONTACT_POINT)
_FILTERS = {"right": "DsarRight", "regime": "DsarRegime", "status": "DsarStatus", "owner": "DsarOwner"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything the desk may see of a case: no identifier, no record of the person."""

    record: CaseRecord
    answers: tuple[SystemAnswer, ...]
    holdings: tuple[Holding, ...]
    evidence: tuple[Entry, ...]


def show(desk: Desk, case_id: str) -> CaseFile:
    """Return the case as the register has it."""
    return CaseFile(
        record=desk.case(case_id),
        answers=desk.register.answers(case_id),
        holdings=desk.register.holdings(case_id),
        evidence=desk.register.evidence(case_id),
    )


async def find(desk: Desk, *, due_by: date | None = None, **filters: str) -> tuple[CaseRecord, ...]:
    """Return open and closed cases that Temporal's index knows under these filters, most urgent first.

    Raises:
        InputError: a filter holds a quote; no value of ours does.
        TemporaryError: Temporal cannot be reached.
    """
    terms = ["WorkflowType='dsar-case'"]
    for name, value in filters.items():
        if "'" in value or "\\" in value:
            raise InputError("filter_malformed", "use a value as `list` prints it", field=name)
        terms.append(f"{_FILTERS[name]}='{value}'")
    if due_by:
        terms.append(f"DsarDue<='{due_by.isoformat()}T23:59:59Z'")
    try:
        ids = {found.id async for found in desk.client.list_workflows(" AND ".join(terms))}
    except (RPCError, RuntimeError):
        raise TemporaryError("temporal", "unreachable") from None
    cases = [case for case in desk.register.cases() if case.request.case_id in ids]
    return tuple(sorted(cases, key=lambda c: (c.due_on or date.max, c.opened_at)))


async def prove_by_code(desk: Desk, case_id: str, code: str) -> CodeResult:
    """Try a one-time code. Wrong ones are counted; the fifth locks, and the person is told."""
    desk.case(case_id)
    digest = digest_of(desk.vault, IDENTITY, case_id, code)
    result = desk.register.try_challenge(case_id, IDENTITY, digest, desk.now())
    if result is CodeResult.ACCEPTED:
        await _update(desk, case_id, DsarCase.prove_identity, "prove-code", _BY_CODE)
    elif result is CodeResult.LOCKED:
        await _update(desk, case_id, DsarCase.note_lock, "lock")
    return result


async def prove_by_document(desk: Desk, case_id: str, *, by: str) -> None:
    """Note that a person looked at a document. The document itself is never taken in (LAW IDV-06)."""
    desk.case(case_id)
    role = desk.role(by, Role.SUPPORT)
    facts = {"method": Proof.DOCUMENT.value, "by": by, "role": role.value}
    fact = Fact(key="proved:document", kind=EvidenceKind.IDENTITY_PROVED, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)
    proof = ProofGiven(method=Proof.DOCUMENT, by=by)
    await _update(desk, case_id, DsarCase.prove_identity, "prove-document", proof)


async def ask_again(desk: Desk, case_id: str) -> None:
    """Have a fresh code sent; the earlier one stops working."""
    desk.case(case_id)
    number = len([e for e in desk.register.evidence(case_id) if e.kind is EvidenceKind.CODE_SET])
    await _update(desk, case_id, DsarCase.ask_again, f"ask-{number}")


async def decide(desk: Desk, case_id: str, decision: Decision, reason: str = "") -> Status:
    """Put a decision to the case. The case refuses what the law or its state does not allow.

    The reason is sealed here, at the door, and travels as a name: it may speak of the person.

    Raises:
        InputError: why it was refused, and the next move.
    """
    desk.case(case_id)
    check_reason(reason)
    made = [e for e in desk.register.evidence(case_id) if e.kind is EvidenceKind.DECIDED]
    said = f"{decision.kind}|{decision.system}|{decision.by}|{decision.ground}|{len(made)}"
    key = hashlib.sha256(said.encode()).hexdigest()[:16]
    if reason.strip():
        name = f"decisions/{key}"
        desk.vault.put(case_id, name, reason.strip().encode())
        decision = replace(decision, words=name, words_length=len(reason.strip()))
    return Status(str(await _update(desk, case_id, DsarCase.decide, f"decide-{key}", decision)))


async def withdraw(desk: Desk, case_id: str) -> None:
    """Note that the person withdraws the request."""
    desk.case(case_id)
    await _update(desk, case_id, DsarCase.withdraw, "withdraw")


async def _update(desk: Desk, case_id: str, update: object, key: str, *args: object) -> object:
    """Send an update whose id makes a repeat harmless."""
    life = desk.life(case_id)
    try:
        async with asyncio.timeout(PATIENCE):
            return await life.execute_update(update, *args, id=f"{case_id}-{key}")  # type: ignore[call-overload]
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        _stop_if_told_to()
        raise TemporaryError("worker", "no_answer") from None
    except WorkflowUpdateFailedError as failed:
        raise _refusal(failed) from None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise InputError(
                "case_over", "this case is closed, or not started yet; see `show`", field="case"
            ) from None
        raise TemporaryError("temporal", "unreachable") from None


def _stop_if_told_to() -> None:
    """Let Ctrl-C through, which the SDK turns into an error of its own."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


def _refusal(failed: WorkflowUpdateFailedError) -> InputError:
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.details:
        reason, field = (str(detail) for detail in cause.details)
        return InputError(reason, cause.message, field=field)
    return InputError("refused", "the case refused this; see `show`")
