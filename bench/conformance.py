"""What every connector was held to, and what came of it: `python -m bench.conformance`.

For each kind: lines of code, promises kept of those asked, hostile replies survived of those tried, calls
that its vendor's own description covers of those it makes (`-` where `DSAR_VENDOR_SPECS` has none), and how
much its file says is not confirmed. A kind that was tried on several systems, as `sql` on five databases,
has a row for each as well. It runs the contract suite, prints a table and writes
`bench/out/conformance.json`.
"""

import inspect
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.table import Table

from connectors import kinds

_HOUSE = Path(__file__).parent.parent
_OUT = Path(__file__).parent / "out" / "conformance.json"
_SUITE = _HOUSE / "tests" / "contract" / "connectors"
_FILES = (
    "test_every_connector",
    "test_every_deed",
    "test_hostile_vendors",
    "test_by_hand",
    "test_ga4_alone",  # it finds nobody, so most promises cannot be asked of it
    "test_vendor_truth",
)
_HOSTILE, _TRUTH = "test_hostile_vendors", "test_vendor_truth"
_REPLY = "test_a_hostile_reply"  # where a kind is tested alone, so are its hostile replies
_ALONE = re.compile(r"test_(\w+)_alone")
_SYSTEMS = "tests.contract.connectors.systems"
_DOUBTS = re.compile(r"[Nn]ot\s+confirmed\b(.*?)\.(?:\s|$)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test of the suite, of one kind of connector. `calls`: what it makes, and how many are described."""

    file: str
    promise: str
    kind: str
    variant: str
    passed: bool
    skipped: bool = False
    calls: tuple[int, int] = (0, 0)

    @property
    def hostile(self) -> bool:
        """Whether it tries a hostile reply."""
        return self.file == _HOSTILE or self.promise.startswith(_REPLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """The figures of one kind, or of one system that it was tried on."""

    name: str
    lines: int
    kept: int
    asked: int
    survived: int
    tried: int
    described: int | None  # None: there is no description here, or nobody publishes one
    calls: int | None
    unconfirmed: int


def read(report: ET.Element) -> list[Case]:
    """Return the cases of a JUnit report that are about one kind."""
    found = []
    for case in report.iter("testcase"):
        promise, _, asked = case.get("name", "").partition("[")
        told = {p.get("name"): p.get("value", "") for p in case.iter("property")}
        file = case.get("classname", "").rpartition(".")[2]
        alone = _ALONE.fullmatch(file)
        kind, _, variant = asked.removesuffix("]").partition("-")
        found.append(
            Case(
                file=file,
                promise=promise,
                kind=alone[1] if alone else kind,
                variant="" if alone else variant,
                passed=case.find("failure") is None and case.find("error") is None,
                skipped=case.find("skipped") is not None or "unasked" in told,
                calls=(int(told.get("calls", 0)), int(told.get("described", 0))),
            )
        )
    return found


def measured(kind: str, cases: Iterable[Case], source: str, words: str, variant: str = "") -> Conformance:
    """Return the figures of a kind, or of one `variant` of it, from its cases, its code and what its file
    says of itself.
    """
    own = [case for case in cases if case.kind == kind and not case.skipped]
    own = [case for case in own if f"{case.variant}-".startswith(f"{variant}-" if variant else "")]
    said = [case for case in own if case.file != _TRUTH and not case.hostile]
    broken = {case.promise for case in said if not case.passed}
    asked = {case.promise for case in said}
    hostile = [case for case in own if case.hostile]
    truths = [case.calls for case in own if any(case.calls)]
    return Conformance(
        name=f"{kind} {variant}".strip(),
        lines=sum(bool(line.strip()) for line in source.splitlines()),
        kept=len(asked - broken),
        asked=len(asked),
        survived=sum(case.passed for case in hostile),
        tried=len(hostile),
        described=truths[0][1] if truths else None,
        calls=truths[0][0] if truths else None,
        unconfirmed=sum(doubts.count(";") + 1 for doubts in _DOUBTS.findall(words)),
    )


def main() -> int:
    """Run, print, write. Returns the exit code: 0 all was kept, 1 a promise was broken."""
    cases = read(_suite())
    ours = [kind for kind in kinds() if find_spec(f"connectors.{kind}")]
    found = {kind: measured(kind, cases, *_file(kind)) for kind in ours}
    parts = {kind: [measured(kind, cases, *_file(kind), name) for name in _variants(kind)] for kind in ours}
    rows = [asdict(each) for kind in ours for each in (found[kind], *parts[kind])]
    _OUT.parent.mkdir(parents=True, exist_ok=True)
    _OUT.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
    Console().print(_table(found, parts))
    return int(not all(case.passed for case in cases))


def _suite() -> ET.Element:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        files = [str(_SUITE / f"{name}.py") for name in _FILES]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        subprocess.run([*command, *files], cwd=_HOUSE, check=False, stdout=sys.stderr)
        return ET.parse(report).getroot()  # noqa: S314 - we have just had it written


def _file(kind: str) -> tuple[str, str]:
    module = import_module(f"connectors.{kind}")
    return inspect.getsource(module), inspect.getdoc(module) or ""


def _variants(kind: str) -> tuple[str, ...]:
    """Return the systems that a kind is tried on, if they are several."""
    names = tuple(import_module(f"{_SYSTEMS}.{kind}").VARIANTS)
    return names if len(names) > 1 else ()


def _table(found: Mapping[str, Conformance], parts: Mapping[str, Sequence[Conformance]]) -> Table:
    table = Table("kind", "lines", "promises kept", "hostile survived", "calls described", "not confirmed")
    rows = [*found.values()]
    for kind, each in found.items():
        described = "-" if each.calls is None else f"{each.described}/{each.calls}"
        kept, survived = f"{each.kept}/{each.asked}", f"{each.survived}/{each.tried}" if each.tried else "-"
        table.add_row(kind, str(each.lines), kept, survived, described, str(each.unconfirmed))
        for part in parts[kind]:
            table.add_row(f"  {part.name}", "", f"{part.kept}/{part.asked}", "", "", "", style="dim")
    sums: Mapping[str, int] = {
        n: sum(getattr(e, n) or 0 for e in rows) for n in asdict(rows[0]) if n != "name"
    }
    table.add_section()
    table.add_row(
        "all",
        str(sums["lines"]),
        f"{sums['kept']}/{sums['asked']}",
        f"{sums['survived']}/{sums['tried']}",
        f"{sums['described']}/{sums['calls']}",
        str(sums["unconfirmed"]),
    )
    return table


if __name__ == "__main__":
    sys.exit(main())
