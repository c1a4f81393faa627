"""The facts of a decision, as they are typed."""

from collections.abc import Mapping
from typing import Annotated

import typer

Facts = Annotated[list[str] | None, typer.Option(help="A fact of the ground: name=value.")]


def read_facts(given: list[str]) -> Mapping[str, str]:
    """Read `name=value`, each name once."""
    pairs = [text.partition("=") for text in given]
    names = [name.strip() for name, _, _ in pairs]
    if not all(sign for _, sign, _ in pairs) or len(set(names)) < len(names):
        raise typer.BadParameter("write each fact once, as name=value", param_hint="--fact")
    return {name.strip(): value.strip() for name, _, value in pairs}
