"""Draws the page of connectors from the shelf: what each kind is told, and what its card then says."""

import inspect
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from connectors import kinds, load
from docs.draw_settings import cell
from dsar.holdings import Card

HOUSE = Path(__file__).parent.parent
INTRO = """A connector is one file in `connectors/`.
Which systems are connected, and with which of these settings, stands in `systems.yaml`:
see [how to connect a system](../how-to/connect-a-system.md).
Another kind is [one file away](../how-to/add-a-connector.md)."""

# How each kind is told of the sample system of the demo, so that its card can be shown.
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "posthog": {"base_url": "https://analytics.example", "project_id": 1, "api_key": "none"},
    "sql": {"url": "sqlite:///crm.db", "map": str(HOUSE / "rehearsal" / "crm.map.yaml")},
}


def connectors_page(note: str) -> str:
    """Every kind on the shelf."""
    return "\n\n".join([note, "# Connectors", INTRO, *(section(kind) for kind in kinds())]) + "\n"


def section(kind: str) -> str:
    """One kind: its file's own words, its settings, and the card of the sample system."""
    module = import_module(f"connectors.{kind}")
    parts = [f"## {kind}", inspect.getdoc(module) or "", settings_of(module)]
    if kind in SAMPLES:
        parts.append(card_of(load(kind, "sample", SAMPLES[kind]).card))
    return "\n\n".join(parts)


def settings_of(module: ModuleType) -> str:
    """The settings of a kind as a table."""
    model: type[BaseModel] = module.Settings
    rows = [
        f"| `{name}` | {'must be given' if field.default is PydanticUndefined else cell(field.default)} |"
        for name, field in model.model_fields.items()
    ]
    return "\n".join([inspect.getdoc(model) or "", "", "| setting | default |", "|---|---|", *rows])


def card_of(card: Card) -> str:
    """A card as a person reads it."""
    held = [f"| `{c.name}` | `{c.category}` | {c.title} |" for c in card.collections]
    facts = [
        f"- vendor: {card.vendor}",
        f"- can: {listed(card.can)}",
        f"- found by: {listed(card.finds_by)}",
        f"- teaches other systems: {listed(card.teaches)}",
        *([f"- note in the answer: {card.notes}"] if card.notes else []),
    ]
    table = "\n".join(["| collection | category | called in the answer |", "|---|---|---|", *held])
    return "\n\n".join(["The card of the demo's sample system:", "\n".join(facts), table])


def listed(words: frozenset[Any]) -> str:
    """Words in alphabetical order."""
    return ", ".join(f"`{word}`" for word in sorted(words))
