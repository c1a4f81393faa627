"""Commands of the review: list, read, redact, clear."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from commands._counter import By, CaseId, Json, complaints, console, quoted, tell
from commands._desk import with_desk
from commands._private import kept
from desk import redacting, reviewing
from desk.desk import Desk
from desk.reviewing import Sheet, Shown
from dsar.errors import InputError
from dsar.holdings import Stored
from dsar.redaction import REASONS, Cut, path_of, spelled
from dsar.review import Why

app = typer.Typer()
ItemNumber = Annotated[int, typer.Argument(help="The item's number, as `review CASE` prints it.")]
Field = Annotated[str, typer.Option("--field", help="The path of a value, as `review CASE ITEM` prints it.")]


@app.command()
def review(  # noqa: PLR0913  # one option per thing a reviewer can ask for
    case: CaseId,
    item: Annotated[int, typer.Argument(help="The item to read; without it, all are listed.")] = 0,
    *,
    by: By = "",
    why: Annotated[str, typer.Option(help=f"Why you read it: {', '.join(Why)}.")] = "review",
    file: Annotated[str, typer.Option(help="Save the file that stands at this path, with --out.")] = "",
    out: Annotated[Path | None, typer.Option(help="Where to save it.")] = None,
    after: Annotated[int, typer.Option(help="List from after this number.")] = 0,
    limit: Annotated[int, typer.Option(help="List so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List the records that may concern others, or read one. A reading is on record: who, when and why.

    Examples:
      starter.py review case_…
      starter.py review case_… 7 --by reviewer_nia
      starter.py review case_… 7 --by reviewer_nia --file scan --out scan.pdf
    """

    async def at_list(desk: Desk) -> Sheet:
        return reviewing.listed(desk, case, after=after, limit=limit)

    async def at_item(desk: Desk) -> Shown:
        return reviewing.read(desk, case, item, by=by, why=why)

    async def at_file(desk: Desk) -> None:
        _save(reviewing.fetch(desk, case, item, path_of(file), by=by), out)

    if file:
        with_desk(at_file, as_json=as_json)
    elif item:
        shown = with_desk(at_item, as_json=as_json)
        tell(_spelled(shown), lambda: _print_item(shown), as_json=as_json)
    else:
        sheet = with_desk(at_list, as_json=as_json)
        tell(sheet, lambda: _print_list(sheet), as_json=as_json)


@app.command()
def redact(  # noqa: PLR0913  # one option per way to cut
    case: CaseId,
    item: Annotated[str, typer.Argument(help="The item's number; with --keep also 1-20 or all.")],
    *,
    by: By,
    code: Annotated[str, typer.Option(help=f"Why: {', '.join(REASONS)}.")] = "",
    field: Field = "",
    span: Annotated[str, typer.Option(help="Only this part of the text: A:B, in characters from 0.")] = "",
    find: Annotated[str, typer.Option(help="Every place where these words stand; - reads a line.")] = "",
    replace: Annotated[Path | None, typer.Option(help="A redacted file, in the place of this one.")] = None,
    keep: Annotated[bool, typer.Option(help="Nothing has to be cut out.")] = False,
    undo: Annotated[bool, typer.Option(help="Put back everything that was cut out of it.")] = False,
    as_json: Json = False,
) -> None:
    """Cut out of a record what is not the person's to know. Somebody else then clears it.

    Examples:
      starter.py redact case_… 7 --by reviewer_nia --code 15_4_others --find - < name.txt
      starter.py redact case_… 7 --by reviewer_nia --code 15_4_others --field comments/0/body --span 12:30
      starter.py redact case_… 8 --by reviewer_nia --code 15_4_others --field scan --replace redacted.pdf
      starter.py redact case_… 9-40 --by reviewer_nia --keep
    """

    async def work(desk: Desk) -> int:
        if keep:
            return await redacting.keep(desk, case, item, by=by)
        number = _number(item)
        if undo:
            return await redacting.redact(desk, case, number, (), by=by)
        reviewing.reviewer(desk, by)
        reason = reviewing.check_code(desk, case, code)
        if find:
            words = sys.stdin.readline().strip() if find == "-" else find
            cuts = reviewing.cuts_by_words(desk, case, number, words, reason)
        else:
            stored = reviewing.hand_in(desk, case, _bytes(replace)) if replace else None
            cut = Cut(path=path_of(field), code=reason, spans=_spans(span), file=stored)
            cuts = reviewing.cuts_for(desk, case, number, (cut,))
        return await redacting.redact(desk, case, number, cuts, by=by)

    left = with_desk(work, as_json=as_json)
    tell({"not_cleared": left}, lambda: console.print(f"noted; not cleared: {left}"), as_json=as_json)


@app.command()
def clear(
    case: CaseId,
    items: Annotated[str, typer.Argument(help="A number, a range such as 1-20, or all.")],
    *,
    by: By,
    as_json: Json = False,
) -> None:
    """Agree to how records will be handed over. Whoever redacted one of them cannot.

    Example: starter.py clear case_0123456789abcdef0123 all --by dpo_robin
    """

    async def work(desk: Desk) -> int:
        return await redacting.clear(desk, case, items, by=by)

    left = with_desk(work, as_json=as_json)
    tell({"not_cleared": left}, lambda: console.print(f"cleared; left: {left}"), as_json=as_json)


def _number(item: str) -> int:
    if not (item.isascii() and item.isdigit()):
        raise InputError("item_unknown", "give one item's number; only --keep takes a range", field="item")
    return int(item)


def _spans(span: str) -> tuple[tuple[int, int], ...]:
    first, colon, last = span.partition(":")
    if not span:
        return ()
    if not (colon and first.isdigit() and last.isdigit()):
        raise InputError("span_malformed", "write a span as 12:30, in characters from 0", field="span")
    return ((int(first), int(last)),)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise InputError("file_unreadable", "name a file that can be read", field="--replace") from None


def _save(chunks: Iterator[bytes], out: Path | None) -> None:
    if out is None:
        raise InputError("out_missing", "say with --out where the file is to be saved", field="--out")
    kept(chunks, out)


def _print_list(sheet: Sheet) -> None:
    if not sheet.lines:
        complaints.print(f"no items here; {sheet.items} in all")
        return
    table = Table("item", "system", "collection", "marked fields", "cuts", "standing")
    for one in sheet.lines:
        counts = (str(one.fields), str(one.cuts))
        table.add_row(str(one.item), one.system, one.collection, *counts, one.standing)
    console.print(table)
    console.print(f"{sheet.items} items, {sheet.open} not cleared")


def _print_item(shown: Shown) -> None:
    """Print each value as JSON: nothing in it can act on a terminal."""
    console.print(f"item {shown.item}: {shown.system}, {shown.collection}, {shown.standing}")
    for path, value in shown.found.items():
        console.print(f"{spelled(path)}: {_said(value)}", markup=False, soft_wrap=True)
        after = shown.handed_over.get(path, "(not handed over)")
        if after != value:
            console.print(f"  handed over as: {_said(after)}", markup=False, soft_wrap=True)


def _said(value: object) -> str:
    if isinstance(value, Stored):
        return f"file {json.dumps(value.name)}, {value.true_type}, {value.size} bytes"
    return quoted(value)


def _spelled(shown: Shown) -> dict[str, object]:
    values = {"found": shown.found, "handed_over": shown.handed_over}
    head = {"item": shown.item, "system": shown.system, "collection": shown.collection}
    said = {name: {spelled(p): v for p, v in found.items()} for name, found in values.items()}
    return {**head, "standing": shown.standing, **said}
