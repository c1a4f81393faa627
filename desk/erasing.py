"""Plans of erasure at the desk, read before they are approved; and what an erasure left elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from activities.where import Keys, open_keys
from desk.desk import Desk
from desk.revealing import note_revealed
from dsar.erasure import DISCLOSING, ERASES, SHORT, Plan, plans_of
from dsar.errors import InputError
from dsar.residue import Scanned, Trace, scans_of, traces_of
from dsar.vocabulary import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What the latest scans of a case found: places, and their sums by system. `keys`: which objects of a
    store or hidden names these are, by system and place, if that was asked for.
    """

    traces: tuple[Trace, ...]
    scans: Mapping[str, Scanned]
    keys: Mapping[str, Keys] = field(default_factory=dict, repr=False)


def residue_of(desk: Desk, case_id: str, *, reveal: bool = False, by: str = "") -> Left:
    """Return where an erased person is still found. Keys of objects are shown to staff who ask by name, and
    that is noted.

    Raises:
        InputError: the id is malformed or unknown; `handle_unknown`.
    """
    desk.case(case_id)
    entries = desk.register.evidence(case_id)
    left = Left(traces=traces_of(entries), scans=scans_of(entries))
    if not reveal:
        return left
    keys = {system: open_keys(desk.vault, case_id, system) for system in left.scans}
    shown = sum(len(some) for places in keys.values() for some in places.values())
    note_revealed(desk, case_id, by, objects=shown)
    return replace(left, keys=keys)


def plan_of(desk: Desk, case_id: str) -> Plan:
    """Return the plan of a case as it stands.

    Raises:
        InputError: `no_plan`: nothing was planned yet, or never is for this right.
    """
    right = desk.case(case_id).request.right
    if right not in ERASES:
        raise InputError(
            "no_plan", f"nothing is erased in a case of {right}: only an erasure has a plan", field="case"
        )
    plans = plans_of(desk.register.evidence(case_id))
    if not plans:
        raise InputError("no_plan", f"nothing is planned yet: {_waits_for(desk, case_id)}", field="case")
    return plans[-1]


def _waits_for(desk: Desk, case_id: str) -> str:
    """Say what an erasure waits for before it is planned."""
    record = desk.case(case_id)
    if record.status is Status.CONFIRMING:
        return "the person has not confirmed it; note the second step with `decide confirm-request`"
    same = desk.register.of_subject(record.request.subject_id)
    copies = [one for one in same if one.request.right in DISCLOSING and one.status is not Status.CLOSED]
    if record.status is Status.DISCOVERING and copies:
        ids = ", ".join(one.request.case_id for one in copies)
        return (
            f"the person's request for a copy ends first ({ids}); it goes on by itself within an hour of that"
        )
    return "the systems are still being asked; see `show`"


def read(desk: Desk, case_id: str, typed: str) -> str:
    """Return the digest of the plan that the DPO has read, by its first digits: an approval is bound to it.

    Raises:
        InputError: `plan_missing` or `plan_changed`.
    """
    digest = plan_of(desk, case_id).digest
    if len(typed) < SHORT:
        hint = f"read it with `plan`, and give the {SHORT} digits that stand there"
        raise InputError("plan_missing", hint, field="plan")
    if not digest.startswith(typed.lower()):
        hint = "this is not the plan as it stands: read it with `plan`"
        raise InputError("plan_changed", hint, field="plan")
    return digest
