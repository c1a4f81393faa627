"""Where a text may be cut: between two characters as a reader sees them, never within one.

A simple form of the extended grapheme clusters of Unicode (UAX 29): marks, joiners, halves of a surrogate
pair, flags and Hangul syllables stay whole. Where in doubt it joins: a cut then takes more, never less.
"""

import unicodedata

_JOINER = "\u200d"
_MARKS = frozenset({"Mn", "Mc", "Me"})


def widened(text: str, first: int, last: int) -> tuple[int, int]:
    """Return the span `first:last`, widened until it cuts through no character. It must lie in the text."""
    while not _between(text, first):
        first -= 1
    while not _between(text, last):
        last += 1
    return first, last


def _between(text: str, at: int) -> bool:
    """Whether one character ends and another begins before position `at`."""
    if at in {0, len(text)}:
        return True
    before, after = text[at - 1], text[at]
    if before + after == "\r\n" or before == _JOINER or _clings(after):
        return False
    if "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff":
        return False
    return not (_is_flag(before) and _is_flag(after) and _flags_before(text, at) % 2)


def _clings(char: str) -> bool:
    tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    tag = "\U000e0020" <= char <= "\U000e007f"
    syllable = "\u1160" <= char <= "\u11ff"  # vowels and finals of Hangul
    return char in {_JOINER, "\u200c"} or tone or tag or syllable or unicodedata.category(char) in _MARKS


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    first = at
    while first and _is_flag(text[first - 1]):
        first -= 1
    return at - first
