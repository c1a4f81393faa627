"""The command of decisions: what only a person may decide."""

from typing import Annotated

import typer

from commands._counter import By, CaseId, Json, console, tell
from commands._desk import with_desk
from commands._facts import Facts, read_facts
from desk import cases, complaining, erasing
from desk.desk import Desk
from dsar.case import Decision
from dsar.decision_kinds import APPROVE_PLAN, KINDS
from dsar.vocabulary import Role, Status

app = typer.Typer()


@app.command()
def decide(  # noqa: PLR0913  # one option per field of a decision
    case: CaseId,
    decision: Annotated[str, typer.Argument(help=" | ".join(KINDS))],
    *,
    by: By,
    system: Annotated[str, typer.Option(help="The system that the decision is about.")] = "",
    ground: Annotated[str, typer.Option(help="The legal ground, e.g. 12_5_excessive.")] = "",
    reason: Annotated[str, typer.Option(help="Specific reasons, in your words.")] = "",
    fact: Facts = None,
    plan: Annotated[str, typer.Option(help="The digits of the plan that you read with `plan`.")] = "",
    enquiry: Annotated[
        list[str] | None, typer.Option(help="Complaints: a step taken to find out; repeatable.")
    ] = None,
    change: Annotated[
        list[str] | None, typer.Option(help="Complaints and appeals: what changes now; repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Decide: release the answer, approve a plan, extend the time, refuse, or settle what a system could not.

    Examples:
      starter.py decide case_… release --by dpo_robin
      starter.py decide case_… approve-plan --plan 0123456789ab --by dpo_robin
      starter.py decide case_… retry --system crm --by support_anna
      starter.py decide case_… accept-gap --system crm --by dpo_robin --reason "…"
      starter.py decide case_… refuse --ground 12_5_repetitive --fact earlier=2026-10-01 --by dpo_robin …
      starter.py decide case_… exempt --system crm --fact collection=notes --ground EXM-03 --by dpo_robin …
      starter.py decide case_… second --fact proposal=3 --by dpo_deputy
      starter.py decide case_… fee-paid --fact on=2026-12-04 --by support_anna
      starter.py decide case_… extend --ground complexity --fact doing=redacting --by dpo_robin --reason "…"
      starter.py decide case_… uphold --by dpo_deputy --enquiry "…" --reason "…" --change "…"
    """
    facts = read_facts(fact or [])

    async def work(desk: Desk) -> Status:
        taken = Decision(
            kind=decision,
            by=by,
            role=desk.role(by, Role.DPO),
            system=system,
            ground=ground,
            facts=facts,
            plan=erasing.read(desk, case, plan) if decision == APPROVE_PLAN else "",
            decided_at=desk.now(),
        )
        taken = complaining.told(desk, case, taken, enquiries=enquiry or (), changes=change or ())
        return await cases.decide(desk, case, taken, reason)

    with_desk(work, as_json=as_json)
    tell({"decided": decision}, lambda: console.print(f"decided: {decision}"), as_json=as_json)
