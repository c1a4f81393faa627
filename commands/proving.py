"""The command that proves identity: by code, match, document or authority."""

import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from commands._counter import By, CaseId, Exit, Json, console, tell
from commands._desk import with_desk
from desk import cases, proving
from desk.desk import Desk
from dsar.identity import CodeResult
from dsar.identity_policy import Authority, Doubt

app = typer.Typer()


class Matched(StrEnum):
    """What a comparison came to. Which value fitted is told to nobody."""

    YES = "matched"
    NO = "not_matched"
    LATER = "not_compared_yet"


_SAYS: Mapping[CodeResult | Matched, str] = {
    Matched.YES: "matched",
    Matched.NO: "not matched: three attempts in all; ask the person again",
    Matched.LATER: "not compared yet: see `show`",
    CodeResult.ACCEPTED: "identity proved",
    CodeResult.WRONG: "wrong code: try again, five attempts in all",
    CodeResult.EXPIRED: "this code has expired: send a fresh one with --new-code",
    CodeResult.LOCKED: "too many wrong codes: locked, the person was told; prove with --document instead",
    CodeResult.NONE_SET: "no code was sent yet: see `show`",
}


@app.command()
def prove(  # noqa: PLR0913  # each way of proving is an option
    case: CaseId,
    *,
    code: Annotated[str, typer.Option(help="The one-time code that the person read out.")] = "",
    new_code: Annotated[bool, typer.Option("--new-code", help="Send a fresh code.")] = False,
    match: Annotated[
        bool, typer.Option("--match", help="Compare two or three data points, one a line, standard input.")
    ] = False,
    declared: Annotated[
        bool, typer.Option("--declared", help="With --match: a signed declaration came with them.")
    ] = False,
    doubt: Annotated[
        str, typer.Option(help="Ask for a document, on this doubt: " + ", ".join(Doubt) + ".")
    ] = "",
    document: Annotated[bool, typer.Option("--document", help="You looked at a document.")] = False,
    authority: Annotated[
        str, typer.Option(help="You looked at the authority of an agent or parent: " + ", ".join(Authority))
    ] = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Prove identity: by the code from the letter, by facts that we hold, or by a document you looked at.

    Examples:
      starter.py prove case_… --code ABCD-2345
      starter.py prove case_… --match --by support_anna < facts.txt
      starter.py prove case_… --doubt details_differ --by support_anna
      starter.py prove case_… --document --by support_anna
      starter.py prove case_… --authority signed_permission --by support_anna
      starter.py prove case_… --new-code
    """

    async def work(desk: Desk) -> CodeResult | Matched | None:
        if match:
            return await _matched(desk, case, by=by, declared=declared)
        if doubt or new_code:
            await _asked(desk, case, doubt, by)
        elif authority or document:
            await _looked_at(desk, case, authority, by)
        else:
            return await cases.prove_by_code(desk, case, code or typer.prompt("code", err=True))
        return None

    result = with_desk(work, as_json=as_json)
    asked = "a fresh letter is on its way" if new_code or doubt else "noted; see `show`"
    said = _SAYS[result] if result else asked
    tell({"result": result or "done", "said": said}, lambda: console.print(said), as_json=as_json)
    if result not in {None, CodeResult.ACCEPTED, Matched.YES}:
        raise typer.Exit(Exit.INPUT)


async def _matched(desk: Desk, case: str, *, by: str, declared: bool) -> Matched:
    points = sys.stdin.read().splitlines()
    found = await proving.prove_by_match(desk, case, points, by=by, declared=declared)
    return Matched.LATER if found is None else Matched.YES if found else Matched.NO


async def _asked(desk: Desk, case: str, doubt: str, by: str) -> None:
    if doubt:
        await proving.ask_for_document(desk, case, doubt=doubt, by=by)
    else:
        await cases.ask_again(desk, case)


async def _looked_at(desk: Desk, case: str, authority: str, by: str) -> None:
    if authority:
        await proving.prove_by_authority(desk, case, authority, by=by)
    else:
        await cases.prove_by_document(desk, case, by=by)
