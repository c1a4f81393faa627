"""What a page tells people to type exists: every command, option and decision, as the front desk has it."""

import re
import shlex
from collections.abc import Iterator

import pytest

from docs.draw_commands import commands, options
from dsar.decision_kinds import KINDS
from tests.house.repository import ending, text
from tests.house.test_docs import CONSOLE

FENCE = re.compile(r"^```.*?^```\s*$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
OURS = re.compile(r"(?:.*/)?starter\.py|dsar")
PAGES = [name for name in ending(".md") if name != "docs/reference/commands.md"]  # that one is drawn
SHELL_WORDS = {"FILE", "CASE", "COMMAND", "…"}


def typed(page: str) -> Iterator[str]:
    """Lines to type: spans of code, and console blocks; there only what follows `$`, if any line has it."""
    content = text(page)
    for block in CONSOLE.findall(content):
        lines = block.replace("\\\n", " ").splitlines()
        prompted = [line[2:] for line in lines if line.startswith("$ ")]
        yield from prompted or lines
    yield from (span for span in SPAN.findall(FENCE.sub("", content)) if span.startswith("starter.py"))


def calls(line: str) -> Iterator[list[str]]:
    """The words after each call of the front desk in a line of shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = [*lexer]
    ends = [place for place, word in enumerate(words) if set(word) <= set("|;&<>()")]
    for start, word in enumerate(words):
        if OURS.fullmatch(word) and words[start + 1 :]:
            end = next((place for place in ends if place > start), len(words))
            yield words[start + 1 : end]


def unknown(line: str) -> Iterator[str]:
    """What a typed line asks of the front desk that the front desk does not have."""
    for name, *rest in calls(line):
        if name in SHELL_WORDS or name.startswith("-"):
            continue
        if rest and f"{name} {rest[0]}" in commands():
            name = f"{name} {rest.pop(0)}"  # noqa: PLW2901 - a command of a group has two words
        command = commands().get(name)
        if command is None:
            yield f"no command {name!r}: {line}"
            continue
        given = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
        yield from (f"{name} has no {option}: {line}" for option in sorted(given - options(command)))
        if name == "decide" and len(rest) > 1 and rest[1] not in {*KINDS, "…"}:
            yield f"no decision {rest[1]!r}: {line}"


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_tells_to_type_exists(page: str) -> None:
    assert [what for line in typed(page) for what in unknown(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "starter.py opn --regime UK-ENG",
        ".venv/bin/python starter.py open --region UK-ENG",
        "echo x | dsar open --emial -",
        "starter.py decide CASE relase --by dpo_robin",
        "docker compose run --rm window python starter.py sytems",
    ],
)
def test_a_command_that_does_not_exist_is_noticed(line: str) -> None:
    assert list(unknown(line))


def test_the_pages_do_tell_people_to_type_something() -> None:
    assert sum(len([*calls(line)]) for page in PAGES for line in typed(page)) > 50
