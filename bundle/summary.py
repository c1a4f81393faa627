"""The summary on paper: a tagged PDF of what was searched, what is left out, and the Art. 15 information.

Typst sets it, and refuses what PDF/UA-1 does not allow; the file declares that standard. Only the fonts
inside Typst are used, so equal input gives equal bytes on every machine. What they cannot show is shown by
its number, and that is noted; a text is never a reason to send no answer.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

_PAGE = Path(__file__).parent / "pages" / "summary.typ"
SHOWN, LEFT_OUT = "summary_characters_shown", "summary_left_out"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Latin, Greek and Cyrillic letters, and the marks of ordinary texts: the fonts have these.
_NOT_COVERED = re.compile("[^\n -\x7e\xa0-\u017f\u0384-\u03ce\u0400-\u045f\u2010-\u2022\u2026\u20ac]")


def summary(said: Mapping[str, Any], at: datetime) -> tuple[bytes, str]:
    """Return the PDF, and a code for what was changed for it. No bytes, if it could not be made at all."""
    for code, spell in (("", _seen), (SHOWN, _covered)):
        try:
            return _set(_spelled(said, spell), at), code
        except (typst.TypstError, ValueError, OSError):
            continue
    return b"", LEFT_OUT


def _set(said: object, at: datetime) -> bytes:
    pdf = typst.compile(
        _PAGE,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(said)},
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),  # it refuses parts of a second
    )
    return bytes(pdf)


def _spelled(said: object, spell: Callable[[str], str]) -> object:
    """Return the same with each text spelled otherwise."""
    if isinstance(said, str):
        return spell(said)
    if isinstance(said, Mapping):
        return {spell(key): _spelled(value, spell) for key, value in said.items()}
    return [_spelled(one, spell) for one in said] if isinstance(said, list | tuple) else said


def _seen(text: str) -> str:
    return "".join(_numbered(c) if unicodedata.category(c) in _UNSEEN and c != "\n" else c for c in text)


def _covered(text: str) -> str:
    return _NOT_COVERED.sub(lambda found: _numbered(found[0]), text)


def _numbered(char: str) -> str:
    return f"[U+{ord(char):04X}]"
