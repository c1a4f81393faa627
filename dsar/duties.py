"""What must stay although the person wants it gone: retention duties and legal holds, as data (Art. 17(3)).

A duty that ends is finished by the engine itself. A hold ends when somebody lifts it; until then it blocks
what it names and nothing else (LAW ERA-01, ERA-11, RET-08).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from dsar.clock_days import add_months
from dsar.deeds import Step
from dsar.erasure import Line
from dsar.law_sets import LawSet
from dsar.vocabulary import Category

Words = Mapping[str, str]  # one text per language


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A law or a claim that asks us to keep records of some categories for some time.

    We know how many records there are, not how old: the time is counted from the day of the decision, as if
    the youngest were of that day, and from the end of that year where the law says so.
    """

    code: str
    ground: str  # the exception it rests on: `17_3_b`, `17_3_e`, `CAL-33`
    law_sets: frozenset[LawSet]
    categories: frozenset[Category]
    months: int
    from_year_end: bool = False
    systems: frozenset[str] = frozenset()  # empty: whichever system holds them
    collections: frozenset[str] = frozenset()
    valid_from: date = date.min
    valid_to: date = date.max
    words: Words = field(default_factory=dict)

    def binds(self, step: Step, laws: LawSet, on: date) -> bool:
        """Whether these records must stay on that day."""
        return (
            laws in self.law_sets
            and step.category in self.categories
            and self.valid_from <= on <= self.valid_to
            and step.system in (self.systems or {step.system})
            and step.collection in (self.collections or {step.collection})
        )

    def until(self, on: date) -> date:
        """Return the last day on which records that are kept on `on` must stay."""
        return add_months(date(on.year, 12, 31) if self.from_year_end else on, self.months)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A legal hold on a system, or on some of its collections. It has no end of its own, only a review."""

    code: str
    ground: str
    system: str
    collections: frozenset[str]  # empty: all of that system
    since: date
    review_on: date
    lifted_on: date | None = None
    words: Words = field(default_factory=dict)

    def binds(self, step: Step, on: date) -> bool:
        """Whether these records are held on that day."""
        over = self.lifted_on is not None and on >= self.lifted_on
        held = step.system == self.system and step.collection in (self.collections or {step.collection})
        return held and on >= self.since and not over


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePolicy:
    """What the company decided about erasing (POLICY), and what the law asks it to keep."""

    grace: timedelta = timedelta(days=7)
    backups: timedelta = timedelta(days=35)
    look_again: timedelta = timedelta(days=1)
    duties: tuple[Duty, ...] = ()
    holds: tuple[Hold, ...] = ()

    def words_of(self, code: str, locale: str) -> str:
        """Return why something is kept, in the person's language, else in English."""
        reasons = {duty.code: duty.words for duty in self.duties}
        found = (reasons | {hold.code: hold.words for hold in self.holds}).get(code, {})
        return found.get(locale.partition("-")[0].lower(), found.get("en", ""))


def decided(
    steps: Iterable[Step], policy: ErasurePolicy, laws: LawSet, on: date, *, by_hand: bool = False
) -> tuple[Line, ...]:
    """Decide each step of a dry run exactly once: it goes, or it stays for the reason that binds longest."""
    return tuple(_decided(step, policy, laws, on, Line.of(step, by_hand=by_hand)) for step in steps)


def _decided(step: Step, policy: ErasurePolicy, laws: LawSet, on: date, line: Line) -> Line:
    held = [hold for hold in policy.holds if hold.binds(step, on)]
    if held:  # it has no end: nothing binds longer
        hold = min(held, key=lambda found: found.code)
        return replace(line, ground=hold.ground, because=hold.code, review_on=hold.review_on)
    binding = [duty for duty in policy.duties if duty.binds(step, laws, on)]
    if binding:
        duty = max(binding, key=lambda found: (found.until(on), found.code))
        return replace(line, ground=duty.ground, because=duty.code, until=duty.until(on))
    return line
