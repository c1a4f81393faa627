"""What may happen to a case that the statutory clock must know of (LAW.md §6). No event names a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from dsar.case import RightsRequest
from dsar.errors import InputError
from dsar.vocabulary import Right

YEARS = range(1990, 2200)  # outside it a date is a slip of the pen, and no calendar of holidays is known
LONGEST = 730  # days; no appeal runs longer


class EventKind(StrEnum):
    """The kinds of events. Values are public API: they stand in histories and in staff's spreadsheets."""

    REQUEST = "request"
    COMPLAINT = "complaint"
    APPEAL = "appeal"
    ID_REQUESTED = "id_requested"
    ID_RECEIVED = "id_received"
    AUTHORITY_REQUESTED = "authority_requested"
    AUTHORITY_RECEIVED = "authority_received"
    FEE_REQUESTED = "fee_requested"
    FEE_PAID = "fee_paid"
    COST_SHARE_NOTIFIED = "cost_share_notified"
    CLARIFICATION_REQUESTED = "clarification_requested"
    CLARIFICATION_RECEIVED = "clarification_received"
    EXTENSION_NOTIFIED = "extension_notified"
    VERIFIED = "verified"
    ROUTED_TO_DPO = "routed_to_dpo"
    POLICY = "policy"
    ANSWERED = "answered"


OPENINGS = frozenset({EventKind.REQUEST, EventKind.COMPLAINT, EventKind.APPEAL})


class PauseCount(StrEnum):
    """How paused days are counted (LAW CLK-20, CLK-21)."""

    INCLUSIVE = "inclusive"  # the day of asking and the day of the answer both do not count
    CONSERVATIVE = "conservative"  # elapsed days only


class Flag(StrEnum):
    """A choice the company must make and record, because the law leaves it open."""

    EU_SUSPENSION = "eu_suspension"  # LAW CLK-07
    AUTHORITY_MOVES_START = "authority_moves_start"  # LAW CLK-13


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The company's recorded choices. The defaults are LAW.md's."""

    pause_count: PauseCount = PauseCount.INCLUSIVE
    flags: frozenset[Flag] = frozenset({Flag.AUTHORITY_MOVES_START})


DEFAULTS = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One dated fact. It has a local day (`on`) or an aware instant (`at`), whose local day then counts.

    `doubt`: identity was asked on reasonable doubt (LAW IDV-01). `reasoned`: the extension notice gave
    reasons (their text stays out of the clock). `new_due_on`: the date an extension notice promised.
    `days`, `more_days`: an appeal's period and its extension.
    """

    kind: EventKind
    on: date | None = None
    at: datetime | None = None
    right: Right | None = None
    doubt: bool = False
    reasoned: bool = False
    new_due_on: date | None = None
    days: int | None = None
    more_days: int | None = None
    pause_count: PauseCount | None = None
    allows: tuple[Flag, ...] = ()
    forbids: tuple[Flag, ...] = ()

    def local_day(self, zone: str) -> date:
        """Return the day on which it happened in that zone (LAW CLK-15: local date, not UTC).

        Raises:
            InputError: `event_date_missing`, `instant_naive`, `date_out_of_range`.
        """
        day = self.on or self._day_in(zone)
        if day.year not in YEARS:
            raise InputError(
                "date_out_of_range", f"use a year from {YEARS[0]} to {YEARS[-1]}", field=self.kind
            )
        return day

    def _day_in(self, zone: str) -> date:
        if self.at is None:
            hint = 'give it a day, for example "at": "2026-03-02"'
            raise InputError("event_date_missing", hint, field=self.kind)
        if self.at.tzinfo is None:
            raise InputError("instant_naive", "an instant needs its offset; or give a day", field=self.kind)
        try:
            return self.at.astimezone(ZoneInfo(zone)).date()
        except OverflowError:
            raise InputError("date_out_of_range", "use a nearer date", field=self.kind) from None


def opening(request: RightsRequest) -> Event:
    """Return the event that opens the clock of a case: its receipt, by the right it asks for."""
    kinds = {Right.COMPLAINT: EventKind.COMPLAINT, Right.APPEAL: EventKind.APPEAL}
    kind = kinds.get(request.right, EventKind.REQUEST)
    return Event(kind=kind, at=request.received_at, right=request.right)


def policy_of(events: Iterable[Event]) -> Policy:
    """Put all recorded choices together. Where two contradict each other, the cautious one holds, so
    that the order of recording does not matter.
    """
    said = [event for event in events if event.kind is EventKind.POLICY]
    if not said:
        return DEFAULTS
    cautious = any(event.pause_count is PauseCount.CONSERVATIVE for event in said)
    allowed = DEFAULTS.flags.union(*(event.allows for event in said))
    return Policy(
        pause_count=PauseCount.CONSERVATIVE if cautious else PauseCount.INCLUSIVE,
        flags=allowed.difference(*(event.forbids for event in said)),
    )
