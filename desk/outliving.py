"""What waits for a hand when a case is over: marks of a restriction, and what a duty kept until its end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from desk.desk import Desk
from dsar.decisions import SHORTEST_REASON, check_reason
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.hands import named_owner
from dsar.marks import still_marked, unmarked
from dsar.overdue import overdue, said_key
from dsar.ports import CaseRecord
from dsar.processors import asked
from dsar.regimes.catalogue import local_day
from dsar.suppression import entry_of
from dsar.tasks import Task, deadline
from dsar.vocabulary import Role, Verb


def owners_task(record: CaseRecord, system: str, reason: str, since: datetime) -> Task:
    """Return a task that is the case owner's, in the time that the case leaves."""
    since_on = local_day(record.request.regime, since)
    return Task(
        case_id=record.request.case_id,
        system=system,
        right=record.request.right,
        reason=reason,
        owner=record.request.owner,
        since_on=since_on,
        deadline_on=deadline(since_on, record.due_on),
    )


def outliving(desk: Desk) -> Iterator[Task]:
    """Yield a task for each mark that is not as it should be: still there though the restriction ended, or
    gone though it stands (`mark-lifted` and `mark-restricted` end them); and for each system that still has
    what no duty keeps any more (`task done`).
    """
    for record in desk.register.cases():
        entries = desk.register.evidence(record.request.case_id)
        for name, waits in (("still_marked", still_marked(entries)), ("unmarked", unmarked(entries))):
            for system, one in waits.items():
                task = owners_task(record, system, f"{name}.{one.reason}", one.since_at)
                by = asked(entries, system, Verb.LIFT).answer_by or deadline(task.since_on, None)
                yield replace(task, owner=named_owner(one.reason) or task.owner, deadline_on=by)
        for system, late in overdue(entries, desk.now()).items():
            task = owners_task(record, system, f"duty_ended.{late.reason}", late.since_at)
            yield replace(task, deadline_on=deadline(task.since_on, None))


def ended_by_hand(desk: Desk, case_id: str, system: str, *, by: str, note: str) -> bool:
    """Note that a person erased what a duty had kept in a system. Returns False where nothing of it waits.

    The note is sealed under the entry's own key: the case may be shredded by then.

    Raises:
        InputError: `reason_missing`, `handle_unknown`.
    """
    entries = desk.register.evidence(case_id)
    late = overdue(entries, desk.now()).get(system)
    if late is None:
        return False
    role = desk.role(by, Role.SUPPORT)
    if len(note.strip()) < SHORTEST_REASON:
        hint = f"say what was done, in at least {SHORTEST_REASON} characters"
        raise InputError("reason_missing", hint, field="note")
    check_reason(note)
    words = said_key(system, late).replace(":", "/")
    desk.vault.put(entry_of(case_id), words, note.strip().encode())
    facts: dict[str, Scalar] = {"decision": "ended-by-hand", "by": by, "role": role.value}
    facts |= {
        "system": system,
        "plan": late.number,
        "failed": late.failed,
        "ground": "",
        "words": words,
        "reason": "",
    }
    fact = Fact(key=said_key(system, late), kind=EvidenceKind.DECIDED, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)
    return True
