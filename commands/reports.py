"""Commands that report: a year's figures, and defects in the company's facts."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

import settings
from commands._counter import Exit, Json, complaints, console, guarded, tell
from commands._desk import with_desk
from desk.desk import Desk
from desk.metrics import Figures, of_year
from policy.company import load
from policy.lint import lint
from policy.lint_texts import Defect
from policy.retention import lint_periods
from policy.retention import load as load_retention

app = typer.Typer()


@app.command()
def metrics(
    *,
    year: Annotated[int, typer.Option(help="Requests received in this year.")] = datetime.now(UTC).year,
    regime: Annotated[str, typer.Option(help="Only this regime, or its beginning: US-CA, UK, EU-DE.")] = "",
    as_json: Json = False,
) -> None:
    """Show a year's figures: received, complied, denied, median and mean days (11 CCR 7102).

    Example: starter.py metrics --year 2026 --regime US-CA
    """

    async def work(desk: Desk) -> tuple[Figures, ...]:
        return of_year(desk.register.cases(), year, regime=regime)

    found = with_desk(work, as_json=as_json)
    tell(found, lambda: _print_figures(found, year), as_json=as_json)


@app.command("company")
def lint_company(*, as_json: Json = False) -> None:
    """Check the company's facts and how long records are kept; name each defect with its rule.

    Exit code 1 if there is one. Example: starter.py company
    """

    def work() -> tuple[Defect, ...]:
        known = settings.load()
        periods = lint_periods(load_retention(known.retention_file))
        return (*lint(load(known.company_file).facts), *periods)

    found = guarded(work, as_json=as_json)
    tell(found, lambda: _print_defects(found), as_json=as_json)
    if found:
        raise typer.Exit(Exit.FAILED)


def _print_figures(found: tuple[Figures, ...], year: int) -> None:
    if not found:
        complaints.print(f"no requests were received in {year}")
        return
    table = Table("right", "received", "complied", "denied", "withdrawn", "open", "median days", "mean days")
    for row in found:
        counts = (row.received, row.complied, row.denied, row.withdrawn, row.open)
        days = ("—" if value is None else str(value) for value in (row.median_days, row.mean_days))
        table.add_row(row.right, *map(str, counts), *days)
    console.print(table)


def _print_defects(found: tuple[Defect, ...]) -> None:
    for defect in found:
        console.print(f"{defect.where}: {defect.code} ({defect.law}). {defect.move}", markup=False)
    if not found:
        console.print("no defects found")
