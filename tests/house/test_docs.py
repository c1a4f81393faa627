"""Documents keep their word: links lead somewhere, examples run, generated pages are fresh."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sybil.document import Document
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

from docs.generate import family, pages
from dsar.errors import DsarError
from settings import Settings
from tests.house.repository import ROOT, ending, files, text

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*$", re.MULTILINE)
FENCED = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)\b")
CONSOLE = re.compile(r"^```(?:console|sh|bash|shell)\n(.*?)^```", re.MULTILINE | re.DOTALL)
README_LINES = 150


def prose(page: str) -> str:
    return FENCED.sub("", text(page))


def anchors(page: str) -> set[str]:
    """The fragments that a reader's browser would find, spelled as GitHub spells them."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in HEADING.findall(prose(page))
    }


def broken(page: str, links: list[str]) -> Iterator[str]:
    for link in links:
        path, _, fragment = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        if not target.resolve().is_relative_to(ROOT) or not target.exists():
            yield f"{page}: {link} leads nowhere"
        elif fragment and target.suffix == ".md":
            name = target.resolve().relative_to(ROOT).as_posix()
            if fragment not in anchors(name):
                yield f"{page}: {link} names no heading"


def relative_links(page: str) -> list[str]:
    return [link for link in (LINK.findall(prose(page)) + IMAGE.findall(prose(page))) if ":" not in link]


@pytest.mark.parametrize("page", ending(".md"))
def test_every_link_inside_the_house_leads_somewhere(page: str) -> None:
    assert list(broken(page, relative_links(page))) == []


def test_a_link_that_leads_nowhere_is_noticed() -> None:
    page = "docs/explanation/the-house.md"

    assert list(broken(page, ["no-such-page.md"]))
    assert list(broken(page, ["../../../outside.md"]))
    assert list(broken(page, ["#no-such-heading"]))


@pytest.mark.parametrize("page", ending(".md"))
def test_every_python_example_runs(page: str) -> None:
    document = Document.parse(str(ROOT / page), PythonCodeBlockParser(), SkipParser())

    for example in document:
        example.evaluate()


def test_a_python_example_that_fails_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nanswer = 1\n```\n\n```python\nassert answer == 2\n```\n")

    works, fails = Document.parse(str(page), PythonCodeBlockParser(), SkipParser())

    works.evaluate()
    with pytest.raises(AssertionError):
        fails.evaluate()


@pytest.mark.parametrize("page", ending(".md"))
def test_every_make_target_that_a_page_tells_to_type_exists(page: str) -> None:
    typed = {target for block in CONSOLE.findall(text(page)) for target in MAKE.findall(block)}

    assert typed <= targets()


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", text("Makefile"), re.MULTILINE))


def test_make_help_lists_every_target() -> None:
    described = set(re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.MULTILINE))

    assert described == targets()


@pytest.mark.parametrize(("path", "content"), pages().items(), ids=lambda value: getattr(value, "name", ""))
def test_a_generated_page_is_fresh(path: Path, content: str) -> None:
    assert path.read_text(encoding="utf-8") == content, "type `make docs` and commit what it wrote"


def test_every_setting_says_what_it_means() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]

    assert silent == [], "write a docstring under it, in settings.py"


def test_the_page_of_errors_and_its_tree_name_every_error() -> None:
    page = text("docs/reference/errors.md")

    for kind in family(DsarError):
        assert page.count(kind.__name__) >= 2, f"{kind.__name__} is missing from the tree in dsar/errors.py"


def test_the_readme_is_read_in_one_sitting() -> None:
    if "README.md" in files():
        assert len(text("README.md").splitlines()) <= README_LINES
