"""Text made fit for a spreadsheet's cell: no formula, nothing that hides or turns, no more than a cell holds.

The JSONL file beside it says the text exactly; `notes.json` says which cells differ and how.
"""

import re

# A spreadsheet may start a cell at the start of the text or, where its separator is not the comma (German
# Excel splits at the semicolon) or quotes were lost, after one of these breaks.
_BREAKS = re.compile(r"[;\t\r\n]").search
SIGNS = "-=+@\uff0d\uff1d\uff0b\uff20\ufe63\ufe66\ufe62\ufe6b"  # plain, full-width, small
GAPS = r";\s\x00-\x1f\ufeff\u200b-\u200f\u2060"
_GAPS = f"[{GAPS}]"
_GAP = re.compile(f"{_GAPS}+")  # whole runs, so that the time stays linear in hostile text
_MAY_START = re.compile(f"(?<!{_GAPS}){_GAPS}+[{SIGNS}]").search
_STARTS = SIGNS + "\t\r\n"

# Control characters, marks that turn the direction of text (CVE-2021-42574), what has no width and can hide a
# message (tags), line ends that only some programs know, and lone halves of a character. Joiners stay: they
# shape emoji and several scripts.
UNSEEABLE = (
    r"\x80-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
TRICKS = rf"\x00-\x08\x0b\x0c\x0e-\x1f\x7f{UNSEEABLE}\ud800-\udfff"
_TRICK = re.compile(f"[{TRICKS}]")
_PICTURES, _DEL = 0x2400, 0x7F  # where Unicode has pictures of the first 32 control characters

LONGEST = 32_000  # a spreadsheet's cell ends at 32,767 characters, and what is longer is cut unseen
FORMULA, UNSEEN, CUT = "formula_neutralised", "unseen_shown", "long_text_cut"


def cell(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text of a cell, and codes for what was changed."""
    codes: tuple[str, ...] = ()
    if len(text) > LONGEST:
        text, codes = f"{text[:LONGEST]} … [{len(text)}]", (CUT,)
    shown = _TRICK.sub(_shown, text)
    safe = harmless(shown)
    return safe, codes + (UNSEEN,) * (shown != text) + (FORMULA,) * (safe != shown)


def harmless(text: str) -> str:
    """Return `text` so that no spreadsheet takes it, or a part of it, for a formula.

    An apostrophe goes before = + - @, tab, CR and LF (and full-width signs) wherever a cell could start:
    OWASP, "CSV Injection".
    """
    if not text or (text[0].isalnum() and not (_BREAKS(text) and _MAY_START(text))):
        return text
    return _leading(_GAP.sub(_inner, text))


def _shown(found: re.Match[str]) -> str:
    """A control character as its picture, another by its number."""
    code = ord(found[0])
    if code < ord(" "):
        return chr(_PICTURES + code)
    return "\u2421" if code == _DEL else f"[U+{code:04X}]"


def _leading(text: str) -> str:
    gap = _GAP.match(text)
    first = text[gap.end() : gap.end() + 1] if gap else text[0]
    return f"'{text}" if (first and first in SIGNS) or text[0] in _STARTS else text


def _inner(gap: re.Match[str]) -> str:
    follows = gap.string[gap.end() : gap.end() + 1]
    starts_a_cell = gap.start() > 0 and follows and follows in SIGNS and _BREAKS(gap[0])
    return f"{gap[0]}'" if starts_a_cell else gap[0]
