"""Shredding a closed case before its time: one person of the DPO's asks, a second one confirms."""

from datetime import datetime, timedelta

from desk.desk import Desk
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind, Fact
from dsar.instructions import repeatable_until, runs
from dsar.orders import ShredOrder
from dsar.restrictions import is_open
from dsar.retention import duty_runs, is_held
from dsar.standing import complained
from dsar.vocabulary import Role, Status
from workflows.shred import DsarShred

ASKED_FOR = timedelta(days=7)  # POLICY: so long a second person may confirm


def ask(desk: Desk, case_id: str, *, by: str) -> datetime:
    """Ask for a case to be shredded. Returns until when a second person may confirm it.

    Raises:
        InputError: `case_open`, `held`, `restriction_open`, `duty_runs`, `instruction_runs`,
            `instruction_repeatable`, `complaint_open`, or `role_refused` unless the DPO asks.
    """
    entries = _may(desk, case_id, by)
    number = 1 + sum(entry.kind is EvidenceKind.SHRED_ASKED for entry in entries)
    kind, at = EvidenceKind.SHRED_ASKED, desk.now()
    desk.register.record(case_id, Fact(key=f"shred-asked:{number}", kind=kind, at=at, facts={"by": by}))
    return at + ASKED_FOR


async def confirm(desk: Desk, case_id: str, *, by: str) -> int:
    """Confirm what somebody else asked for: the key is destroyed now. Returns how many objects went with it.

    Raises:
        InputError: as `ask`; `not_asked`, `ask_expired`; `same_person` if who asked confirms.
        TemporaryError: Temporal cannot be reached; confirming again is safe.
    """
    asked = _asked(desk, _may(desk, case_id, by))
    if asked.facts["by"] == by:
        raise InputError("same_person", "a second person with the DPO's role must confirm", field="by")
    order = ShredOrder(case_id=case_id, by=str(asked.facts["by"]), at=desk.now(), confirmed_by=by)
    done = await desk.carry_out(DsarShred.run, f"shred/{case_id}", order)
    if done is None:
        raise _held()
    return done


def _may(desk: Desk, case_id: str, by: str) -> tuple[Entry, ...]:
    """Return the evidence of a case that this person may have shredded."""
    case = desk.case(case_id)
    if case.status is not Status.CLOSED:
        raise InputError("case_open", "only a closed case can be shredded; withdraw or finish it first")
    entries = desk.register.evidence(case_id)
    if is_held(entries):
        raise _held()
    if is_open(entries):
        hint = "a restriction of this case still stands: end it with `restriction end` first"
        raise InputError("restriction_open", hint)
    if duty_runs(entries):
        hint = "a duty or a hold still keeps data that this case erases when it ends: shred after that"
        raise InputError("duty_runs", hint)
    _instructions_are_over(desk, entries)
    if complained(desk.register)(case):
        hint = "this person's complaint is open and may turn on this case: finish it first"
        raise InputError("complaint_open", hint)
    if desk.role(by, Role.DPO) is not Role.DPO:
        raise InputError("role_refused", "only the DPO may shred", field="by")
    return entries


def _instructions_are_over(desk: Desk, entries: tuple[Entry, ...]) -> None:
    if runs(entries):
        hint = "a client's instruction is still carried out: it needs this case's key; see `tasks`"
        raise InputError("instruction_runs", hint)
    until = repeatable_until(entries)
    if until and desk.now().date() <= until:
        hint = f"a back-up may bring back what a client had erased, until {until}: shred after that day"
        raise InputError("instruction_repeatable", hint)


def _asked(desk: Desk, entries: tuple[Entry, ...]) -> Entry:
    """Return the newest wish, if nobody has acted on it and its time is not over.

    After a restore from back-up it may stand there unconfirmed although the key is gone: it is asked again.
    """
    found: Entry | None = None
    for entry in entries:
        if entry.kind is EvidenceKind.SHRED_ASKED:
            found = entry
        if entry.kind in {EvidenceKind.SHREDDED, EvidenceKind.HELD}:
            found = None
    if found is None:
        raise InputError("not_asked", "first one person asks: `shred CASE --by HANDLE`", field="case")
    if desk.now() >= found.at + ASKED_FOR:
        raise InputError(
            "ask_expired", "it was asked for too long ago: ask again, then confirm", field="case"
        )
    return found


def _held() -> InputError:
    return InputError("held", "a legal hold stands on this case's records: see `hold`", field="case")
