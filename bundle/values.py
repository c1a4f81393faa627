"""Values as they came, made fit for JSON. Nothing here ever refuses."""

import json
import math
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from bundle.cells import UNSEEABLE

_DEEPEST = 60
_LONGEST_INT = 4096  # bits; Python refuses to print integers beyond 4,300 digits

# Said by their number in JSON, where that is exact: marks that turn text, and controls a terminal obeys.
_TRICKS = re.compile(f"[{UNSEEABLE}]")


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


def escaped(text: str) -> str:
    """Return JSON text in which no character can turn or hide the text around it. It says the same."""
    return text if text.isascii() else _TRICKS.sub(lambda found: json.dumps(found[0])[1:-1], text)


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
