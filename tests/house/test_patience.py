"""Work that may take longer than a call beats: a killed worker's is taken up in seconds, not in hours."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.repository import ending, tree

STORIES = [name for name in ending(".py") if name.startswith("workflows/")]
SHORT = "A_CALL"
# What runs at night by the calendar: nobody waits for it.
MAY_LIE_STILL = {
    "Keeping.seal_evidence",
    "Expiring.list_expired",
    "Expiring.remove_records",
    "Expiring.end_evidence",
    "Expiring.forget_events",
}


def lying_still(module: ast.Module) -> Iterator[str]:
    """Yield each activity that may run long and would not be missed when its worker dies."""
    for node in ast.walk(module):
        if not (
            isinstance(node, ast.Call) and ast.unparse(node.func).startswith("workflow.execute_activity")
        ):
            continue
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        if (
            given.get("start_to_close_timeout", "").split(".")[-1] != SHORT
            and "heartbeat_timeout" not in given
        ):
            yield ast.unparse(node.args[0])


@pytest.mark.parametrize("name", STORIES)
def test_whatever_may_take_long_beats(name: str) -> None:
    assert set(lying_still(tree(name))) <= MAY_LIE_STILL


def test_work_that_would_lie_still_is_noticed() -> None:
    source = "workflow.execute_activity_method(A.b, order, start_to_close_timeout=A_CALL * 10)"

    assert ["A.b"] == list(lying_still(ast.parse(source)))
