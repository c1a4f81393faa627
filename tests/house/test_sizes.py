"""A file is read in one sitting, a function at a glance (DESIGN budgets)."""

import ast
from statistics import median

import pytest

from tests.house.repository import body_lines, ending, functions, house_modules, text, tree

LONGEST_FILE = 250
LONGEST_BODY = 40
LONG_BODY = 25
LONG_BODIES_ALLOWED = 0.03  # of all functions: "rarely above 25"
LONGEST_INIT = 50  # a list of names, one a line


def length(name: str) -> int:
    return len(text(name).splitlines())


def python_files() -> list[str]:
    return [name for name in ending(".py") if not name.startswith("register/migrations/")]


@pytest.mark.parametrize("name", python_files())
def test_a_file_is_read_in_one_sitting(name: str) -> None:
    assert length(name) <= LONGEST_FILE, f"{name}: find the second noun in it, and give that its own file"


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{name}:{function.lineno} {function.name} ({body_lines(function)} lines)"
        for name in python_files()
        for function in functions(tree(name))
        if body_lines(function) > LONGEST_BODY
    ]
    assert long == []


def test_most_functions_are_small_and_few_are_long() -> None:
    sizes = [body_lines(function) for name in house_modules() for function in functions(tree(name))]

    assert median(sizes) <= 8
    assert sum(size > LONG_BODY for size in sizes) <= max(1, LONG_BODIES_ALLOWED * len(sizes))


@pytest.mark.parametrize("name", ending("__init__.py"))
def test_the_door_of_a_room_holds_no_furniture(name: str) -> None:
    assert length(name) <= LONGEST_INIT
    assert [f.name for f in functions(tree(name))] == [], (
        "code lives in a module with a name, not in __init__"
    )


def test_a_docstring_does_not_count_as_body() -> None:
    module = ast.parse('def greet():\n    """Say it.\n\n    Twice.\n    """\n    a = 1\n    return a\n')

    assert [body_lines(function) for function in functions(module)] == [2]
