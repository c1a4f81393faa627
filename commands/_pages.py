"""How a case looks on a terminal. Nothing here is personal: the desk never shows the person's data."""

from rich.table import Column, Table

from commands._counter import complaints, console, next_move
from desk.cases import CaseFile
from desk.trying import Trying
from dsar.complaints import LOOKED_INTO
from dsar.evidence import Entry, EvidenceKind
from dsar.links import LinkKind
from dsar.mailbag import undelivered
from dsar.ports import CaseRecord
from dsar.reaching import way_to
from dsar.review import review_of
from dsar.systems import UNSETTLED
from dsar.vocabulary import Outcome, Status

_LINKS = {
    LinkKind.TOGETHER: "asked together with {case}, {right}",
    LinkKind.ABOUT: "about {case}, {right}",
    LinkKind.CLAIMED: "says it is about {case}, {right}; whether that is theirs, a person finds out: {doubt}",
    LinkKind.RAISED: "{right} about this: {case}",
    LinkKind.FOLLOWS: "follows from {case}, {right}",
    LinkKind.LED_TO: "led to {case}, {right}",
}


def print_cases(found: tuple[CaseRecord, ...]) -> None:
    """Print cases as a table, or say that there are none."""
    if not found:
        complaints.print("no cases match")
        return
    table = Table(
        *(Column(name, no_wrap=True) for name in ("case", "due")), "status", "right", "regime", "owner"
    )
    for case in found:
        request = case.request
        due = case.due_on.isoformat() if case.due_on else "—"
        status = case.outcome or case.status
        table.add_row(request.case_id, due, status, request.right, request.regime, request.owner)
    console.print(table)


def print_file(file: CaseFile) -> None:
    """Print one case: head, systems, what was done, and what it waits for."""
    record, request = file.record, file.record.request
    due = record.due_on.isoformat() if record.due_on else "not set yet"
    console.print(f"[bold]{request.case_id}[/bold]  {request.right} under {request.regime}")
    console.print(f"received {request.received_on}, due {due}, status {record.outcome or record.status}")
    if not record.started and record.status is not Status.CLOSED:
        console.print("not started yet: the worker starts it as soon as Temporal can be reached")
    for other in file.linked:
        said = _LINKS[other.how].format(case=other.case_id, right=other.right, doubt=other.doubt)
        console.print(said, markup=False, soft_wrap=True)
    if request.right in LOOKED_INTO and record.outcome is Outcome.FULFILLED:
        said = f"upheld: what is to be done anew is opened with `open --right … --about {request.case_id}`"
        console.print(said, style="yellow", markup=False, soft_wrap=True)
    for case in file.earlier:
        console.print(_before(case), markup=False)
    _print_systems(file)
    _print_review(file)
    for letter in undelivered(file.evidence):
        said = f"not delivered: {letter.kind} ({letter.reason}); print it with `letter`, then `posted`"
        console.print(said, style="yellow", markup=False)
    for entry in file.evidence:
        print_line(entry)
    _print_tries(file.trying)


def _print_tries(tries: tuple[Trying, ...]) -> None:
    """Say what fails, and that it needs no hand here once the cause is gone."""
    for step in tries:
        move = next_move(step.reason, "see `starter.py systems` and docs/how-to/when-something-is-down.md")
        due = f"tried next at {step.again_at:%H:%M:%S} UTC" if step.again_at else "it is being tried now"
        why = f"{step.system}: {step.reason.replace('_', ' ')}"
        said = f"{step.step} failed {step.tries} times, {why}; {due}, and goes on by itself. {move}"
        console.print(said, style="yellow", markup=False, soft_wrap=True)


def _print_review(file: CaseFile) -> None:
    work = review_of(file.evidence)
    if work and work.open and file.record.status is not Status.CLOSED:
        case_id = file.record.request.case_id
        said = f"review: {work.open} of {work.items} records are not cleared; see `review {case_id}`"
        console.print(said, style="yellow", markup=False, soft_wrap=True)


def _before(case: CaseRecord) -> str:
    """Say what the same person asked for before, and how it ended: a repeat is for the DPO to judge."""
    ended = f"{case.outcome} on {case.closed_at:%Y-%m-%d}" if case.closed_at else f"still {case.status}"
    request = case.request
    return f"asked before: {request.right}, received {request.received_on}, {ended} ({request.case_id})"


def _print_systems(file: CaseFile) -> None:
    if not file.answers:
        return
    table = Table("system", "answer", "records", "collections", "why")
    for answer in file.answers:
        style = "yellow" if answer.found in UNSETTLED else ""
        held = [h for h in file.holdings if h.system == answer.system and h.count]
        names = ", ".join(f"{h.collection} {h.count}" for h in held)
        table.add_row(answer.system, answer.found, str(answer.records), names, answer.reason, style=style)
    console.print(table)
    paths = {one.system: one for one in file.reached}
    for name, one in paths.items():
        console.print(f"{name}: reached by {way_to(name, paths)}; {one.confidence}", markup=False)
    gaps = [a.system for a in file.answers if a.found in UNSETTLED]
    if gaps and file.record.status is not Status.CLOSED:
        console.print(f"waits for a hand: {', '.join(gaps)}. `decide {file.record.request.case_id} retry|…`")


def print_line(entry: Entry) -> None:
    """Print one fact as a line, however long."""
    said = " ".join(f"{key}={value}" for key, value in entry.facts.items() if value not in {"", None})
    if entry.kind is EvidenceKind.WAITING and not said:
        said = entry.key.partition(":")[0]
    line = f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.kind.replace('_', ' '):<18} {said}"
    console.print(line, markup=False, soft_wrap=True)
