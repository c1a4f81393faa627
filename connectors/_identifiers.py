"""Identifiers as a column holds them: by its type, in any spelling, compared by our own rules."""

import unicodedata
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from dsar.person import comparable
from dsar.vocabulary import IdentifierKind

_BIGINT_DIGITS = 19


def typed(found: sa.types.TypeEngine[Any], value: str) -> object:
    """Return the value as that column would hold it; None if it never could."""
    if isinstance(found, sa.types.Integer):
        most = getattr(found, "digits", _BIGINT_DIGITS - 1)
        return int(value) if value.isascii() and value.isdecimal() and len(value) <= most else None
    if isinstance(found, sa.types.Uuid):
        return _uuid(value)
    return value


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def spellings(email: str) -> set[str]:
    """How `lower()` may spell a stored address: some databases lower ASCII only, and accents may be split."""
    text = email.strip()
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    cases = [s for form in forms for s in (form, form.lower(), form.upper())]
    return {*cases, *(_ascii_lower(s) for s in cases)}


def _ascii_lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


def digits(phone: str) -> str:
    """Return a number without its separators and without what begins a number of another country."""
    text = comparable(IdentifierKind.PHONE, phone)
    return text.removeprefix("+") if text.startswith("+") else text.removeprefix("00")


def same(kind: IdentifierKind, stored: object, wanted: Iterable[str]) -> bool:
    """Whether what is stored is one of these, by our own rules."""
    if kind is IdentifierKind.PHONE:
        return bool(digits(str(stored))) and digits(str(stored)) in map(digits, wanted)
    return comparable(kind, str(stored)) in {comparable(kind, value) for value in wanted} - {""}
