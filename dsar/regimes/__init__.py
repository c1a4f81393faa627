"""The law as rows. `regime_for(code, on)` finds one; `places.py` is where a new one is added."""

from dsar.regimes.catalogue import codes, regime_at, regime_for, versions
from dsar.regimes.places import PLACES
from dsar.regimes.shapes import (
    Cite,
    Extension,
    Gate,
    Law,
    Pause,
    Place,
    Regime,
    Rule,
    Span,
    Target,
    Unit,
)

__all__ = [
    "PLACES",
    "Cite",
    "Extension",
    "Gate",
    "Law",
    "Pause",
    "Place",
    "Regime",
    "Rule",
    "Span",
    "Target",
    "Unit",
    "codes",
    "regime_at",
    "regime_for",
    "versions",
]
