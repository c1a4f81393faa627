"""Commands for whoever writes or connects a connector: check it, begin a new one, map a database."""

import asyncio
import importlib.util
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from xml.etree import ElementTree as ET

import typer
from rich.markup import escape

import fitter
import settings
from commands._counter import Exit, Json, complaints, console, guarded, tell
from connectors import Scanned, kinds, scan
from desk.probe import Promise, probe
from dsar.errors import InputError, OperatorError
from fetching import fetched

HOUSE = Path(__file__).parent.parent
SUITE = "tests/contract/connectors"
UNASKED = "unasked"  # how the suite notes that a card does not offer what a promise is about
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

app = typer.Typer(rich_markup_mode=None)
group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _room() -> None:
    """Hold the group."""


@group.callback()
def connector() -> None:
    """Check a connector's promises, begin a new one, or propose a data map."""


app.add_typer(group, name="connector")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The files of a new connector."""

    files: tuple[str, ...]


@group.command("check")
def check(
    name: Annotated[str, typer.Argument(help="A kind; with --live, a system of systems.yaml.")],
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Ask the connected system itself; only reading.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Run the contract suite against a connector's pretend system, or probe a live one.

    Exit code 1 if a promise is broken.
    Examples: starter.py connector check stripe; starter.py connector check crm --live
    """
    found = guarded(lambda: _probed(name) if live else _suite(name), as_json=as_json)
    tell(found, lambda: _print_promises(found), as_json=as_json)
    if not all(promise.kept for promise in found):
        raise typer.Exit(Exit.FAILED)


@group.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Its name: lower case, words joined by _.")],
    *,
    as_json: Json = False,
) -> None:
    """Write a connector and its pretend system that keep every promise, to be made yours.

    Example: starter.py connector new acme_desk
    """
    written = guarded(lambda: _begun(name), as_json=as_json)

    def prose() -> None:
        console.print("\n".join(written.files), markup=False)
        console.print(f"next: `starter.py connector check {name}`, then docs/how-to/add-a-connector.md")

    tell(written, prose, as_json=as_json)


@group.command("scan")
def scan_(  # each option is one thing to say
    url: Annotated[str, typer.Argument(help="The database; better env:NAME or file:PATH than a password.")],
    *,
    data_map: Annotated[
        Path | None, typer.Option("--map", help="A map to hold against the live schema, and its grants.")
    ] = None,
    person: Annotated[str, typer.Option(help="The table in which a row is a person.")] = "",
    schema: Annotated[list[str] | None, typer.Option(help="A schema to read; repeat for more.")] = None,
    as_json: Json = False,
) -> None:
    """Propose a data map from a live schema; or, with --map, say how a map has drifted, and what to grant.

    It only reads, offline, at most 200 rows of a table, and prints none of them. Exit code 1 if a map would
    break. Examples:
      starter.py connector scan env:CRM_DATABASE_URL > crm.map.yaml
      starter.py connector scan env:CRM_DATABASE_URL --map crm.map.yaml
    """
    found = guarded(lambda: _scanned(url, data_map, person, schema or []), as_json=as_json)
    tell(found, lambda: _print_scan(found), as_json=as_json)
    if any(each.breaks for each in found.drift):
        raise typer.Exit(Exit.FAILED)


def _scanned(url: str, data_map: Path | None, person: str, schemas: list[str]) -> Scanned:
    address = str(fetched(url, "url"))
    return asyncio.run(scan(address, data_map=data_map, person=person, schemas=schemas))


def _print_scan(found: Scanned) -> None:
    if found.proposal:
        print(found.text, end="")  # noqa: T201 - a file's text, not to be wrapped or coloured
        complaints.print(f"{len(found.proposal.collections)} collections proposed; confirm each line,")
        complaints.print(
            f"these first: {', '.join(found.proposal.questions) or 'none is in doubt'}", markup=False
        )
        return
    for each in found.drift:
        mark = "[red]✗[/red]" if each.breaks else "[yellow]![/yellow]"
        console.print(
            f"{mark} {escape(each.code)} {escape(each.where)}: {escape(each.advice)}", highlight=False
        )
    console.print(f"{len(found.drift)} differences between the map and the live schema\n", highlight=False)
    console.print("\n".join(found.grants), markup=False, highlight=False, soft_wrap=True)


