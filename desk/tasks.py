"""Tasks by hand: what waits, for whom, until when; what a person did, with proof (DESIGN §1.1)."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from desk import cases
from desk.copies import Copy
from desk.desk import Desk
from desk.handing import Handed, check_all_copied, hand_in
from desk.letters import waiting
from desk.outliving import ended_by_hand, outliving, owners_task
from dsar.case import Decision, SystemAnswer
from dsar.clients import to_pass_on
from dsar.decision_kinds import ACCEPT_GAP, FOUND, KINDS, MANUAL_DONE, NOT_FOUND
from dsar.decision_kinds import OPEN as STILL_OPEN
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind, Fact
from dsar.holdings import Holding
from dsar.instructions import trails
from dsar.opendsr import system_of
from dsar.processors import asked
from dsar.recipients import Answer, ledger
from dsar.review import review_of
from dsar.systems import POST, UNSETTLED
from dsar.tasks import Task, deadline, owner_of
from dsar.vocabulary import Role, Status

OUTCOMES: Mapping[str, str] = {
    "done": MANUAL_DONE,
    "found": FOUND,
    "not-found": NOT_FOUND,
    "exception": ACCEPT_GAP,
}
REVIEW = "review"  # stands among the systems when marked records wait to be cleared
LARGEST_PROOF = 5_000_000  # bytes: a screenshot or a letter, not an archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a person shows for what they did: a proof, what they found, and the copies they made of it.

    `marked`: how many of the collections that they found may speak of others.
    """

    proof: bytes = b""
    held: Sequence[Holding] = ()
    marked: int = 0
    copies: Sequence[Copy] = ()


NOTHING = Shown()


def tasks(desk: Desk, *, owner: str = "") -> tuple[Task, ...]:
    """Return what waits for a hand, most urgent first; with `owner`, only theirs."""
    found = [_task(desk, case_id, answer) for case_id, answer in desk.register.unsettled()]
    found += _letters(desk, {task.case_id for task in found if task.system == POST})
    found += (*_to_pass_on(desk), *_recipients(desk), *_instructed(desk))
    found += (*outliving(desk), *_reviews(desk))
    mine = [task for task in found if owner in {"", task.owner}]
    return tuple(sorted(mine, key=lambda task: (task.deadline_on, task.case_id, task.system)))


def _letters(desk: Desk, known: Collection[str]) -> Iterator[Task]:
    """Yield a task for each letter that nobody received: `posted` ends it. Not for `known` cases, which wait
    for theirs anyway.
    """
    for case_id, letter in ((one.case, one.letter) for one in waiting(desk) if one.case not in known):
        yield owners_task(
            desk.register.case(case_id), POST, f"{letter.kind}.{letter.reason}", letter.since_at
        )


def _to_pass_on(desk: Desk) -> Iterator[Task]:
    """Yield a task for each client's system of an open case, until somebody passed the request on, or said
    that it is not about that client's data (LAW PRC-02).
    """
    for record in desk.register.cases(open_only=True):
        case_id = record.request.case_id
        answers, entries = desk.register.answers(case_id), desk.register.evidence(case_id)
        for system, since in to_pass_on(answers, entries).items():
            task = owners_task(record, system, "to_pass_on", since)
            yield replace(task, deadline_on=task.since_on + desk.company.forward_within)


def _recipients(desk: Desk) -> Iterator[Task]:
    """Yield a task for each recipient whom nobody reached, or who refused: `decide` ends it."""
    for record in desk.register.cases(open_only=True):
        case_id = record.request.case_id
        told = ledger(desk.register.evidence(case_id)) if record.status in STILL_OPEN else {}
        for code, one in told.items():
            if one.answer in {Answer.UNSENT, Answer.REFUSED} and one.last_at:
                yield owners_task(record, system_of(code), one.answer.value, one.last_at)


def _instructed(desk: Desk) -> Iterator[Task]:
    """Yield a task for what is left of each client's instruction, of open and closed cases (LAW PRC-03)."""
    for record in desk.register.cases():
        case_id = record.request.case_id
        for client, trail in trails(desk.register.evidence(case_id)).items():
            for system, reason in trail.left.items():
                task = owners_task(record, system, f"instructed.{client}.{reason}", trail.since.at)
                yield replace(task, deadline_on=deadline(task.since_on, None))  # no term of the case binds it


def _reviews(desk: Desk) -> Iterator[Task]:
    """Yield a task for each review of which something is not cleared yet: `review` shows what."""
    for record in desk.register.cases(open_only=True):
        entries = desk.register.evidence(record.request.case_id)
        work = review_of(entries) if record.status in STILL_OPEN else None
        if work and work.open:
            begun = [e.at for e in entries if e.kind is EvidenceKind.REVIEW_BEGUN]
            yield owners_task(record, REVIEW, f"{work.open}_of_{work.items}_not_cleared", begun[-1])


