"""Working on a case: list, show, prove, decide, withdraw."""

import asyncio
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date

from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from desk.decisions import ready
from desk.desk import Desk
from desk.together import linked
from desk.trying import Trying, trying
from dsar.case import Decision, ProofGiven, ProofWanted, SystemAnswer
from dsar.codes import IDENTITY, digest_of
from dsar.decision_kinds import NOT_TAKEN
from dsar.decisions import check_reason
from dsar.errors import InputError, TemporaryError
from dsar.evidence import Entry, EvidenceKind, Fact
from dsar.holdings import Holding
from dsar.identity import CodeResult
from dsar.links import Linked
from dsar.ports import CaseRecord
from dsar.reaching import Reached, reached
from dsar.regimes.catalogue import codes
from dsar.vocabulary import Proof, Right, Role, Status
from workflows.case import DsarCase

_PLAIN = re.compile(r"[A-Za-z0-9._:-]{1,60}")  # every right, regime, status and handle is one
PATIENCE = 20  # seconds a person waits at the desk; the same update may be sent again
# A letter that reached nobody brings a case into people's hands before identity is proved, too.
BEFORE_PROOF = frozenset({Status.RECEIVED, Status.IDENTIFYING, Status.BY_HAND})
_BY_CODE = ProofGiven(method=Proof.CONTACT_POINT)
_FILTERS = {"right": "DsarRight", "regime": "DsarRegime", "owner": "DsarOwner"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything the desk may see of a case: no identifier, no record of the person."""

    record: CaseRecord
    answers: tuple[SystemAnswer, ...]
    holdings: tuple[Holding, ...]
    evidence: tuple[Entry, ...]
    earlier: tuple[CaseRecord, ...] = ()  # what the same person asked for before, newest first
    reached: tuple[Reached, ...] = ()  # by which path each system was found
    linked: tuple[Linked, ...] = ()
    trying: tuple[Trying, ...] = ()  # what failed and is repeated by itself


def show(desk: Desk, case_id: str) -> CaseFile:
    """Return the case as the register has it."""
    record = desk.case(case_id)
    evidence = desk.register.evidence(case_id)
    return CaseFile(
        record=record,
        answers=desk.register.answers(case_id),
        holdings=desk.register.holdings(case_id),
        evidence=evidence,
        reached=reached(evidence),
        linked=linked(desk, case_id),
        earlier=earlier(desk, record),
    )


async def show_now(desk: Desk, case_id: str) -> CaseFile:
    """Return the case as the register has it, and what it is trying again at this moment."""
    file = show(desk, case_id)
    if file.record.status is Status.CLOSED:
        return file
    return replace(file, trying=await trying(desk, case_id))


def earlier(desk: Desk, record: CaseRecord) -> tuple[CaseRecord, ...]:
    """Return what the same person asked for before, for the DPO to weigh: nothing follows by itself."""
    request = record.request
    same = desk.register.of_subject(request.subject_id)
    return tuple(case for case in same if case.request.received_at < request.received_at)


async def find(desk: Desk, *, due_by: date | None = None, **filters: str) -> tuple[CaseRecord, ...]:
    """Return open and closed cases that Temporal's index knows under these filters, most urgent first.

    Raises:
        InputError: a filter holds a quote, which no value of ours does, or a value that no case can have.
        TemporaryError: Temporal cannot be reached.
    """
    terms = ["WorkflowType='dsar-case'"]
    for name, value in filters.items():
        if not _PLAIN.fullmatch(value):
            raise InputError("filter_malformed", "use a value as `list` prints it", field=name)
        _check_known(name, value)
        terms.append(_term(name, value))
    if due_by:
        terms.append(f"DsarDue<='{due_by.isoformat()}T23:59:59Z'")
    try:
        ids = {found.id async for found in desk.client.list_workflows(" AND ".join(terms))}
    except (RPCError, RuntimeError):
        raise TemporaryError("temporal", "unreachable") from None
    cases = [case for case in desk.register.cases() if case.request.case_id in ids]
    return tuple(sorted(cases, key=lambda c: (c.due_on or date.max, c.opened_at)))


def _check_known(name: str, value: str) -> None:
    """A slip of the keyboard must not read as if there were no such case."""
    choices: dict[str, tuple[str, ...]] = {"right": (*Right,), "status": (*Status,), "regime": codes()}
    if name in choices and value not in choices[name]:
        hint = "see `regimes`" if name == "regime" else f"choose one of {', '.join(choices[name])}"
        raise InputError(f"{name}_unknown", hint, field=name)


def _term(name: str, value: str) -> str:
    """Say a filter as Temporal's index understands it: a case is closed when its execution is."""
    if name != "status":
        return f"{_FILTERS[name]}='{value}'"
    if value == Status.CLOSED:
        return "ExecutionStatus='Completed'"
    return f"DsarStatus='{value}' AND ExecutionStatus='Running'"


async def prove_by_code(desk: Desk, case_id: str, code: str) -> CodeResult:
    """Try a one-time code. Wrong ones are counted; the fifth locks, and the person is told."""
    proof_is_wanted(desk, case_id)
    digest = digest_of(desk.vault, IDENTITY, case_id, code)
    result = desk.register.try_challenge(case_id, IDENTITY, digest, desk.now())
    if result is CodeResult.ACCEPTED:
        await update(desk, case_id, DsarCase.prove_identity, "prove-code", _BY_CODE)
    elif result is CodeResult.LOCKED:
        await update(desk, case_id, DsarCase.note_lock, "lock")
    return result


async def prove_by_document(desk: Desk, case_id: str, *, by: str) -> None:
    """Note that a person looked at a document. The document itself is never taken in (LAW IDV-06)."""
    proof_is_wanted(desk, case_id)
    role = desk.role(by, Role.SUPPORT)
    facts = {"method": Proof.DOCUMENT.value, "by": by, "role": role.value}
    fact = Fact(key="proved:document", kind=EvidenceKind.IDENTITY_PROVED, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)
    proof = ProofGiven(method=Proof.DOCUMENT, by=by)
    await update(desk, case_id, DsarCase.prove_identity, "prove-document", proof)


def proof_is_wanted(desk: Desk, case_id: str) -> None:
    """Refuse before anything is written: a proof that comes too late is no evidence of one."""
    searched = any(entry.key == "discovering" for entry in desk.register.evidence(case_id))
    if desk.case(case_id).status not in BEFORE_PROOF or searched:
        hint = "identity is proved already, or the case is over; see `show`"
        raise InputError("proof_not_wanted", hint, field="case")


async def ask_again(desk: Desk, case_id: str) -> None:
    """Have what is missing asked for again: a fresh code, whose earlier one stops working, or its letter."""
    desk.case(case_id)
    asked = len([e for e in desk.register.evidence(case_id) if e.key.startswith("identifying:")])
    await update(desk, case_id, DsarCase.ask_again, f"ask-{asked}", ProofWanted())


async def decide(desk: Desk, case_id: str, decision: Decision, reason: str = "") -> Status:
    """Put a decision to the case. The case refuses what the law or its state does not allow.

    The reason is sealed here, at the door, and travels as a name: it may speak of the person.

    Raises:
        InputError: why it was refused, and the next move.
    """
    ready(desk, case_id, decision)
    check_reason(reason)
    made = [e for e in desk.register.evidence(case_id) if _is_about_a_decision(e)]
    said = f"{decision.kind}|{decision.system}|{decision.by}|{decision.ground}|{len(made)}"
    said += f"|{decision.plan}" if decision.plan else ""
    said += "".join(f"|{name}={value}" for name, value in sorted(decision.facts.items()))
    said += "".join(f"|{held.collection}={held.count}" for held in decision.holdings)
    said += f"|{decision.copies}" if decision.copies else ""
    said += f"|{desk.vault.fingerprint('reason', reason.strip())}" if reason.strip() else ""
    key = hashlib.sha256(said.encode()).hexdigest()[:16]
    if reason.strip():
        name = f"decisions/{key}"
        desk.vault.put(case_id, name, reason.strip().encode())
        decision = replace(decision, words=name, words_length=len(reason.strip()))
    return Status(str(await update(desk, case_id, DsarCase.decide, f"decide-{key}", decision)))


def _is_about_a_decision(entry: Entry) -> bool:
    """Whether one was taken, or could not be: after either, the same one again is another."""
    return entry.kind is EvidenceKind.DECIDED or entry.facts.get("reason") == NOT_TAKEN


async def withdraw(desk: Desk, case_id: str) -> None:
    """Note that the person withdraws the request. Returns when the register has that as its end.

    Raises:
        TemporaryError: `not_ended_yet`: what is under way has to end before, or no worker runs. Withdrawing
            again is safe.
    """
    desk.case(case_id)
    try:
        await update(desk, case_id, DsarCase.withdraw, "withdraw")
    except TemporaryError as error:
        if error.reason != "no_answer":
            raise
        raise TemporaryError("case", "not_ended_yet") from None


async def update(desk: Desk, case_id: str, update: object, key: str, *args: object) -> object:
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
    except RuntimeError:  # a lazy client that cannot connect
        raise TemporaryError("temporal", "unreachable") from None
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