def _probed(name: str) -> tuple[Promise, ...]:
    connected = fitter.connectors(fitter.tools(settings.load()))
    if name not in connected:
        known = ", ".join(sorted(connected)) or "none; write systems.yaml first"
        raise InputError("system_unknown", f"choose one of: {known}", field="name")

    async def work() -> tuple[Promise, ...]:
        try:
            return await probe(connected[name])
        finally:
            await connected.close()

    return asyncio.run(work())


def _suite(name: str) -> tuple[Promise, ...]:
    """Run every test of the suite that has this connector for its subject, and read its report."""
    if name not in kinds():
        raise InputError("connector_unknown", f"choose one of: {', '.join(kinds())}", field="name")
    if not (importlib.util.find_spec("pytest") and (HOUSE / SUITE).is_dir()):
        raise OperatorError("suite", "suite_missing")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        chosen = ["-k", f"[{name}- or [{name}]", SUITE]
        subprocess.run([*command, *chosen], cwd=HOUSE, check=False, capture_output=True)  # noqa: S603 - ours
        if not report.exists():
            raise OperatorError("suite", "suite_broken")
        cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314 - we have just had it written
        asked = [case for case in cases if case.find("skipped") is None]
        return _kept(asked)


def _kept(cases: list[ET.Element]) -> tuple[Promise, ...]:
    """Return each promise once: it is kept if every example of it passed. Of what the card does not offer
    nothing is asked: such a promise has no examples.
    """
    said: dict[str, list[ET.Element]] = {}
    for case in cases:
        said.setdefault(case.get("name", "").partition("[")[0], []).append(case)
    return tuple(_promise(name, examples) for name, examples in said.items())


def _promise(name: str, cases: list[ET.Element]) -> Promise:
    unasked = {
        told.get("value") for case in cases for told in case.iter("property") if told.get("name") == UNASKED
    }
    return Promise(
        name=name.removeprefix("test_").replace("_", " "),
        kept=not any({"failure", "error"} & {part.tag for part in case} for case in cases),
        examples=0 if unasked else len(cases),
        reason="".join(f"cannot_{verb}" for verb in sorted(map(str, unasked))),
    )


def _begun(name: str) -> Written:
    if not _NAME.fullmatch(name) or name in kinds():
        raise InputError("name_unusable", "choose a new name such as acme_desk", field="name")
    title = name.replace("_", " ").title()
    places = {"acme_desk": f"connectors/{name}.py", "pretend_acme_desk": f"{SUITE}/systems/{name}.py"}
    for example, place in places.items():
        text = (HOUSE / f"docs/examples/{example}.py").read_text("utf-8")
        text = (
            text.replace("acme_desk", name)
            .replace("AcmeDesk", title.replace(" ", ""))
            .replace("Acme Desk", title)
        )
        (HOUSE / place).write_text(text, "utf-8")
    walls = HOUSE / "pyproject.toml"
    line = '    "connectors.posthog",\n'
    said = walls.read_text("utf-8").replace(line, f'    "connectors.{name}",\n{line}', 1)
    walls.write_text(said, "utf-8")
    return Written(files=(*places.values(), "pyproject.toml"))


def _print_promises(found: tuple[Promise, ...]) -> None:
    asked = [promise for promise in found if promise.examples]
    for promise in asked:
        mark = "[green]✓[/green]" if promise.kept else "[red]✗[/red]"
        console.print(f"{mark} {promise.name}", highlight=False)
    for promise in found:
        if not promise.examples:
            console.print(
                f"[dim]- {promise.name}: not asked, {promise.reason}[/dim]", highlight=False, soft_wrap=True
            )
    broken = sum(not promise.kept for promise in asked)
    unasked = f", {len(found) - len(asked)} not asked" if len(found) > len(asked) else ""
    console.print(f"{len(asked) - broken} promises kept, {broken} broken{unasked}", highlight=False)
