"""Opening a case: sealed, registered, started, in that order. Repeating any of it does no harm."""

import secrets
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from temporalio.client import RPCError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from desk.desk import Desk
from dsar.case import RightsRequest
from dsar.dossier import DOOR, seal_identity
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact
from dsar.intake import Checked, NewRequest, check_request, subject_key
from dsar.ports import CaseRecord, Change
from dsar.regimes.catalogue import regime_for
from dsar.vocabulary import Requester, Status
from workflows.attributes import at_start
from workflows.case import DEEDS, DsarCase


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCase:
    """What opening came to. `started` is False while Temporal cannot be reached: the worker starts the case
    as soon as it can; the clock runs from the day of receipt either way.
    """

    record: CaseRecord
    created: bool
    started: bool


async def open_case(desk: Desk, new: NewRequest, *, again: bool = False) -> OpenedCase:
    """Open a case, or return the one that the same message opened before.

    Raises:
        InputError: something typed cannot be taken; `already_open` if this person has an open case for this
            right and `again` is not set.
    """
    regime = regime_for(new.regime, desk.now().date())
    checked = check_request(new, now=desk.now().astimezone(ZoneInfo(regime.zone)))
    regime_for(new.regime, checked.received_on)  # in force on the day of receipt, too
    if checked.requester is not Requester.SUBJECT:
        hint = "requests by agents and parents need proof of authority, which this version cannot take in yet"
        raise InputError("requester_not_yet", hint, field="requester")
    if checked.right not in DEEDS:
        able = ", ".join(sorted(DEEDS))
        raise InputError("right_not_yet", f"this version carries out: {able}", field="right")
    record, created = _write(desk, checked, again=again)
    started = await start(desk, record.request)
    return OpenedCase(record=record, created=created, started=started)


def _write(desk: Desk, checked: Checked, *, again: bool) -> tuple[CaseRecord, bool]:
    kind, value = subject_key(checked.identity)
    person = desk.vault.fingerprint(f"subject:{kind}", value)
    before = {c.request.case_id: c for c in desk.register.same_subject(person, checked.right)}
    key = _key(desk, checked, person, len(before) if again else 0)
    if earlier := before.get(f"case_{key[:20]}"):
        return earlier, False
    for earlier in before.values():
        if earlier.status is not Status.CLOSED and not again:
            hint = f"{earlier.request.case_id} is open for this person and right; --again opens another"
            raise InputError("already_open", hint)
    return _new(desk, checked, person, key)


def _key(desk: Desk, checked: Checked, person: str, count: int) -> str:
    """Return what makes two openings one. A shredded case has forgotten its person: it is passed over.

    Raises:
        InputError: `was_shredded`: the message with this very key was answered, and its case shredded.
    """
    while True:
        key = desk.vault.fingerprint("intake", _same_message(checked, person, count))
        if not _was_shredded(desk, f"case_{key[:20]}"):
            return key
        if checked.intake_key:
            raise InputError("was_shredded", "this message was answered and its case shredded", field="key")
        count += 1


def _was_shredded(desk: Desk, case_id: str) -> bool:
    try:
        return any(e.kind is EvidenceKind.SHREDDED for e in desk.register.evidence(case_id))
    except InputError:  # unknown to the register
        return False


def _new(desk: Desk, checked: Checked, person: str, key: str) -> tuple[CaseRecord, bool]:
    request = RightsRequest(
        case_id=f"case_{key[:20]}",
        subject_id=desk.register.subject_of(person) or f"sub_{secrets.token_hex(10)}",
        right=checked.right,
        regime=checked.regime,
        received_at=checked.received_at,
        received_on=checked.received_on,
        channel=checked.channel,
        requester=checked.requester,
        owner=checked.owner,
        locale=checked.locale,
    )
    desk.vault.open_case(request.case_id)
    seal_identity(desk.vault, request.case_id, DOOR, checked.identity)
    opened = desk.register.open_case(request, fingerprint=person, intake_key=key, at=desk.now())
    return opened.record, opened.created


def _same_message(checked: Checked, person: str, count: int) -> str:
    """What makes two openings one: person, right, and the message's own key or else the day.

    A message may ask for several rights, and its key is whatever its sender wrote: never the key alone, or
    a stranger who repeats it would put their own address into the sealed identity of somebody's open case.
    """
    told_apart = checked.intake_key or f"{checked.received_on}:{count}"
    return f"{person}:{checked.right}:{told_apart}"


async def start(desk: Desk, request: RightsRequest) -> bool:
    """Start the case's workflow unless it runs or ran. Returns False if Temporal cannot be reached now."""
    try:
        await desk.client.start_workflow(
            DsarCase.run,
            args=[request, None],
            id=request.case_id,
            task_queue=desk.task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=at_start(request),
            static_summary=f"{request.right} under {request.regime}",
        )
    except WorkflowAlreadyStartedError:
        pass
    except (RPCError, RuntimeError):
        return False
    fact = Fact(key="started", kind=EvidenceKind.STARTED, at=desk.now())
    desk.register.record(request.case_id, fact, Change(started=True))
    return True


async def start_waiting(desk: Desk) -> int:
    """Start cases that were written while Temporal was away. Returns how many were started."""
    return sum([await start(desk, request) for request in desk.register.unstarted()])
