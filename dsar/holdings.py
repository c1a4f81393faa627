"""What a connector declares and answers: cards, holdings, pages. Counts and names only, except a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dsar.person import Identifier
from dsar.vocabulary import Category, IdentifierKind, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A table, object type or stream of one system, and what kind of personal data it holds."""

    name: str
    category: Category
    title: str = ""  # how the collection is named to the person; `name` if empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a system is and what its connector can do. The engine plans from it, so it must tell the truth.

    `name` is the system's name in this installation ("crm"), lower case, used in file names and ids.
    `finds_by` are the identifier kinds a search can start from; `teaches` those a search may reveal.
    `controller` is False where we are only the client's processor (LAW PRC-01).
    """

    name: str
    vendor: str
    collections: tuple[Collection, ...]
    can: frozenset[Verb] = frozenset({Verb.FIND, Verb.EXPORT})
    finds_by: frozenset[IdentifierKind] = frozenset({IdentifierKind.EMAIL})
    teaches: frozenset[IdentifierKind] = frozenset()
    controller: bool = True
    notes: str = ""  # limits the answer must mention

    def collection(self, name: str) -> Collection:
        """Return the collection of that name.

        Raises:
            KeyError: the card names no such collection.
        """
        return {c.name: c for c in self.collections}[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """That one system holds `count` records of the person in one collection. Never the records."""

    system: str
    collection: str
    category: Category
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What `find` learned. `people` above one means that the identifiers fit several people there:
    such a system stops for a human, nothing of it is disclosed (Art. 15(4)).
    """

    holdings: tuple[Holding, ...] = ()
    learned: tuple[Identifier, ...] = field(default=(), repr=False)
    people: int = 1


Row = Mapping[str, Any]  # JSON values only: str, int, float, bool, None, list, dict


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A bounded number of rows of one collection. `cursor` resumes after this page; it may be personal
    (a key), so it is sealed with the rows and travels nowhere else.
    """

    rows: tuple[Row, ...] = field(repr=False)
    cursor: str = field(repr=False)
