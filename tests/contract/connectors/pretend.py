"""What a pretend system shows the contract suite, and the cast that every pretend system holds.

A new connector `connectors/acme.py` needs one file, `tests/contract/connectors/systems/acme.py`, with
`VARIANTS`: names and functions that take a folder and yield a `Pretend`. Every promise is then tested.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from dsar.errors import DsarError
from dsar.ports import Connector
from dsar.vocabulary import IdentifierKind
from tests.people import ADA_EMAIL, ADA_NAME, ADA_PHONE, HOSTILE

PAGE_ROWS = 5
SHARED_EMAIL = "household@shared.example"
# They look as if they might match somebody, and must not.
MAYBE_FILTERS = (
    "%@%",
    "_da.osei@subject.example",
    "ada.osei@subject.example' or '1'='1",
    "*",
    "%",
    "\\",
    "a\x00b",
    "\udcff",
    " ",
)
PROMISED = frozenset({"refusal", "throttle", "outage", "malformed"})


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody whom every pretend system holds, with `rows` records in each collection of many."""

    number: int
    email: str
    name: str
    phone: str
    rows: int


def cast() -> tuple[Member, ...]:
    """Ada; a namesake of hers; two who share a mailbox; and everybody whose address bites."""
    plain = [
        Member(1, ADA_EMAIL, ADA_NAME, ADA_PHONE, 23),
        Member(2, "another.ada@subject.example", ADA_NAME, "+442079460102", 3),
        Member(3, SHARED_EMAIL, "First Household", "+442079460103", 2),
        Member(4, SHARED_EMAIL, "Second Household", "+442079460104", 2),
    ]
    biting = [
        Member(10 + n, person.of(IdentifierKind.EMAIL)[0], f"Hostile {n}", f"+4420794602{n:02d}", 1)
        for n, person in enumerate(HOSTILE)
    ]
    return (*plain, *biting)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A connector whose system misbehaves, and the error that it must become."""

    connector: Connector
    error: type[DsarError]
    reason: str
    after: timedelta | None = None


class Pretend(Protocol):
    """A system that behaves like the vendor's, holding the cast."""

    held: Mapping[str, int]  # of Ada: collection and count
    keys: Mapping[str, tuple[str, ...]]  # what tells the rows of a collection apart
    cannot: Mapping[str, str]  # troubles (and a shared mailbox) that this system cannot have, and why

    @property
    def correctable(self) -> Mapping[str, tuple[str, ...]]:
        """Return what may be corrected, by collection; the address that finds a person is left out."""

    def connector(self) -> Connector:
        """Return a fresh connector with pages of `PAGE_ROWS` rows."""

    def state(self) -> str:
        """Return a digest of everything it stores."""

    def changing_calls(self) -> list[str]:
        """Return whatever it was asked that was not reading."""

    def troubles(self) -> Iterator[tuple[str, AbstractContextManager[Trouble]]]:
        """Yield each trouble it can have: `PROMISED` ones by that name, and its own."""


Variants = Mapping[str, Callable[[Path], AbstractContextManager[Pretend]]]
