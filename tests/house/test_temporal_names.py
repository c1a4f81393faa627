"""Names that Temporal stores are public API: explicit, well formed, each given once."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.house.repository import ending, tree

ACTIVITY = re.compile(r"[a-z]+(?:-[a-z]+)+")  # verb-noun
WORKFLOW = re.compile(r"dsar-[a-z]+(?:-[a-z]+)*")


def registered(module: ast.Module, kind: str) -> Iterator[tuple[str, str]]:
    """Yield (Python name, Temporal name) of everything decorated with `@<kind>.defn`; no name is ''."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if ast.unparse(called) in {f"{kind}.defn", "defn"}:
                    yield node.name, given_name(decorator)


def given_name(decorator: ast.expr) -> str:
    for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return ""


def everything(kind: str, room: str) -> list[tuple[str, str]]:
    return [
        (f"{name}: {python}", temporal)
        for name in ending(".py")
        if name.startswith(f"{room}/")
        for python, temporal in registered(tree(name), kind)
    ]


def test_every_activity_has_a_verb_noun_name_of_its_own() -> None:
    found = everything("activity", "activities")

    assert [where for where, name in found if not ACTIVITY.fullmatch(name)] == []
    assert [name for name, times in Counter(name for _, name in found).items() if times > 1] == []


def test_every_workflow_has_a_dsar_name_of_its_own() -> None:
    found = everything("workflow", "workflows")

    assert [where for where, name in found if not WORKFLOW.fullmatch(name)] == []
    assert [name for name, times in Counter(name for _, name in found).items() if times > 1] == []


def test_a_name_left_to_python_is_noticed() -> None:
    source = """
class Cases:
    @activity.defn
    async def find(self): ...

    @activity.defn(name="open-case")
    def open(self): ...
"""

    assert list(registered(ast.parse(source), "activity")) == [("find", ""), ("open", "open-case")]
    assert not ACTIVITY.fullmatch("openCase")
    assert not ACTIVITY.fullmatch("open")