def _task(desk: Desk, case_id: str, answer: SystemAnswer) -> Task:
    record = desk.register.case(case_id)
    about = [e for e in desk.register.evidence(case_id) if e.facts.get("system") == answer.system]
    letters = asked(about, answer.system)
    task = owners_task(record, answer.system, letters.refused or answer.reason, _since(about))
    return replace(
        task,
        owner=owner_of(answer, about, record.request.owner),
        deadline_on=letters.answer_by or task.deadline_on,
    )


def _since(about: Sequence[Entry]) -> datetime:
    """Return since when it waits without a break."""
    since: datetime | None = None
    for entry in about:
        waits = entry.facts.get("found") in UNSETTLED
        since = (since or entry.at) if waits else None if "found" in entry.facts else since
    return since or about[0].at


def take(desk: Desk, case_id: str, system: str, *, by: str) -> Task:
    """Take a task upon oneself: from now on it is theirs in the list.

    Raises:
        InputError: `handle_unknown`, `no_such_task`.
    """
    role = desk.role(by, Role.SUPPORT)
    _waiting(desk, case_id, system)
    count = sum(e.kind is EvidenceKind.TAKEN for e in desk.register.evidence(case_id))
    facts = {"system": system, "by": by, "role": role.value}
    fact = Fact(key=f"taken:{system}:{count}", kind=EvidenceKind.TAKEN, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)
    return _task(desk, case_id, _waiting(desk, case_id, system))


async def settle(
    desk: Desk, case_id: str, system: str, outcome: str, *, by: str, note: str, shown: Shown = NOTHING
) -> Status:
    """Say what was done by hand. Note, proof and copies are sealed; the evidence holds their fingerprints.

    Raises:
        InputError: `outcome_unknown`, `proof_too_large`, those of `hand_in`, `copies_missing`, or why the
            case refuses it.
    """
    _check(outcome, shown)
    if outcome == "done" and ended_by_hand(desk, case_id, system, by=by, note=note):
        return desk.case(case_id).status
    _waiting(desk, case_id, system)
    role = desk.role(by, Role.DPO)
    handed = Handed(copies="", holdings=tuple(shown.held))
    if shown.copies:
        if OUTCOMES[outcome] == MANUAL_DONE:
            check_all_copied(desk, case_id, system, shown.copies)
        handed = await hand_in(desk, case_id, system, shown.copies, by=by)
    decision = Decision(
        kind=OUTCOMES[outcome],
        by=by,
        role=role,
        system=system,
        holdings=handed.holdings,
        marked=len(handed.holdings) if handed.copies else shown.marked,
        copies=handed.copies,
        proof=seal_proof(desk, case_id, shown.proof),
        decided_at=desk.now(),
    )
    return await cases.decide(desk, case_id, decision, note)


def _check(outcome: str, shown: Shown) -> None:
    if outcome not in OUTCOMES:
        raise InputError("outcome_unknown", f"choose one of {', '.join(OUTCOMES)}, take", field="outcome")
    if len(shown.proof) > LARGEST_PROOF:
        raise InputError("proof_too_large", f"give a file of at most {LARGEST_PROOF} bytes", field="proof")
    if shown.copies and not KINDS[OUTCOMES[outcome]].copies:
        hint = "files belong to `done` or `exception`: leave --file out"
        raise InputError("files_unwanted", hint, field="file")


def _waiting(desk: Desk, case_id: str, system: str) -> SystemAnswer:
    desk.case(case_id)
    waiting = {a.system: a for a in desk.register.answers(case_id) if a.found in UNSETTLED}
    if system not in waiting:
        hint = f"name a system that waits for a hand: {', '.join(sorted(waiting)) or 'none'}"
        raise InputError("no_such_task", hint, field="system")
    return waiting[system]


def seal_proof(desk: Desk, case_id: str, proof: bytes) -> str:
    """Seal a proof under a name that its content has: the same file twice is one.

    Raises:
        InputError: `proof_too_large`.
    """
    if len(proof) > LARGEST_PROOF:
        raise InputError("proof_too_large", f"give a file of at most {LARGEST_PROOF} bytes", field="proof")
    if not proof:
        return ""
    mark = desk.vault.fingerprint("proof", hashlib.sha256(proof).hexdigest())
    name = f"proofs/{mark[:20]}"
    desk.vault.put(case_id, name, proof)
    return name
