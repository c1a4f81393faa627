"""House equipment: what a database gave us, as JSON; and keys, there and back, for cursors."""

import base64
import json
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from dsar.errors import ContractError

Key = tuple[Any, ...]

_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def plain(value: object) -> object:
    """Return a JSON value that says the same.

    Instants become ISO 8601, decimals keep every digit as text, bytes (also text that is not valid in
    its encoding) become `{"base64": …, "note": …}`. What JSON does not know is spelled as text.
    """
    if type(value) in _AS_THEY_ARE:
        return value
    for kinds, spell in _SPELLINGS:
        if isinstance(value, kinds):
            return spell(value)
    return str(value)


def _base64(value: Any) -> dict[str, str]:  # noqa: ANN401 - bytes, bytearray or memoryview
    data = bytes(value)
    return {"base64": base64.b64encode(data).decode(), "note": f"{len(data)} bytes that are not text"}


_SPELLINGS: tuple[tuple[Any, Callable[[Any], object]], ...] = (
    ((datetime, date, time), lambda v: v.isoformat()),
    (float, lambda v: v if math.isfinite(v) else str(v)),
    ((bytes, bytearray, memoryview), _base64),
    (Mapping, lambda v: {str(k): plain(x) for k, x in v.items()}),
    ((list, tuple), lambda v: [plain(x) for x in v]),
    ((set, frozenset), lambda v: sorted(str(x) for x in v)),
)

# Keys keep their type: a database that compares a UUID with text may refuse, or be slow.
_TAGS: dict[str, tuple[type, Callable[[Any], str], Callable[[str], object]]] = {
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "decimal": (Decimal, str, Decimal),
    "uuid": (UUID, str, UUID),
    "bytes": (bytes, lambda v: base64.b64encode(v).decode(), base64.b64decode),
}


def key_text(key: Key) -> str:
    """Write a key so that `key_from` reads the same values of the same types."""
    return json.dumps([_tagged(value) for value in key], separators=(",", ":"))


def _tagged(value: object) -> object:
    for tag, (kind, write, _) in _TAGS.items():
        if isinstance(value, kind):
            return {tag: write(value)}
    return value if isinstance(value, (str, int, float)) else str(value)


def key_from(system: str, text: str, *, width: int) -> Key:
    """Read a key of `width` columns.

    Raises:
        ContractError: `cursor_unreadable`. What was sealed is not what we wrote, or the map has changed.
    """
    try:
        key = tuple(_untagged(value) for value in json.loads(text))
    except (ValueError, TypeError, KeyError, ArithmeticError):
        key = ()
    if len(key) != width:
        raise ContractError(system, "cursor_unreadable")
    return key


def _untagged(value: object) -> object:
    if not isinstance(value, dict):
        return value
    [(tag, text)] = value.items()
    return _TAGS[tag][2](text)
