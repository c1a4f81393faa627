"""Write the reference pages that are drawn from the code (`make docs`). A house test asserts freshness."""

import inspect
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TypeGuard

from docs.draw_commands import commands_page
from docs.draw_connectors import connectors_page
from docs.draw_messages import messages_page
from docs.draw_settings import settings_page
from dsar import errors, vocabulary

REFERENCE = Path(__file__).parent / "reference"
VOCABULARY = """Values stand in workflow histories, registers and letters. They are public API:
a value is never renamed, and a new one is a change to be announced."""
ERRORS = """An error is named by its remedy: whoever catches it knows what to do next. It carries the system
it happened in and a reason, which is a code: a sentence could quote a person, a code cannot."""
NOTE = "<!-- Drawn from {source} by `make docs`. Edit that file, not this page. -->"


def pages() -> dict[Path, str]:
    """Return what each generated page should say now."""
    drawn = {
        "commands.md": commands_page(NOTE.format(source="starter.py and commands/")),
        "connectors.md": connectors_page(NOTE.format(source="connectors/")),
        "errors.md": errors_page(),
        "messages.md": messages_page(NOTE.format(source="workflows/ and activities/")),
        "settings.md": settings_page(NOTE.format(source="settings.py")),
        "vocabulary.md": vocabulary_page(),
    }
    return {REFERENCE / name: content for name, content in drawn.items()}


def vocabulary_page() -> str:
    """Every word list, in the order of the file, with its values."""
    head = [
        NOTE.format(source="dsar/vocabulary.py"),
        "# Vocabulary",
        VOCABULARY,
    ]
    return "\n\n".join([*head, *(word_list(kind) for kind in word_lists())]) + "\n"


def word_lists() -> list[type[StrEnum]]:
    """Return the enums that the vocabulary defines, in the order of the file."""
    return [kind for kind in vars(vocabulary).values() if is_word_list(kind)]


def is_word_list(kind: object) -> TypeGuard[type[StrEnum]]:
    """Whether this is an enum of our own."""
    return inspect.isclass(kind) and issubclass(kind, StrEnum) and kind is not StrEnum


def word_list(kind: type[StrEnum]) -> str:
    """One enum as a section."""
    values = "\n".join(f"- `{word.value}`" for word in kind)
    return f"## {kind.__name__}\n\n{inspect.getdoc(kind)}\n\n{values}"


def errors_page() -> str:
    """Every error with its meaning, the parent before the child."""
    head = [
        NOTE.format(source="dsar/errors.py"),
        "# Errors",
        ERRORS,
        f"```text\n{drawn_tree()}\n```",
    ]
    return "\n\n".join([*head, *(error(kind) for kind in family(errors.DsarError))]) + "\n"


def drawn_tree() -> str:
    """Return the tree that the module's docstring draws."""
    lines = (inspect.getdoc(errors) or "").splitlines()
    drawn = [line for line in lines if line.startswith(("    ", "DsarError"))]
    return inspect.cleandoc("\n".join(drawn))


def family(kind: type[errors.DsarError]) -> Iterator[type[errors.DsarError]]:
    """Yield an error and its descendants."""
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from family(child)


def error(kind: type[errors.DsarError]) -> str:
    """One error as a section."""
    parent = kind.__bases__[0]
    return f"## {kind.__name__}\n\nA kind of `{parent.__name__}`.\n\n{inspect.getdoc(kind)}"


def main() -> None:
    """Write all pages."""
    for path, content in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
