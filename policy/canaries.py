"""Canary people, read from `canaries.yaml`; what they are found by stands in secret files of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from dsar.canaries import Canary
from dsar.errors import InputError
from dsar.person import Identifier, Identity
from dsar.vocabulary import IdentifierKind
from policy.parts import Strict
from policy.source import read

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Value = Annotated[str, StringConstraints(min_length=1, max_length=320, strip_whitespace=True)]


class _Row(Strict):
    """One canary as it stands in the file."""

    name: Name
    identifiers: Path
    systems: tuple[Annotated[str, StringConstraints(min_length=1, max_length=40)], ...] = Field(min_length=1)


class _Canaries(Strict):
    """The whole file."""

    canaries: tuple[_Row, ...] = ()


class _Identifiers(Strict):
    """What a secret file holds: how the canary is found."""

    email: Value | None = None
    phone: Value | None = None
    account_id: Value | None = None
    distinct_id: Value | None = None

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        if not self.model_fields_set:
            msg = "give at least one of email, phone, account_id, distinct_id"
            raise ValueError(msg)
        return self


def load(path: Path) -> tuple[Canary, ...]:
    """Read the file, and each secret file that it names (relative to it).

    Raises:
        InputError: `policy_unreadable`, `policy_malformed` or `policy_invalid`; it names the file, the line,
            the field and the next move, never a value.
    """
    rows = read(path, _Canaries).canaries
    if len({row.name for row in rows}) < len(rows):
        hint = f"{path.name}: give each canary a name of its own"
        raise InputError("policy_invalid", hint, field="canaries")
    return tuple(
        Canary(
            name=row.name,
            systems=tuple(dict.fromkeys(row.systems)),
            identity=Identity(identifiers=tuple(_identifiers(path.parent / row.identifiers))),
        )
        for row in rows
    )


def _identifiers(path: Path) -> Iterator[Identifier]:
    for kind, value in read(path, _Identifiers).model_dump(exclude_none=True).items():
        yield Identifier(kind=IdentifierKind(kind), value=value)
