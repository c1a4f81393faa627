"""Whether a text holds an identifier of a person: whatever its case, inside other text, behind escapes.

In doubt it says yes: a person looks at what is reported, and nobody at what is not.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from dsar.person import Identity, askable, comparable
from dsar.vocabulary import IdentifierKind

SHORTEST = 5  # characters: what is shorter stands everywhere
_SOUGHT = (IdentifierKind.EMAIL, IdentifierKind.ACCOUNT_ID, IdentifierKind.DISTINCT_ID)
_SEPARATORS = re.compile(r"[\s().\-/]+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([nrtbf\"'\\/]))")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_BEFORE, _AFTER = r"(?<![\w.+-])", r"(?![\w-]|\.\w)"


class Traces:
    """Looks for the identifiers of one person. A name is not looked for: strangers share it."""

    def __init__(self, identity: Identity) -> None:
        known = [comparable(kind, value) for kind in _SOUGHT for value in identity.of(kind) if askable(value)]
        sought = {_folded(text) for text in known if len(text) >= SHORTEST}
        digits = {comparable(IdentifierKind.PHONE, v) for v in identity.of(IdentifierKind.PHONE)}
        self._numbers = tuple(sorted(d for n in digits if len(d := n.lstrip("+0")) > SHORTEST))
        self._texts = tuple(sorted(sought))
        self._whole = re.compile("|".join(f"{_BEFORE}{re.escape(text)}{_AFTER}" for text in self._texts))

    @property
    def any(self) -> bool:
        """Whether there is something to look for."""
        return bool(self._texts or self._numbers)

    def __repr__(self) -> str:
        return f"Traces({len(self._texts) + len(self._numbers)})"

    def within(self, value: object) -> bool:
        """Whether a value of a database, text or bytes, holds one of them."""
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        return isinstance(value, str) and any(self._in(text) for text in _readings(value))

    def _in(self, text: str) -> bool:
        folded = _folded(text)
        if any(sought in folded for sought in self._texts) and self._whole.search(folded):
            return True
        if not self._numbers:
            return False
        dialled = _SEPARATORS.sub("", text)
        return any(number in dialled for number in self._numbers)


def _readings(text: str) -> Iterator[str]:
    """Yield the text, and what it says once escapes of JSON, URLs and HTML are undone, also nested ones."""
    yield text
    for _ in range(2):
        plain = text
        plain = _ESCAPE.sub(_unescaped, plain) if "\\" in plain else plain
        plain = unquote(plain) if "%" in plain else plain
        plain = html.unescape(plain) if "&" in plain else plain
        if plain == text:
            return
        text = plain
        yield text


def _unescaped(found: re.Match[str]) -> str:
    code, letter = found.groups()
    return chr(int(code, 16)) if code else _LETTERS.get(letter, letter)


def _folded(text: str) -> str:
    """Fold case, more freely than `comparable` does. Plain text, which most is, goes the short way."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
