"""Commands about open restrictions: note a use, end it, say that a mark is off or on."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

import typer

from commands._counter import By, CaseId, Json, console, tell
from commands._desk import with_desk
from desk import restricting
from desk.desk import Desk
from dsar.errors import InputError
from dsar.restrictions import Ending, Gate

app = typer.Typer()
_GATES, _ENDINGS = ", ".join(Gate), ", ".join(Ending)


@app.command()
def restriction(
    action: Annotated[str, typer.Argument(help="use | end")],
    case: CaseId,
    *,
    by: By,
    reason: Annotated[str, typer.Option(help="What for or why, in your words. They are sealed.")] = "",
    gate: Annotated[str, typer.Option(help=f"Of a use, Art. 18(2): {_GATES}.")] = "",
    because: Annotated[str, typer.Option(help=f"Of an end: {_ENDINGS}.")] = "",
    as_json: Json = False,
) -> None:
    """Note a use of restricted data, or have a restriction end after the person was told.

    Examples:
      starter.py restriction use case_… --gate legal_claims --by support_anna --reason "…"
      starter.py restriction end case_… --because accuracy_decided --by dpo_robin --reason "…"
    """

    async def work(desk: Desk) -> date | None:
        if action == "use":
            restricting.use(desk, case, gate, by=by, reason=reason)
            return None
        if action == "end":
            return await restricting.end(desk, case, because, by=by, reason=reason)
        raise InputError("action_unknown", "choose one of use, end", field="action")

    lift_on = with_desk(work, as_json=as_json)
    said = f"the person is told; it is lifted on {lift_on}" if lift_on else "the use is on record"
    tell({"case": case, "lift_on": lift_on}, lambda: console.print(said), as_json=as_json)


@app.command("mark-lifted")
def mark_lifted(
    case: CaseId,
    system: Annotated[str, typer.Argument(help="The system, as `tasks` names it under `still_marked`.")],
    *,
    by: By,
    reason: Annotated[str, typer.Option(help="What you did, in your words. They are sealed.")] = "",
    as_json: Json = False,
) -> None:
    """Say that you took the mark of a restriction off by hand, where no machine could.

    Example: starter.py mark-lifted case_… crm --by support_anna --reason "…"
    """
    _noted(restricting.lifted, case, system, by, reason, as_json=as_json)


@app.command("mark-restricted")
def mark_restricted(
    case: CaseId,
    system: Annotated[str, typer.Argument(help="The system, as `tasks` names it under `unmarked`.")],
    *,
    by: By,
    reason: Annotated[str, typer.Option(help="What you did, in your words. They are sealed.")] = "",
    as_json: Json = False,
) -> None:
    """Say that you set the mark of a restriction by hand, where it did not hold.

    Example: starter.py mark-restricted case_… crm --by support_anna --reason "…"
    """
    _noted(restricting.placed, case, system, by, reason, as_json=as_json)


def _noted(note: Callable[..., None], case: str, system: str, by: str, reason: str, *, as_json: bool) -> None:
    """Write down what a person did to a mark."""

    async def work(desk: Desk) -> None:
        note(desk, case, system, by=by, reason=reason)

    with_desk(work, as_json=as_json)
    tell({"case": case, "system": system}, lambda: console.print("it is on record"), as_json=as_json)
