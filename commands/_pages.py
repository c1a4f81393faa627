"""How a case looks on a terminal. Nothing here is personal: the desk never shows the person's data."""

from rich.table import Column, Table

from commands._counter import complaints, console
from desk.cases import CaseFile
from dsar.evidence import Entry
from dsar.ports import CaseRecord
from dsar.systems import UNSETTLED
from dsar.vocabulary import Status


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
    _print_systems(file)
    for entry in file.evidence:
        print_line(entry)


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
    gaps = [a.system for a in file.answers if a.found in UNSETTLED]
    if gaps and file.record.status is not Status.CLOSED:
        console.print(f"waits for a hand: {', '.join(gaps)}. `decide {file.record.request.case_id} retry|…`")


def print_line(entry: Entry) -> None:
    """Print one fact as a line, however long."""
    said = " ".join(f"{key}={value}" for key, value in entry.facts.items() if value not in {"", None})
    line = f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.kind.replace('_', ' '):<18} {said}"
    console.print(line, markup=False, soft_wrap=True)
