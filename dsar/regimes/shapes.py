"""The columns of a regime: what a row of law can say. A new kind of rule is a new column, never an `if`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from dsar.clock_events import EventKind, Flag, PauseCount
from dsar.vocabulary import Right


class Unit(StrEnum):
    """What a period is counted in."""

    MONTH = "month"
    DAY = "day"
    WORKING_DAY = "working day"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, such as one month or 45 days."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        """Say it in words: `1 month`, `15 working days`."""
        return f"{self.count} {self.unit}" + ("" if self.count == 1 else "s")


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a rule comes from: its id in LAW.md and the article."""

    rule: str
    article: str

    def __str__(self) -> str:
        """Return `CLK-10, UK GDPR Art. 12A(1)`."""
        return f"{self.rule}, {self.article}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Something that must arrive before the period begins. It restarts the period, it does not pause it.

    With `waits` the period begins that many days after the notice and nothing need arrive. `on_doubt`:
    asking counts only on reasonable doubt. `flag`: only while the company's policy says so; such a gate
    is not statute, and the cautious target ignores it.
    """

    title: str
    asked: EventKind
    cite: Cite
    answered: EventKind | None = None
    waits: int = 0
    on_doubt: bool = False
    flag: Flag | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A question that stops the clock until it is answered. `rights` empty: any right."""

    title: str
    asked: EventKind
    answered: EventKind
    count: PauseCount
    cite: Cite
    rights: frozenset[Right] = frozenset()
    on_doubt: bool = False
    flag: Flag | None = None

    def stops(self, right: Right | None) -> bool:
        """Whether the clock of that right can be stopped so (LAW CLK-22)."""
        return not self.rights or right in self.rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time, by a reasoned notice inside the first period; a late or bare notice is void (LAW CLK-19).

    `total` counts from the same start as the first period. None: the law gives no number, and the date
    named in the notice holds.
    """

    cite: Cite
    total: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How the cautious reading differs, beyond counting elapsed days only and ignoring mere policy."""

    days_earlier: int = 0  # LAW CLK-47: a reader may count the day of receipt as day one
    weekends_only: bool = False  # LAW CLK-46: "business day" is undefined, holidays may count


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # a row is itself: cheap to look up by
class Rule:
    """How long an answer may take, when the time begins, what stops it and what extends it.

    `first` None: the law gives no number of days ("without delay"). `rolls` cites what moves an end on a
    day off to the next working day; None: it stays where it falls.
    """

    cite: Cite
    first: Span | None
    extension: Extension | None = None
    gates: tuple[Gate, ...] = ()
    pauses: tuple[Pause, ...] = ()
    rolls: Cite | None = None
    target: Target = Target()


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """One version of a law set. It holds for requests received from `valid_from` to `valid_to`, inclusive.

    `rights` are the rights with a clock of their own; all others follow `request`, and the receipt of those
    others must be confirmed by `ack`, that of a complaint by `complaint_ack`.
    `to_confirm` says what no source that was read confirms.
    """

    id: str
    title: str
    valid_from: date
    request: Rule
    valid_to: date | None = None
    rights: Mapping[Right, Rule] = field(default_factory=dict)
    ack: Rule | None = None
    complaint: Rule | None = None
    complaint_ack: Rule | None = None
    appeal: Rule | None = None
    to_confirm: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether a request received on `day` falls under this version (LAW LAW-05)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a law set holds: its time zone, its calendar of holidays, its regions with their own ones.

    A region `BY` of `EU-DE` is the regime `EU-DE-BY` with the calendar `DE-BY`.
    """

    code: str
    title: str
    zone: str
    laws: tuple[Law, ...]
    calendar: str = ""  # an ISO 3166 code for the calendars; empty: weekends only
    regions: tuple[str, ...] = ()
    region_zones: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """The law of one place in the version that one date of receipt selects. All that the clock needs."""

    code: str
    title: str
    zone: str
    calendar: str
    law: Law
