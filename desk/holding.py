"""Legal holds on our own records of a case: by the DPO, on record, the reasons sealed."""

from desk.desk import Desk
from dsar.decisions import SHORTEST_REASON, check_reason
from dsar.errors import InputError, OperatorError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.retention import is_doomed, is_held
from dsar.vocabulary import Role


def hold(desk: Desk, case_id: str, *, by: str, reason: str) -> None:
    """Hold a case's records: neither the calendar nor a person removes them until it is lifted (LAW RET-08).

    Raises:
        InputError: `reason_missing`, `role_refused`, `held` (it is already), `shredded` (too late: a
            shredding has begun, or is over).
    """
    entries = _asked(desk, case_id, by, reason)
    if is_held(entries):
        raise InputError("held", "its records are held already; `show` says since when", field="case")
    if _is_gone(entries):
        raise _too_late()
    _record(desk, case_id, EvidenceKind.HELD, by, reason)
    if is_doomed(desk.register.evidence(case_id)):  # a shredding began in this very moment
        raise _too_late()


def lift(desk: Desk, case_id: str, *, by: str, reason: str) -> None:
    """Lift a hold. The records' time runs anew from this day.

    Raises:
        InputError: `reason_missing`, `role_refused`, `not_held`.
    """
    if not is_held(_asked(desk, case_id, by, reason)):
        raise InputError("not_held", "no hold stands on this case's records", field="case")
    _record(desk, case_id, EvidenceKind.HOLD_LIFTED, by, reason)


def _asked(desk: Desk, case_id: str, by: str, reason: str) -> tuple[Entry, ...]:
    desk.case(case_id)
    if desk.role(by, Role.DPO) is not Role.DPO:
        raise InputError("role_refused", "only the DPO may hold records, or lift a hold", field="by")
    if len(reason.strip()) < SHORTEST_REASON:
        hint = f"give a specific reason of at least {SHORTEST_REASON} characters"
        raise InputError("reason_missing", hint, field="reason")
    check_reason(reason)
    return desk.register.evidence(case_id)


def _record(desk: Desk, case_id: str, kind: EvidenceKind, by: str, reason: str) -> None:
    number = 1 + sum(entry.kind is kind for entry in desk.register.evidence(case_id))
    name = f"holds/{kind.value}-{number}"
    try:
        desk.vault.put(case_id, name, reason.strip().encode())
    except OperatorError as error:
        if error.reason != "key_destroyed":
            raise
        raise _too_late() from None
    facts: dict[str, Scalar] = {"by": by, "words": name}
    desk.register.record(case_id, Fact(key=f"{kind.value}:{number}", kind=kind, at=desk.now(), facts=facts))


def _is_gone(entries: tuple[Entry, ...]) -> bool:
    return is_doomed(entries) or any(entry.kind is EvidenceKind.SHREDDED for entry in entries)


def _too_late() -> InputError:
    return InputError("shredded", "too late: its shredding has begun, or is over", field="case")
