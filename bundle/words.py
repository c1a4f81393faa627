"""The words of a bundle, in the language of its answer."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dsar.law_sets import law_set

_TEXTS = Path(__file__).parent / "texts"


@cache
def texts(locale: str) -> Mapping[str, Any]:
    """Return the words of a locale: `de` for `de-AT`, English if there are none."""
    name = re.split(r"[-_]", locale.lower())[0]
    path = _TEXTS / f"{name}.yaml"
    if not name.isalpha() or not path.is_file():
        path = _TEXTS / "en.yaml"
    words: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return words


def law_of(words: Mapping[str, Any], regime: str) -> Mapping[str, str]:
    """Return how the law of a regime is called, and what its answer to an access request tells (`asks`)."""
    found: Mapping[str, str] = words["laws"][law_set(regime)]
    return found
