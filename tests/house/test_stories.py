"""The story is told the same way each time: what the sandbox would refuse is refused here, for every module.

Only modules that define a workflow run inside the sandbox (`sandbox.py`); those they lean on are shared.
"""

import ast
from collections.abc import Iterator

import pytest

import sandbox
from tests.house.repository import ending, tree

STORIES = [name for name in ending(".py") if name.startswith("workflows/")]
# All that a story may lean on. Nothing else of the standard library: most of it asks the world something.
LEANS_ON = {
    *("activities", "dsar", "temporalio", "workflows"),
    *("asyncio", "collections", "contextlib", "dataclasses", "datetime", "enum", "functools", "itertools"),
    *("re", "typing", "zoneinfo"),
}
ASKED = {"now", "utcnow", "today", "open", "input", "print", "wait", "as_completed", "sleep", "to_thread"}
OURS = {"workflow", "steps", "self"}  # whom a story may ask, or tell to wait


def deviations(module: ast.Module) -> Iterator[str]:
    """Yield each place where a story would not be told the same way twice."""
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                yield from (f"imports {n.name}" for n in names if n.name.split(".")[0] not in LEANS_ON)
            case ast.ImportFrom(module=str(source)) if source.split(".")[0] not in LEANS_ON:
                yield f"imports {source}"
            case ast.Call(func=called) if asks(called):
                yield f"{node.lineno}: calls {ast.unparse(called)}"
            case ast.Global():
                yield f"{node.lineno}: shares {', '.join(node.names)} between cases"
            case _:
                pass


def asks(called: ast.expr) -> bool:
    """Whether a call asks the world, or waits in an order of its own. `asyncio.sleep` is Temporal's timer."""
    match called:
        case ast.Name(id=name):
            return name in ASKED
        case ast.Attribute(attr=name, value=ast.Name(id=of)):
            return name in ASKED - {"sleep"} and of not in OURS
        case _:
            return False


@pytest.mark.parametrize("name", STORIES)
def test_a_story_asks_nothing_of_the_world(name: str) -> None:
    assert list(deviations(tree(name))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from os import environ",
        "at = datetime.now(UTC)",
        "on = date.today()",
        "await asyncio.wait(tasks)",
        "open('notes')",
        "def f():\n    global count",
    ],
)
def test_what_changes_from_one_telling_to_the_next_is_noticed(source: str) -> None:
    assert list(deviations(ast.parse(source)))


def test_workflows_are_told_inside_the_sandbox_and_share_what_they_lean_on() -> None:
    told = dict(sandbox.stories())

    assert told["workflows.case"]
    assert not told["workflows.steps"]
    assert len(told) == len(STORIES) - 1  # all but the empty __init__


def test_no_shared_module_keeps_a_thing_that_cases_could_change() -> None:
    """A mutable value on the level of a module would carry from one case into another."""
    kept = [
        f"{name}:{node.lineno}"
        for name in STORIES
        for node in tree(name).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.List | ast.Set)
    ]
    assert kept == []
