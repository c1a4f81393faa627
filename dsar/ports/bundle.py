"""What the writer of the export promises (DESIGN §8)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from dsar.case import Decision, SystemAnswer
from dsar.holdings import Collection, Row, Stored
from dsar.ports.vault import Sink
from dsar.vocabulary import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One collection of one system, ready for the bundle. `rows` is read once, in order, then their files."""

    system: str
    vendor: str
    collection: Collection
    rows: Iterable[Row] = field(repr=False)
    open_file: Callable[[Stored], Iterator[bytes]] = field(default=lambda _: iter(()), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """Something left out of an answer, and why: a code with its article, and words for the person. Without
    a `field` it is the whole collection.
    """

    system: str
    collection: str
    ground: str
    explanation: str
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFacts:
    """What a bundle says about itself and the case. No names: the person knows who they are."""

    case_id: str
    right: Right
    regime: str
    locale: str
    received_on: date
    answered_at: datetime
    answers: tuple[SystemAnswer, ...]
    information: Mapping[str, Any]  # the Art. 15(1)-(2) information, from the company's facts
    withheld: tuple[Withheld, ...] = ()
    decisions: tuple[Decision, ...] = ()  # so that each accepted gap says who accepted it


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleReceipt:
    """What was written: counts, and the SHA-256 of the signed manifest."""

    files: int
    rows: int
    size: int
    manifest_sha256: str


class BundleWriter(Protocol):
    """Writes the export (DESIGN §8)."""

    def write(
        self, facts: BundleFacts, sections: Iterable[Section], sink: Sink, progress: Callable[[int], None]
    ) -> BundleReceipt:
        """Stream the archive into `sink`. `progress` is called with the rows so far, at least once a page."""
