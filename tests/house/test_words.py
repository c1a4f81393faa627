"""Names use the words of the field (DESIGN §10)."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.repository import house_modules, tree

INSTEAD = {
    "user": "data subject, staff or requester: say which",
    "ticket": "case, or rights request",
    "delete": "erase (a right), shred (a key), remove (a file)",
    "deleted": "erased",
    "deletion": "erasure",
    "sla": "statutory clock",
    "blacklist": "suppression list",
    "blacklisted": "suppressed",
}

# Where another word is the right one: (start of the path, words, why).
ALLOWED = (
    (
        "connectors/",
        {"user", "delete", "deleted", "deletion", "ticket"},
        "a vendor's own names for its own things",
    ),
    (
        "rehearsal/",
        {"user", "delete", "deleted", "deletion"},
        "pretends to be a vendor, and speaks as it does",
    ),
    ("dsar/vocabulary.py", {"delete"}, "the right's name in Cal. Civ. Code 1798.105"),
)


def defined_names(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Names that this module chose: definitions, arguments, assignments. Not those it merely uses."""
    for node in ast.walk(module):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr
            case _:
                pass


def words(name: str) -> set[str]:
    """Split `deleteUser_SLA` into {delete, user, sla}; a plural counts as its singular."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return {part.lower() for part in parts} | {part.lower().removesuffix("s") for part in parts}


def misnamed(name: str, module: ast.Module) -> list[str]:
    banned = set(INSTEAD).difference(*(allowed for start, allowed, _ in ALLOWED if name.startswith(start)))
    found = [(line, spelled, words(spelled) & banned) for line, spelled in defined_names(module)]
    found += [(1, name, words(name) & banned)]
    return [
        f"{name}:{line} {spelled}: say {INSTEAD[word]}"
        for line, spelled, bad in found
        for word in sorted(bad)
    ]


@pytest.mark.parametrize("name", house_modules())
def test_every_name_uses_the_words_of_the_field(name: str) -> None:
    assert misnamed(name, tree(name)) == []


@pytest.mark.parametrize(
    "source",
    [
        "def delete_case(): ...",
        "class UserTicket: ...",
        "def find(*, users): ...",
        "self.slaHours = 1",
        "for blacklisted in (): ...",
        "SLA_DAYS: int = 30",
    ],
)
def test_a_word_of_another_field_is_noticed(source: str) -> None:
    assert misnamed("desk/example.py", ast.parse(source))


@pytest.mark.parametrize(
    "source", ["session.delete(row)", "translated = 1", "from x import delete", "islands = 1"]
)
def test_a_library_may_use_its_own_words(source: str) -> None:
    assert misnamed("desk/example.py", ast.parse(source)) == []
