"""Values as they came, made fit for a file: JSON always, CSV without formulas. Nothing here ever refuses."""

import json
import math
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

_DEEPEST = 60
_LONGEST_INT = 4096  # bits; Python refuses to print integers beyond 4,300 digits

# A spreadsheet may start a cell at the start of the text or, where its separator is not the comma (German
# Excel splits at the semicolon) or quotes were lost, after one of these breaks.
_BREAKS = re.compile(r"[;\t\r\n\x00]").search
_SIGNS = "-=+@\uff0d\uff1d\uff0b\uff20\ufe63\ufe66\ufe62\ufe6b"  # plain, full-width, small
_GAPS = r"[;\s\x00-\x1f\ufeff\u200b-\u200f\u2060]"
_GAP = re.compile(f"{_GAPS}+")  # whole runs, so that the time stays linear in hostile text
_MAY_START = re.compile(f"\x00|(?<!{_GAPS}){_GAPS}+[{_SIGNS}]").search
_STARTS = _SIGNS + "\t\r\n"
NUL, SHOWN_NUL = "\x00", "\u2400"


def json_text(value: object) -> str:
    """Return compact JSON text, strictly valid. What JSON cannot say is said as text (see `plain`)."""
    try:
        return encode(value)
    except (TypeError, ValueError, RecursionError):
        return encode(plain(value))


def plain(value: object, depth: int = 0) -> Any:  # noqa: ANN401 - JSON is any
    """Return `value` as JSON can say it: NaN, dates, bytes, huge integers and strangers become text."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return _number(value)
    if depth >= _DEEPEST and isinstance(value, Mapping | list | tuple | set | frozenset):
        return "[nested too deeply]"
    if isinstance(value, Mapping):
        return {_key(k): plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v, depth + 1) for v in value]
    return _stranger(value)


def harmless(text: str) -> str:
    """Return `text` so that no spreadsheet takes it, or a part of it, for a formula.

    An apostrophe goes before = + - @, tab, CR and LF (and full-width signs) wherever a cell could start:
    OWASP, "CSV Injection". A NUL, which many readers stumble over, is shown as its symbol.
    """
    if not text or (text[0].isalnum() and not (_BREAKS(text) and _MAY_START(text))):
        return text
    return _leading(_GAP.sub(_inner, text.replace(NUL, SHOWN_NUL)))


def _leading(text: str) -> str:
    gap = _GAP.match(text)
    first = text[gap.end() : gap.end() + 1] if gap else text[0]
    return f"'{text}" if (first and first in _SIGNS) or text[0] in _STARTS else text


def _inner(gap: re.Match[str]) -> str:
    follows = gap.string[gap.end() : gap.end() + 1]
    starts_a_cell = gap.start() > 0 and follows and follows in _SIGNS and _BREAKS(gap[0])
    return f"{gap[0]}'" if starts_a_cell else gap[0]


def _number(value: float) -> int | float | str:
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return int(value) if value.bit_length() <= _LONGEST_INT else hex(value)


def _key(key: object) -> str:
    if isinstance(key, str):
        return str(key)
    return encode(plain(key)) if key is None or isinstance(key, bool | int | float) else str(_stranger(key))


def _stranger(value: object) -> str | list[Any]:
    """Say a value that JSON does not know. Its own `str` may fail: then only its type is said."""
    if isinstance(value, bytes | bytearray | memoryview):
        return b64encode(bytes(value)).decode()
    if isinstance(value, date | time):
        return value.isoformat()
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - one odd value must not cost the person the whole answer
        return f"[unreadable {type(value).__name__}]"


def _default(value: object) -> Any:  # noqa: ANN401 - JSON is any
    if isinstance(value, date | time | Decimal):
        return _stranger(value)
    raise TypeError  # the careful way round, through `plain`


encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_default).encode
