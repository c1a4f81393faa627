"""Blocks set as plain text, 72 characters wide, as a mail reader without HTML shows them."""

import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby

from letters.blocks import Block, Shape

WIDTH = 72


def set_text(blocks: Iterable[Block]) -> str:
    """Set blocks as text. Lists and tables stay together; everything else stands apart."""
    groups = groupby(blocks, key=lambda block: block.shape)
    return "\n\n".join(_group(shape, list(members)) for shape, members in groups) + "\n"


def _group(shape: Shape, blocks: Sequence[Block]) -> str:
    if shape is Shape.ROW:
        return _table(blocks)
    between = "\n" if shape is Shape.ITEM else "\n\n"
    return between.join(_one(block) for block in blocks)


def _one(block: Block) -> str:
    match block.shape:
        case Shape.HEADING:
            return f"{block.text}\n{'-' * min(len(block.text), WIDTH)}"
        case Shape.ITEM:
            return _wrapped(block.text, "- ", "  ")
        case Shape.CODE:
            return f"    {block.text}"
        case Shape.LINK:
            return f"{block.label}:\n{block.text}"  # an address is never broken over lines
        case _:
            return _wrapped(block.text, "", "")


def _table(rows: Sequence[Block]) -> str:
    width = max(len(row.label) for row in rows) + 3
    return "\n".join(_wrapped(row.text, f"{row.label}:".ljust(width), " " * width) for row in rows)


def _wrapped(text: str, first: str, later: str) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
