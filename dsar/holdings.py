"""What a connector declares and answers: cards, holdings, pages. Counts and names only, except a page."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from dsar.hands import Mailbox
from dsar.person import Identifier
from dsar.secret import Secret
from dsar.vocabulary import Category, IdentifierKind, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A table, object type or stream of one system, and what kind of personal data it holds."""

    name: str
    category: Category
    title: str = ""  # how the collection is named to the person; `name` if empty
    secrets: Mapping[str, Secret] = field(default_factory=dict, hash=False)  # fields, and what they hold
    third_party: tuple[str, ...] = ()  # fields that may speak of others, `*` for all: reviewed before release
    client: str = ""  # whose data it is, if we only process it: a code of `clients` in the company's facts
    corrects: tuple[str, ...] | None = None  # fields that a machine can correct; None: known when it is tried


class Enforcer(StrEnum):
    """Who makes a deed hold."""

    SYSTEM = "system"  # the system itself refuses what is not allowed any more
    US = "us"  # it stores a flag that our own programs must heed
    NOBODY = "nobody"  # a flag that nothing enforces: the answer must not promise more


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """What a verb comes to in one system. `finishes_in` is the vendor's own time; None: at once."""

    finishes_in: timedelta | None = None
    reversible: bool = False
    enforced_by: Enforcer = Enforcer.SYSTEM
    note: str = ""  # limits that the answer must mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a system is and what its connector can do. The engine plans from it, so it must tell the truth.

    `name` is the system's name in this installation ("crm"), lower case, used in file names and ids.
    `finds_by` are the identifier kinds a search can start from; `teaches` those a search may reveal.
    `controller` is False where we are only the client's processor (LAW PRC-01).
    `abilities` says more of a verb in `can` than that it is there.
    """

    name: str
    vendor: str
    collections: tuple[Collection, ...]
    can: frozenset[Verb] = frozenset({Verb.FIND, Verb.EXPORT})
    finds_by: frozenset[IdentifierKind] = frozenset({IdentifierKind.EMAIL})
    teaches: frozenset[IdentifierKind] = frozenset()
    controller: bool = True
    notes: str = ""  # limits the answer must mention
    by_hand: str = ""  # what staff are told to do where no machine can; for them alone
    hands: str = ""  # the reason of its tasks, where no machine reaches it at all (`dsar.hands`)
    mail: Mailbox | None = None  # where its processor is written to
    abilities: Mapping[Verb, Ability] = field(default_factory=dict)

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


class ToldRow(dict[str, Any]):
    """A row that comes with its own JSON text, strict and compact, so that nobody need say it again."""

    __slots__ = ("text",)
    text: str


Row = Mapping[str, Any]  # JSON values only: str, int, float, bool, None, list, dict; or a File


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that belongs to a record, as a value of its row: `{"id": 7, "scan": File(…)}`.

    It is read once, in order, before the next page is asked for; never held whole. Name and type are what
    the system says of it: they are handed over, and trusted by nobody.
    """

    name: str = field(repr=False)
    chunks: AsyncIterator[bytes] = field(repr=False)
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file that lies in the vault, in the place of the `File` that it was. `place` is its name there."""

    place: str
    name: str = field(repr=False)
    media_type: str = field(repr=False)
    size: int
    sha256: str
    ending: str  # that of its true kind (`dsar.kinds`), as are the next two
    true_type: str
    archive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A bounded number of rows of one collection. `cursor` resumes after this page; it may be personal
    (a key), so it is sealed with the rows and travels nowhere else.
    """

    rows: tuple[Row, ...] = field(repr=False)
    cursor: str = field(repr=False)
