"""What somebody typed, as the column of a database holds it."""

import math
from collections.abc import Callable
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from connectors._map_deeds import Value


class Wide(sa.BigInteger):
    """A whole number of up to so many decimal digits, where most databases end at 18."""

    def __init__(self, digits: int) -> None:
        super().__init__()
        self.digits = digits


def defaulting(kind: sa.types.TypeEngine[Any], value: object) -> sa.types.TypeEngine[Any]:
    """Say what stands in a column of that kind where nothing was said: no NULL, as elsewhere."""
    found = copy(kind)
    vars(found)["unsaid"] = value
    return found


_NUMBERS = (sa.types.Integer, mysql.BIT, mysql.YEAR)  # MariaDB's own truth is a number, too
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
# The first kind that fits decides; a Boolean and a Date come before what they are kinds of.
_KINDS: tuple[tuple[type[sa.types.TypeEngine[Any]], Callable[[str], object]], ...] = (
    (sa.types.Boolean, lambda text: _TRUTH[text.lower()]),
    (sa.types.DateTime, datetime.fromisoformat),
    (sa.types.Date, date.fromisoformat),
    (sa.types.Integer, int),
    (sa.types.Float, float),
    (sa.types.Numeric, Decimal),
    (sa.types.Uuid, UUID),
)


def fitting(column: sa.types.TypeEngine[Any], text: str) -> object:
    """Return the value that this column would hold.

    Raises:
        ValueError: it cannot hold it: another type, or too long.
    """
    for kind, read in _KINDS:
        if isinstance(column, kind):
            try:
                return read(text)
            except (KeyError, ArithmeticError):
                raise ValueError from None
    longest = getattr(column, "length", None)
    if longest and len(text) > longest:
        raise ValueError
    return text


def spelled(column: sa.types.TypeEngine[Any], value: object) -> object:
    """Return a value of the map as this column takes it: `0` in a column of texts is a text, too."""
    return str(value) if isinstance(column, sa.types.String) else value


def sought(column: sa.types.TypeEngine[Any], value: Value) -> object:
    """Return a value of the map such that this column is compared with its own type: MariaDB takes any text
    that is not a number for 0, and so for false.

    Raises:
        ValueError: it cannot hold it.
    """
    if isinstance(column, sa.types.NullType):
        return value
    if isinstance(column, _NUMBERS):
        return int(value)
    found = fitting(column, str(value))
    if isinstance(column, sa.types.Boolean):
        return found
    names = getattr(column, "enums", ())
    if isinstance(value, bool) or (names and str(value) not in names):
        raise ValueError
    return _finite(str(value)) if isinstance(column, (sa.types.Numeric, sa.types.Float)) else str(value)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def is_text(column: sa.types.TypeEngine[Any]) -> bool:
    """Whether an empty text is something that this column can hold."""
    return isinstance(column, sa.types.String)
