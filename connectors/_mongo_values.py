"""House equipment for documents: BSON as JSON, keys there and back, and values at dotted paths.

JSON is MongoDB's Extended JSON v2, relaxed: `{"$oid": …}`, `{"$numberDecimal": …}`, `{"$date": …}`, so that
no value loses its type. Source: the specification `extended-json` of MongoDB; `bson.json_util` writes it.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bson import Binary, Decimal128, Int64, ObjectId, encode, json_util
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.datetime_ms import DatetimeMS
from bson.errors import BSONError

from dsar.errors import ContractError

Document = dict[str, Any]
Filter = Mapping[str, Any]
Change = Callable[[Any], Any]

# Dates beyond Python's and text that is not UTF-8 are still the person's, and must not stop the rest.
CODEC: CodecOptions[Document] = CodecOptions(
    tz_aware=True,
    unicode_decode_error_handler="backslashreplace",
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)
_EXACT, _READABLE = json_util.CANONICAL_JSON_OPTIONS, json_util.RELAXED_JSON_OPTIONS
# In the order in which MongoDB sorts values of different types (its manual, "Comparison/Sort Order").
_BRACKETS = (
    "minKey",
    "null",
    "number",
    "string",
    "object",
    "binData",
    "objectId",
    "bool",
    "date",
    "timestamp",
    "maxKey",
)
_BRACKET_OF: tuple[tuple[Any, str], ...] = (
    (type(None), "null"),
    (bool, "bool"),
    ((int, float, Decimal128), "number"),
    (str, "string"),
    (Mapping, "object"),
    ((bytes, UUID), "binData"),
    (ObjectId, "objectId"),
    ((datetime, DatetimeMS), "date"),
)
# What may lead from one document to another. A pattern in `$in` would match many, a null what is absent.
_LINKS = (str, int, float, Decimal128, ObjectId, bytes, UUID, datetime)
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
# How a new value is read, by the type that stands there. All other types are left to a person.
_READS: Mapping[type, Callable[[str], object]] = {
    bool: lambda text: _TRUTH[text.lower()],
    int: int,
    Int64: Int64,
    float: float,
    str: str,
    type(None): str,
}


class FieldInArrayError(Exception):
    """A field to be written stands in the elements of an array."""


def said(document: Mapping[str, Any]) -> str:
    """Return a document as JSON text."""
    return json_util.dumps(document, json_options=_READABLE)


def row_of(document: Mapping[str, Any]) -> Document:
    """Return a document as JSON values."""
    row: Document = json.loads(said(document))
    return row


def key_text(key: object) -> str:
    """Write an `_id` so that `key_from` reads the same value of the same type."""
    return json_util.dumps(key, json_options=_EXACT, separators=(",", ":"))


def key_from(system: str, text: str) -> Any:  # noqa: ANN401  # an `_id` may be of any type
    """Read an `_id`.

    Raises:
        ContractError: `cursor_unreadable`.
    """
    try:
        return json_util.loads(text, json_options=_EXACT)
    except (ValueError, TypeError, KeyError, ArithmeticError, BSONError):
        raise ContractError(system, "cursor_unreadable") from None


def beyond(key: object) -> Filter:
    """Say which documents come after this `_id`: `$gt` alone would stop at the end of its type."""
    here = next((name for kinds, name in _BRACKET_OF if isinstance(key, kinds)), "timestamp")
    later = _BRACKETS[_BRACKETS.index(here) + 1 :]
    return {"$or": [{"_id": {"$gt": key}}, *({"_id": {"$type": name}} for name in later)]}


def values_at(value: object, path: str) -> Iterator[Any]:
    """Yield what stands at a dotted path, in every element of the arrays on its way and at its end."""
    if isinstance(value, list):
        for each in value:
            yield from values_at(each, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping):
        head, _, rest = path.partition(".")
        if head in value:
            yield from values_at(value[head], rest)


def links_at(document: Mapping[str, Any], path: str) -> list[Any]:
    """Return each value there that may lead to other documents, once."""
    fit = (v for v in values_at(document, path) if isinstance(v, _LINKS) and not isinstance(v, bool))
    found = [v for v in fit if not _is_blank(v)]  # it would lead to everybody whose link is empty
    return [*{key_text(value): value for value in found}.values()]


def _is_blank(value: object) -> bool:
    return isinstance(value, str | bytes) and not value.strip()


def typed(text: str) -> list[object]:
    """Return what an identifier may be stored as: text, a number, an ObjectId or a UUID."""
    found: list[object] = [text]
    if text.isascii() and text.isdecimal() and len(text) < len(str(2**63)):
        found.append(int(text))
    if ObjectId.is_valid(text):
        found.append(ObjectId(text))
    try:
        found.append(Binary.from_uuid(UUID(text)))
    except ValueError:
        return found
    return found


def spelled(value: object) -> str:
    """Return a stored identifier as text."""
    if isinstance(value, Binary) and value.subtype in {3, 4}:
        return str(UUID(bytes=bytes(value)))
    return str(value) if isinstance(value, (str, int, ObjectId)) else ""


def without(document: Mapping[str, Any], paths: Sequence[str]) -> Document:
    """Return a document without what stands at these paths, in arrays, too."""
    found = dict(document)
    for path in paths:
        found = _without(found, path)
    return found


def only(document: Mapping[str, Any], paths: Sequence[str]) -> Document:
    """Return of a document what stands at these paths, as it is nested there."""
    wanted: dict[str, list[str]] = {}
    for path in paths:
        head, _, rest = path.partition(".")
        wanted.setdefault(head, []).append(rest)
    return {
        head: document[head] if "" in rests else _inside(document[head], rests)
        for head, rests in wanted.items()
        if head in document
    }


def changes(document: Mapping[str, Any], written: Mapping[str, Change]) -> Document:
    """Return what must be written where, so that each path holds what its change makes of it.

    Raises:
        FieldInArrayError: a path leads through an array, where elements could move while they are written.
    """
    found = {}
    for path, change in written.items():
        old = _held(document, path)
        new = change(old)
        if new != old or isinstance(new, bool) != isinstance(old, bool):
            found[path] = new
    return found


def writable(held: object) -> bool:
    """Whether a text can be written where this stands, as what it is: a text, a number, or yes and no."""
    return type(held) in _READS


def written_like(held: object, text: str) -> object:
    """Return a text as the type of what stands there.

    Raises:
        ValueError: it cannot be; a whole number beyond 64 bits, for one.
    """
    try:
        value = _READS[type(held)](text)
        encode({"": value})
    except (KeyError, OverflowError, BSONError):
        raise ValueError from None
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError
    return value


def _held(document: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401  # of any type
    value: Any = document
    for part in path.split("."):
        if isinstance(value, list) and value:
            raise FieldInArrayError
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _without(value: Any, path: str) -> Any:  # noqa: ANN401  # of any type
    if isinstance(value, list):
        return [_without(each, path) for each in value]
    head, _, rest = path.partition(".")
    if not isinstance(value, Mapping) or head not in value:
        return value
    if not rest:
        return {name: each for name, each in value.items() if name != head}
    return {**value, head: _without(value[head], rest)}


def _inside(value: Any, paths: Sequence[str]) -> Any:  # noqa: ANN401  # of any type
    if isinstance(value, list):
        return [_inside(each, paths) for each in value]
    return only(value, paths) if isinstance(value, Mapping) else None
