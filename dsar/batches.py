"""Batches: deeds of many cases that one call to a vendor carries out together (decision 22).

A deed waits a moment for others. The most urgent go first; a list that is refused is halved until the one
that spoils it stands alone. Nothing here names a person: what the vendor calls them is sealed with each case.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dsar.budget import Month
from dsar.deeds import Receipt, Result, Step
from dsar.vocabulary import Verb

WINDOW = timedelta(minutes=1)  # so long a deed waits for others, and no longer unless little is left
LONGEST_WINDOW = timedelta(days=1)
LITTLE = 10  # one part in ten of a month's budget is little
URGENT = timedelta(days=7)  # whoever must be answered by then waits for nobody
LOOK_AGAIN = timedelta(hours=1)  # the longest that a deed waits without asking where it stands
IN_HAND = timedelta(minutes=15)  # after which whoever sent a batch, and was not heard of again, is dead
BUSY = timedelta(seconds=20)  # when to ask again while somebody sends a batch
WANTED = timedelta(days=1)  # a deed that nobody asked after for so long is not sent any more

REFUSED, MISSING = "request_refused", "ids_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An erasure that is ready to be sent: the vendor's ids of the person, and what is held of them."""

    keys: tuple[str, ...] = field(repr=False)
    counts: Mapping[str, int]

    def to_bytes(self) -> bytes:
        """Spell it for the vault."""
        return json.dumps({"keys": self.keys, "counts": dict(self.counts)}).encode()

    @staticmethod
    def from_bytes(raw: bytes) -> "Prepared":
        """Read what `to_bytes` spelled."""
        said = json.loads(raw)
        return Prepared(keys=tuple(said["keys"]), counts=said["counts"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the vendor said of one deed. `reason`: why it was not taken; the rest as in a `Receipt`."""

    reason: str = ""
    job: str = ""
    ready_after: timedelta | None = None
    requests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A deed of one case that waits for a vendor. `keys` is how many ids it has there; those of one `pack`
    travel by themselves: they were part of a list that was refused.
    """

    case_id: str
    deed: str
    keys: int
    due_on: date | None
    since_at: datetime
    pack: str = ""
    answer: Answer | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Whose it is."""
        return self.case_id, self.deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Deeds to be sent in one call. Of a batch taken over from somebody who was not heard of again,
    `sent_since` says since when its call may have been made.
    """

    number: str
    rows: tuple[Waiting, ...]
    sent_since: datetime | None = None

    @property
    def halves(self) -> tuple[tuple[Waiting, ...], tuple[Waiting, ...]]:
        """Return both halves of it, in order."""
        middle = (len(self.rows) + 1) // 2
        return self.rows[:middle], self.rows[middle:]


def urgency(row: Waiting) -> tuple[date, datetime, tuple[str, str]]:
    """Sort by: whose answer is due first, then who waits longest."""
    return row.due_on or date.max, row.since_at, row.place


def chosen(
    waiting: Iterable[Waiting], most: int, now: datetime, month: Month | None = None
) -> tuple[Waiting, ...] | timedelta:
    """Return who goes now, the most urgent first; or how long to wait for others.

    `most`: how many ids one call takes. Whoever has more goes alone.
    """
    rows = sorted(waiting, key=urgency)
    packs = [row for row in rows if row.pack]
    fresh = [row for row in rows if not row.pack]
    if (rows and rows[0].pack) or not fresh:
        return _pack(packs) if packs else WINDOW
    list_ = _fill(fresh, most)
    waits = _window(list_[0], now, month) - (now - min(row.since_at for row in list_))
    if len(list_) < len(fresh) or sum(row.keys for row in list_) >= most or waits <= timedelta():
        return list_
    return _pack(packs) if packs else waits


def receipts(steps: Sequence[Step], prepared: Prepared, answer: Answer) -> list[Receipt]:
    """Return the receipts of one case: its own counts, and what the vendor said of the batch."""
    return [_receipt(step, prepared.counts.get(step.collection, 0), answer) for step in steps]


def joined(keys: Iterable[str], said: Mapping[str, Answer]) -> Answer | None:
    """Return the answer of a deed from those to its ids; None while one of them has none."""
    found = [said.get(key) for key in keys]
    told = [answer for answer in found if answer]
    if len(told) < len(found):
        return None
    return next((answer for answer in told if answer.reason), told[-1])


def _pack(packs: Sequence[Waiting]) -> tuple[Waiting, ...]:
    return tuple(row for row in packs if row.pack == packs[0].pack)


def _fill(rows: Sequence[Waiting], most: int) -> tuple[Waiting, ...]:
    """Take in order; nobody less urgent slips in before one who finds no room."""
    taken, room = 1, most - rows[0].keys
    while taken < len(rows) and rows[taken].keys <= room:
        room -= rows[taken].keys
        taken += 1
    return tuple(rows[:taken])


def _window(first: Waiting, now: datetime, month: Month | None) -> timedelta:
    """Return how long a list is kept open. When little is left of the month, longer: what is left then lasts
    until the month ends, and is there for whoever becomes urgent.
    """
    urgent = first.due_on is not None and first.due_on - now.date() <= URGENT
    scarce = month is not None and 0 < month.left * LITTLE <= month.per_month
    if urgent or month is None or not scarce:
        return WINDOW
    return min(max(month.lasts / month.left, WINDOW), LONGEST_WINDOW)


def _receipt(step: Step, count: int, answer: Answer) -> Receipt:
    return Receipt(
        system=step.system,
        collection=step.collection,
        verb=Verb.ERASE,
        result=Result.ACCEPTED if count else Result.ALREADY,
        count=count,
        method=step.method,
        job=answer.job if count else "",
        ready_after=answer.ready_after if count else None,
        requests=answer.requests if count else (),
    )
