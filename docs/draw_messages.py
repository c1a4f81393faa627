"""Draws the page of messages: every name that Temporal stores or that a client of ours may call."""

import ast
from collections.abc import Iterator
from pathlib import Path

from workflows.attributes import ALL

HOUSE = Path(__file__).parent.parent
INTRO = """These names stand in workflow histories and in other people's scripts. They are public API:
a name is never changed, and what it takes only grows. Payloads are sealed with the key of the case,
so a client needs the engine's plugin (`wire.py`) to read or send them.
People use the [front desk](commands.md), which sends exactly these."""
INTRO_OF_ACTIVITIES = """An id tells repeats apart: `find:crm:2` is the second search of `crm`.
Ids name systems and numbers, never a person."""
ATTRIBUTES = {
    "DsarRight": "the right, such as `access`",
    "DsarRegime": "whose law, such as `UK-ENG`",
    "DsarStatus": "where the case stands; see [Status](vocabulary.md#status)",
    "DsarOwner": "the desk or staff handle that owns the case",
    "DsarDue": "the end of the day by which an answer is due, once it is known",
}


def messages_page(note: str) -> str:
    """Workflows with their updates and queries, activities, search attributes."""
    parts = [note, "# Messages", INTRO, "## Workflows", *workflows(), "## Activities", INTRO_OF_ACTIVITIES]
    found = [named for path in modules("activities") for named in defined(path, "activity.defn")]
    rows = [f"| `{name}` | {said} |" for name, _, said in found]
    parts.append("\n".join(["| activity | what it does |", "|---|---|", *rows]))
    shown = [f"| `{name}` | {kind} | {ATTRIBUTES[name]} |" for name, kind in ALL.items()]
    head = ["| search attribute | type | what it says |", "|---|---|---|"]
    return "\n\n".join([*parts, "## Search attributes", "\n".join([*head, *shown])]) + "\n"


def workflows() -> Iterator[str]:
    """Each workflow as a section, with what can be sent to it."""
    for path in modules("workflows"):
        for name, node, said in defined(path, "workflow.defn"):
            yield f"### {name}"
            yield said
            rows = [
                f"| {kind} | `{sent}` | {takes(method)} | {told} |"
                for kind in ("update", "query")
                for whole in (node, *bases(node))
                for sent, method, told in defined_in(whole, f"workflow.{kind}")
            ]
            if rows:
                yield "\n".join(["| kind | name | takes | what it does |", "|---|---|---|---|", *rows])


def bases(node: ast.AST) -> Iterator[ast.AST]:
    """The classes of the same room that a workflow is put together from."""
    names = {ast.unparse(base) for base in node.bases} if isinstance(node, ast.ClassDef) else set()
    for path in modules("workflows") if names else ():
        for found in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(found, ast.ClassDef) and found.name in names:
                yield found


def modules(room: str) -> list[Path]:
    """The files of a room, by name."""
    return sorted((HOUSE / room).glob("*.py"))


def defined(path: Path, decorator: str) -> Iterator[tuple[str, ast.AST, str]]:
    """Yield name, definition and first sentence of everything in a file that is decorated so."""
    yield from defined_in(ast.parse(path.read_text(encoding="utf-8")), decorator)


def defined_in(tree: ast.AST, decorator: str) -> Iterator[tuple[str, ast.AST, str]]:
    """Yield what `defined` does, from a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for used in node.decorator_list:
                if isinstance(used, ast.Call) and ast.unparse(used.func) == decorator:
                    said = (ast.get_docstring(node) or "").split("\n\n")[0]
                    yield ast.literal_eval(used.keywords[0].value), node, " ".join(said.split())


def takes(method: ast.AST) -> str:
    """The types of a message's arguments, or a dash."""
    given = method.args.args[1:] if isinstance(method, ast.FunctionDef) else []
    return ", ".join(f"`{ast.unparse(each.annotation)}`" for each in given if each.annotation) or "—"
