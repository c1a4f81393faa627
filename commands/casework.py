"""Commands about cases: list, show, watch, prove, decide, withdraw."""

import asyncio
from datetime import date
from typing import Annotated

import typer

from commands._counter import By, CaseId, Exit, Json, console, tell
from commands._desk import with_desk
from commands._pages import print_cases, print_file, print_line
from desk import cases
from desk.cases import CaseFile
from desk.desk import Desk
from dsar.case import Decision
from dsar.decisions import KINDS
from dsar.identity import CodeResult
from dsar.ports import CaseRecord
from dsar.vocabulary import Role, Status

app = typer.Typer()
_LOOK = 0.5  # seconds between two looks of `watch`
_CODE_SAYS = {
    CodeResult.ACCEPTED: "identity proved",
    CodeResult.WRONG: "wrong code: try again, five attempts in all",
    CodeResult.EXPIRED: "this code has expired: send a fresh one with --new-code",
    CodeResult.LOCKED: "too many wrong codes: locked, the person was told; prove with --document instead",
    CodeResult.NONE_SET: "no code was sent yet: see `show`",
}


@app.command("list")
def list_cases(
    *,
    right: Annotated[str, typer.Option(help="Only this right.")] = "",
    regime: Annotated[str, typer.Option(help="Only this regime, e.g. UK-ENG.")] = "",
    status: Annotated[str, typer.Option(help="Only this status, e.g. deciding.")] = "",
    owner: Annotated[str, typer.Option(help="Only cases of this desk or handle.")] = "",
    due_by: Annotated[str, typer.Option(help="Only cases due on or before this date.")] = "",
    as_json: Json = False,
) -> None:
    """List cases, most urgent first.

    Example: starter.py list --status deciding --due-by 2026-12-01
    """
    wanted = {"right": right, "regime": regime, "status": status, "owner": owner}
    filters = {name: value for name, value in wanted.items() if value}

    async def work(desk: Desk) -> tuple[CaseRecord, ...]:
        return await cases.find(desk, due_by=_day(due_by), **filters)

    found = with_desk(work, as_json=as_json)
    tell(found, lambda: print_cases(found), as_json=as_json)


@app.command()
def show(case: CaseId, *, as_json: Json = False) -> None:
    """Show one case: where it stands, what each system answered, what was done.

    Example: starter.py show case_0123456789abcdef0123
    """

    async def work(desk: Desk) -> CaseFile:
        return cases.show(desk, case)

    file = with_desk(work, as_json=as_json)
    tell(file, lambda: print_file(file), as_json=as_json)


@app.command()
def watch(case: CaseId, *, as_json: Json = False) -> None:
    """Follow a case until it closes: one line for each new fact.

    Example: starter.py watch case_0123456789abcdef0123
    """

    async def work(desk: Desk) -> None:
        seen = 0
        while True:
            file = cases.show(desk, case)
            for entry in file.evidence[seen:]:
                tell(entry, lambda entry=entry: print_line(entry), as_json=as_json)  # type: ignore[misc]
            seen = len(file.evidence)
            if file.record.status is Status.CLOSED:
                return
            await asyncio.sleep(_LOOK)

    with_desk(work, as_json=as_json)


@app.command()
def prove(
    case: CaseId,
    *,
    code: Annotated[str, typer.Option(help="The one-time code that the person read out.")] = "",
    new_code: Annotated[bool, typer.Option("--new-code", help="Send a fresh code.")] = False,
    document: Annotated[bool, typer.Option("--document", help="You looked at a document.")] = False,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Prove identity: by the code from the letter, or by a document that you looked at.

    Examples:
      starter.py prove case_… --code ABCD-2345
      starter.py prove case_… --document --by support_anna
      starter.py prove case_… --new-code
    """

    async def work(desk: Desk) -> CodeResult | None:
        if new_code:
            await cases.ask_again(desk, case)
        elif document:
            await cases.prove_by_document(desk, case, by=by)
        else:
            typed = code or typer.prompt("code", err=True)
            return await cases.prove_by_code(desk, case, typed)
        return None

    result = with_desk(work, as_json=as_json)
    said = _CODE_SAYS[result] if result else ("a fresh code is on its way" if new_code else "identity proved")
    tell({"result": result or "done", "said": said}, lambda: console.print(said), as_json=as_json)
    if result not in {None, CodeResult.ACCEPTED}:
        raise typer.Exit(Exit.INPUT)


@app.command()
def decide(
    case: CaseId,
    decision: Annotated[str, typer.Argument(help=" | ".join(KINDS))],
    *,
    by: By,
    system: Annotated[str, typer.Option(help="The system a gap decision is about.")] = "",
    ground: Annotated[str, typer.Option(help="Ground of a refusal, e.g. 12_5_excessive.")] = "",
    reason: Annotated[str, typer.Option(help="Specific reasons, in your words.")] = "",
    as_json: Json = False,
) -> None:
    """Decide: release the answer, refuse it, or settle a system that could not answer.

    Examples:
      starter.py decide case_… release --by dpo_robin
      starter.py decide case_… retry --system crm --by support_anna
      starter.py decide case_… accept-gap --system crm --by dpo_robin --reason "…"
    """

    async def work(desk: Desk) -> Status:
        role = desk.role(by, Role.DPO)
        taken = Decision(
            kind=decision,
            by=by,
            role=role,
            system=system,
            ground=ground,
            decided_at=desk.now(),
        )
        return await cases.decide(desk, case, taken, reason)

    with_desk(work, as_json=as_json)
    tell({"decided": decision}, lambda: console.print(f"decided: {decision}"), as_json=as_json)


@app.command()
def withdraw(case: CaseId, *, as_json: Json = False) -> None:
    """Withdraw a request, at the person's wish. Possible until the answer is being written.

    Example: starter.py withdraw case_0123456789abcdef0123
    """

    async def work(desk: Desk) -> None:
        await cases.withdraw(desk, case)

    with_desk(work, as_json=as_json)
    tell({"withdrawn": case}, lambda: console.print("withdrawn"), as_json=as_json)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter("write a date as 2026-12-01", param_hint="--due-by") from None
