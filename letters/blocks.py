"""A letter as a row of blocks. One source per letter becomes blocks, and text and HTML are made of the same
blocks, so that both say the same.

A source is a Jinja2 template whose output is read line by line:

    # Heading                     a heading
    Words, and more words         a paragraph, up to the next empty line
    - item                        one item of a list
    | Label :: value              one row of a table
    > 1234-5678                   a code to be typed
    @ Label -> https://…          a link
    [ntc-01.free]                 what the next block proves to be said (LAW NTC-…)

A filled-in value never changes the shape of a letter: it carries a mark in front, so no line that begins with
a value is taken for a heading, a link or an element.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dsar.errors import ContractError

VALUE = "\x02"
MOST_CHARACTERS = 4_000
_ELEMENTS = re.compile(rf"\[([a-z0-9._ {VALUE}-]+)\]")
_JOINERS = "\u200c\u200d"  # invisible, but Persian, Hindi and emoji need them


class Shape(StrEnum):
    """What a block looks like."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    CODE = "code"
    LINK = "link"


_MARKS = {"#": Shape.HEADING, "-": Shape.ITEM, "|": Shape.ROW, ">": Shape.CODE, "@": Shape.LINK}
_SEPARATORS = {Shape.ROW: " :: ", Shape.LINK: " -> "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of a letter. `label` is the left of a row and the words of a link."""

    shape: Shape
    text: str
    label: str = ""
    elements: tuple[str, ...] = ()


def value(thing: object) -> str:
    """Turn a filled-in value into one harmless line.

    Raises:
        ContractError: `fact_malformed` if it is neither text nor a number; `fact_too_long`.
    """
    if isinstance(thing, bool) or not isinstance(thing, str | int):
        raise ContractError("letters", "fact_malformed")
    if len(text := str(thing)) > MOST_CHARACTERS:
        raise ContractError("letters", "fact_too_long")
    seen = (c if _visible(c) else " " for c in text)
    return VALUE + " ".join("".join(seen).split())


def _visible(character: str) -> bool:
    return character in _JOINERS or not unicodedata.category(character).startswith("C")


def read(source: str) -> tuple[Block, ...]:
    """Read the blocks of a filled-in source. A block without text is left out, and proves nothing."""
    return tuple(block for block in _blocks(source) if block.text)


def _blocks(source: str) -> Iterable[Block]:
    paragraph: list[str] = []
    elements: tuple[str, ...] = ()
    for line in [*source.splitlines(), ""]:
        shape = _shape(line)
        if shape is Shape.PARAGRAPH:
            paragraph.append(line.strip())
            continue
        if paragraph:
            yield Block(shape=Shape.PARAGRAPH, text=_plain(" ".join(paragraph)), elements=elements)
            paragraph, elements = [], ()
        if named := _ELEMENTS.fullmatch(line.strip()):
            elements = (*elements, *_plain(named[1]).split())
        elif shape is not None:
            yield _marked(shape, line.strip()[2:], elements)
            elements = ()


def _shape(line: str) -> Shape | None:
    """Return what a line is part of; None for an empty line and for a line that names elements."""
    text = line.strip()
    if not text or _ELEMENTS.fullmatch(text):
        return None
    return _MARKS.get(text[0], Shape.PARAGRAPH) if text[1:2] == " " else Shape.PARAGRAPH


def _marked(shape: Shape, rest: str, elements: tuple[str, ...]) -> Block:
    label, separator, text = rest.partition(_SEPARATORS.get(shape, "\n"))
    if not separator:
        label, text = "", rest
    return Block(shape=shape, label=_plain(label), text=_plain(text), elements=elements)


def _plain(text: str) -> str:
    return text.replace(VALUE, "").strip()
