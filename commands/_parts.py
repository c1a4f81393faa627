"""How the parts of the engine are shown: a table to look at, and under it what to do, in lines to copy."""

from collections.abc import Iterator, Sequence

from rich.table import Column, Table

from commands._counter import console, next_move
from desk.systems import Health, Left
from dsar.canaries import CanaryState

_ELSEWHERE = "see docs/how-to/when-something-is-down.md"


def print_parts(found: Sequence[Health]) -> None:
    """Show every part, and what helps those that are not well. A command is never broken into lines."""
    shown = [_told(part) for part in found]
    used = [name for name in shown[0] if any(row[name] for row in shown)]
    table = Table(*(Column(name, no_wrap=name in {"part", "state"}, overflow="fold") for name in used))
    for row in shown:
        table.add_row(*(row[name] for name in used))
    console.print(table)
    for line in _moves(found):
        console.print(line, markup=False, soft_wrap=True)


def _told(part: Health) -> dict[str, str]:
    card = part.card
    return {
        "part": part.name,
        "state": "see below" if part.reason else "ok",
        "canaries": "\n".join(map(_heard, part.canaries)),
        "this month": _left(part.month) if part.month else "",
        "vendor": card.vendor if card else "",
        "can": " ".join(sorted(card.can)) if card else "",
        "found by": " ".join(sorted(card.finds_by)) if card else "",
        "collections": " ".join(c.name for c in card.collections) if card else "",
    }


def _moves(found: Sequence[Health]) -> Iterator[str]:
    for part in found:
        if part.reason:
            yield f"{part.name}: {part.reason}"
            yield f"  {part.mend or next_move(part.reason, _ELSEWHERE)}"


def _left(month: Left) -> str:
    told = f"{month.used} of {month.per_month} orders used, {month.left} left"
    return f"{told}; resets {month.resets_at:%Y-%m-%d} UTC"


def _heard(state: CanaryState) -> str:
    what = f"SILENT ({state.reason}) since" if state.silent else "found since"
    return f"{state.canary}: {what} {state.since_at:%Y-%m-%d %H:%M}"
