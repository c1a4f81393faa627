"""Open restrictions at the desk: each use on record with its gate, no end before a letter."""

from collections.abc import Collection
from datetime import date

from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from desk.desk import Desk
from dsar.decisions import SHORTEST_REASON, check_reason
from dsar.errors import InputError, TemporaryError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.marks import (
    lifted_by_hand_key,
    placed_by_hand_key,
    still_marked,
    times,
    unmarked,
    was_told,
)
from dsar.orders import RestrictionOrder
from dsar.restrictions import NOTICE, Gate, check_end, ground_in_use, ground_of
from dsar.vocabulary import Role
from workflows.restricted import DsarRestriction


def use(desk: Desk, case_id: str, gate: str, *, by: str, reason: str) -> None:
    """Note a use of restricted data, through which gate of Art. 18(2) it went, and by whom (LAW RES-07).

    Raises:
        InputError: `gate_unknown`, `not_restricted`, `reason_missing`.
    """
    desk.case(case_id)
    if gate not in tuple(Gate):
        raise InputError("gate_unknown", f"choose one of {', '.join(Gate)}", field="gate")
    entries = desk.register.evidence(case_id)
    role, number = desk.role(by, Role.SUPPORT), len(entries)
    words = _sealed(desk, case_id, f"uses/{number}", reason)
    facts: dict[str, Scalar] = {"gate": gate, "ground": ground_in_use(entries), "by": by}
    facts |= {"role": role.value, "words": words}
    kind = EvidenceKind.RESTRICTED_USE
    desk.register.record(case_id, Fact(key=f"use:{number}", kind=kind, at=desk.now(), facts=facts))


async def end(desk: Desk, case_id: str, because: str, *, by: str, reason: str) -> date | None:
    """Have a restriction end: the person is told now, and it is lifted when the notice has run.

    Raises:
        InputError: `ending_unknown`, `not_restricted`, `reason_missing`, `role_refused`.
    """
    request = desk.case(case_id).request
    ground = ground_of(desk.register.evidence(case_id))
    check_end(ground, because)
    if desk.role(by, Role.DPO) is not Role.DPO:
        raise InputError("role_refused", "only the DPO may end a restriction", field="by")
    words = _sealed(desk, case_id, "restriction/ending", reason)
    lift_on = (desk.now() + NOTICE).date()
    order = RestrictionOrder(
        request=request, at=desk.now(), ground=ground, marked={}, words=words, lift_on=lift_on
    )
    facts: dict[str, Scalar] = {"decision": "end-restriction", "by": by, "role": Role.DPO.value}
    facts |= {"system": "", "ground": because, "words": words, "reason": ""}
    fact = Fact(key="ending", kind=EvidenceKind.DECIDED, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)
    handle = desk.client.get_workflow_handle_for(DsarRestriction.run, f"restriction/{case_id}")
    try:
        return await handle.execute_update(DsarRestriction.end, order, id=f"end-{case_id}")
    except WorkflowUpdateFailedError:
        raise InputError("refused", "the restriction has ended; see `show`", field="case") from None
    except RuntimeError:
        raise TemporaryError("temporal", "unreachable") from None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise InputError("not_restricted", "no restriction is open; see `show`", field="case") from None
        raise TemporaryError("temporal", "unreachable") from None


def lifted(desk: Desk, case_id: str, system: str, *, by: str, reason: str) -> None:
    """Note that a person took the mark off where no machine can: what waits for it goes on within a day, or
    within a week if it waited long. Where the system can be asked, it is; if it shows the mark, the task
    comes back, and who says it once more is believed.

    Raises:
        InputError: `not_marked`, `notice_not_sent`, `reason_missing`, `handle_unknown`.
    """
    desk.case(case_id)
    entries = desk.register.evidence(case_id)
    _check_waits(still_marked(entries), system)
    if not was_told(entries):
        hint = "the person was not told yet: hand the letter over and note it with `posted`, then lift"
        raise InputError("notice_not_sent", hint, field="case")
    key = lifted_by_hand_key(system, times(entries, lifted_by_hand_key(system)) + 1)
    _say(desk, case_id, system, ("lifted-by-hand", key), by=by, reason=reason)


def placed(desk: Desk, case_id: str, system: str, *, by: str, reason: str) -> None:
    """Note that a person set the mark anew where it did not hold: from now on it is theirs, and when the
    restriction ends a task asks them to take it off.

    Raises:
        InputError: `not_marked`, `reason_missing`, `handle_unknown`.
    """
    desk.case(case_id)
    entries = desk.register.evidence(case_id)
    _check_waits(unmarked(entries), system)
    key = placed_by_hand_key(system, times(entries, placed_by_hand_key(system)) + 1)
    _say(desk, case_id, system, ("placed-by-hand", key), by=by, reason=reason)


def _check_waits(waits: Collection[str], system: str) -> None:
    if system not in waits:
        hint = f"name a system whose mark waits for a hand: {', '.join(sorted(waits)) or 'none'}"
        raise InputError("not_marked", hint, field="system")


def _say(desk: Desk, case_id: str, system: str, what: tuple[str, str], *, by: str, reason: str) -> None:
    decision, key = what
    role = desk.role(by, Role.SUPPORT)
    words = _sealed(desk, case_id, f"restriction/{key.replace(':', '/')}", reason)
    facts: dict[str, Scalar] = {"decision": decision, "by": by, "role": role.value}
    facts |= {"system": system, "ground": "", "words": words, "reason": ""}
    desk.register.record(case_id, Fact(key=key, kind=EvidenceKind.DECIDED, at=desk.now(), facts=facts))


def _sealed(desk: Desk, case_id: str, name: str, reason: str) -> str:
    if len(reason.strip()) < SHORTEST_REASON:
        hint = f"give a specific reason of at least {SHORTEST_REASON} characters"
        raise InputError("reason_missing", hint, field="reason")
    check_reason(reason)
    desk.vault.put(case_id, name, reason.strip().encode())
    return name
