"""The words we send (fills the port `Letters`)."""

from collections.abc import Mapping
from typing import Any

from dsar.ports import Letter
from dsar.vocabulary import LetterKind


class TemplateLetters:
    """Renders letters from the templates beside this file."""

    def render(self, kind: LetterKind, locale: str, facts: Mapping[str, Any]) -> Letter:
        """Fill a template. An unknown locale falls back to English."""
        raise NotImplementedError
