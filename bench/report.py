"""The figures as a table for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

_SPEED, _MEMORY = 0.8, 1.2  # the targets
_LEAST, _MOST = "1000", "100000"


def show(found: Mapping[str, Any]) -> None:
    """Print everything."""
    console = Console()
    console.width = max(console.width, 130)
    console.print(_races(found["races"], found["plan"]))
    console.print(_sizes(found["sizes"]))
    for line in verdicts(found):
        console.print(line, markup=False, highlight=False)
    facts = ", ".join(f"{name} {value}" for name, value in found["machine"].items())
    console.print(f"Machine: {facts}", markup=False, highlight=False)


def verdicts(found: Mapping[str, Any]) -> Iterator[str]:
    """Hold the figures against the targets."""
    for name, race in found["races"].items():
        if "ratio" in race:
            yield f"{name}: {race['ratio']:.2f} of the bare workflow's cases per minute (target {_SPEED})"
    sizes = found["sizes"]
    events = {size["history_events"] for size in sizes.values()}
    yield f"history events: {'equal for every size' if len(events) == 1 else f'DIFFER: {sorted(events)}'}"
    if _MOST in sizes:
        ratio = sizes[_MOST]["worker_peak_mib"] / sizes[_LEAST]["worker_peak_mib"]
        yield f"worker memory: {_MOST} rows need {ratio:.2f} times that of {_LEAST} rows (target {_MEMORY})"


def _races(races: Mapping[str, Any], plan: Mapping[str, Any]) -> Table:
    title = f"Whole cases, {plan['at_once']} in flight, medians of {plan['rounds']} rounds, in turns"
    table = Table("", "cases a minute", "ratio", "p50 s", "p95 s", "processor ms a case", title=title)
    for name, race in races.items():
        cost = ", ".join(f"{who} {ms:.0f}" for who, ms in race["cpu_ms_per_case"].items())
        ratio = f"{race['ratio']:.2f}" if "ratio" in race else ""
        table.add_row(
            name,
            f"{race['per_minute']:.0f}",
            ratio,
            f"{race['p50_s']:.2f}",
            f"{race['p95_s']:.2f}",
            cost,
        )
    return table


def _sizes(sizes: Mapping[str, Any]) -> Table:
    columns = {
        "history_events": "events",
        "history_bytes": "bytes",
        "worker_peak_mib": "worker's peak MiB",
        "open_to_bundle_s": "open to bundle s",
        "crowd_median_s": "crowd: median s",
        "crowd_last_s": "crowd: last s",
    }
    table = Table("rows", *columns.values(), title="One person's rows, one case at a time")
    for rows, size in sizes.items():
        table.add_row(rows, *(str(size.get(name, "")) for name in columns))
    return table
