"""The words of a bundle, in the language of its answer."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

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
