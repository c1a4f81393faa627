"""Opening a case: sealed, registered, started, in that order. Repeating any of it does no harm."""

import itertools
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from temporalio.client import RPCError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from desk.complaining import about, check, fitting, is_repeated, link
from desk.desk import Desk
from dsar.case import RightsRequest
from dsar.dossier import seal_agent, seal_request, subject_print
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact
from dsar.intake import Checked, NewRequest, check_request
from dsar.ports import CaseRecord, Change
from dsar.rectified import wish_name
from dsar.regimes.catalogue import regime_for
from dsar.transfers import TARGET
from dsar.vocabulary import Status
from workflows.attributes import at_start
from workflows.case import DsarCase


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCase:
    """What opening came to. `started` is False while Temporal cannot be reached: the worker starts the case
    as soon as it can; the clock runs from the day of receipt either way.
    """

    record: CaseRecord
    created: bool
    started: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A request that can be opened. `known`: the case that the same message opened before."""

    checked: Checked
    about: CaseRecord | None
    person: str
    key: str = field(repr=False)
    known: CaseRecord | None


async def open_case(desk: Desk, new: NewRequest, *, again: bool = False) -> OpenedCase:
    """Open a case, or return the one that the same message opened before.

    Raises:
        InputError: as `examine`.
    """
    found = examine(desk, new, again=again)
    record, created = (found.known, False) if found.known else _new(desk, found)
    if found.about:
        link(desk, record, found.about, found.checked)
    started = await start(desk, record.request)
    return OpenedCase(record=record, created=created, started=started)


def examine(desk: Desk, new: NewRequest, *, again: bool) -> Examined:
    """Return what would be opened. Nothing is written.

    Raises:
        InputError: something typed cannot be taken; `already_open` if this person has an open case for this
            right and `again` is not set.
    """
    earlier = about(desk, new.about)
    new = fitting(new, earlier)
    regime = regime_for(new.regime, desk.now().date())
    checked = check_request(new, now=desk.now().astimezone(ZoneInfo(regime.zone)))
    regime_for(new.regime, checked.received_on)  # in force on the day of receipt, too
    check(desk, checked, earlier)
    _check_target(desk, checked)
    person = subject_print(desk.vault, checked.identity)
    before = {c.request.case_id: c for c in desk.register.same_subject(person, checked.right)}
    key = _key(desk, checked, person, taken=before if again else {})
    known = before.get(f"case_{key[:20]}")
    if not known and not again:
        _refuse_another(desk, checked, before.values())
    return Examined(checked=checked, about=earlier, person=person, key=key, known=known)


def _check_target(desk: Desk, checked: Checked) -> None:
    """Refuse to send data where the company does not send any.

    Raises:
        InputError: `transfer_host_unknown`, `transfer_insecure`.
    """
    if checked.target is None:
        return
    destination = desk.company.destination(checked.target.host)
    if destination is None:
        hint = "data is sent to listed hosts only: the DPO may add it under transfer_hosts in company.yaml"
        raise InputError("transfer_host_unknown", hint, field="send_to")
    if not destination.inside and not checked.target.url.startswith("https://"):
        raise InputError("transfer_insecure", "give an address that begins with https://", field="send_to")


def _refuse_another(desk: Desk, checked: Checked, before: Collection[CaseRecord]) -> None:
    for earlier in before:
        if earlier.status is not Status.CLOSED and is_repeated(desk, earlier, checked.about):
            hint = f"{earlier.request.case_id} is open for this person and right; --again opens another"
            raise InputError("already_open", hint)


def _key(desk: Desk, checked: Checked, person: str, *, taken: Collection[str]) -> str:
    """Return what makes two openings one. A shredded case has forgotten its person: it is passed over.

    Raises:
        InputError: `was_shredded`: the message with this very key was answered, and its case shredded.
    """
    for count in itertools.count():
        key = desk.vault.fingerprint("intake", _same_message(checked, person, count))
        shredded = _was_shredded(desk, f"case_{key[:20]}")
        if checked.intake_key and shredded:
            raise InputError("was_shredded", "this message was answered and its case shredded", field="key")
        if checked.intake_key or not (shredded or f"case_{key[:20]}" in taken):
            break
    return key


def _was_shredded(desk: Desk, case_id: str) -> bool:
    try:
        return any(e.kind is EvidenceKind.SHREDDED for e in desk.register.evidence(case_id))
    except InputError:  # unknown to the register
        return False


def _new(desk: Desk, found: Examined) -> tuple[CaseRecord, bool]:
    checked = found.checked
    request = RightsRequest(
        case_id=f"case_{found.key[:20]}",
        subject_id=desk.register.subject_of(found.person) or f"sub_{secrets.token_hex(10)}",
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
    seal_request(desk.vault, request.case_id, checked.identity)
    for number, wish in enumerate(checked.wishes, start=1):
        desk.vault.put(request.case_id, wish_name(number), wish.to_bytes())
    if checked.target:
        desk.vault.put(request.case_id, TARGET, checked.target.url.encode())
    if checked.agent:
        seal_agent(desk.vault, request.case_id, checked.agent)
    opened = desk.register.open_case(request, fingerprint=found.person, intake_key=found.key, at=desk.now())
    return opened.record, opened.created


def _same_message(checked: Checked, person: str, count: int) -> str:
    """What makes two openings one: person, right, and the message's own key or else the day.

    A message may ask for several rights, and its key is whatever its sender wrote: never the key alone, or
    a stranger who repeats it would put their own address into the sealed identity of somebody's open case.
    Two complaints of one day may be about two cases.
    """
    told_apart = checked.intake_key or f"{checked.received_on}:{count}"
    told_apart += f":{checked.about}" if checked.about else ""
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
