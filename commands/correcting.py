"""Commands about corrections: where what is wrong is held, and whether it is corrected."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from commands._counter import By, CaseId, Json, console, tell
from commands._desk import with_desk
from commands._facts import Facts, read_facts
from commands.tasks import read_proof
from desk import correcting
from desk.correcting import Line
from desk.desk import Desk

app = typer.Typer()


@app.command()
def corrections(
    case: CaseId,
    *,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show both versions; who looked is on record.")
    ] = False,
    by: By = "",
    as_json: Json = False,
) -> None:
    """List what a person wants corrected: where it was found, in how many records, and what was decided.

    Examples:
      starter.py corrections case_…
      starter.py corrections case_… --reveal --by support_anna
    """

    async def work(desk: Desk) -> tuple[Line, ...]:
        return correcting.corrections(desk, case, reveal=reveal, by=by)

    found = with_desk(work, as_json=as_json)
    tell(found, lambda: _print(found, reveal=reveal), as_json=as_json)


@app.command()
def correction(  # noqa: PLR0913  # a form has as many fields as it has
    answer: Annotated[str, typer.Argument(help="accept | refuse")],
    case: CaseId,
    number: Annotated[int, typer.Argument(help="The correction, as `corrections` numbers it.")],
    *,
    by: By,
    reason: Annotated[
        str, typer.Option(help="What shows that it is right, or accurate as it is; sealed.")
    ] = "",
    ground: Annotated[str, typer.Option(help="Of a refusal: 16_accurate, 16_record, CAL-40.")] = "",
    fact: Facts = None,
    proof: Annotated[Path | None, typer.Option(help="A file that shows it; sealed.")] = None,
    as_json: Json = False,
) -> None:
    """Accept a correction, with what shows that it is right; or refuse it (the DPO's alone), with its ground.

    Examples:
      starter.py correction accept case_… 1 --by support_anna --reason "She called from the new number today."
      starter.py correction refuse case_… 2 --ground 16_accurate --fact compared_with=logs --by dpo_robin …
    """
    facts = read_facts(fact or [])

    async def work(desk: Desk) -> None:
        shown = read_proof(proof)
        await correcting.decide(
            desk, case, number, answer, by=by, reason=reason, ground=ground, facts=facts, proof=shown
        )

    with_desk(work, as_json=as_json)
    said = {"case": case, "correction": number, "answer": answer}
    tell(said, lambda: console.print(f"correction {number}: {answer}", markup=False), as_json=as_json)


def _print(found: tuple[Line, ...], *, reveal: bool) -> None:
    table = Table("no", "decided", "found in", *(("field", "stands there", "is right") if reveal else ()))
    for line in found:
        where = [f"{p.system} {p.collection} {p.rows}" for p in line.places if p.rows]
        cells = (line.what, "\n".join(line.stands), line.right) if reveal else ()
        shown = (Text(cell) for cell in cells)  # a value may look like markup
        table.add_row(str(line.number), line.state, "\n".join(where) or "nowhere", *shown)
    console.print(table)
