"""Questions and their answers as stretches of days, some of which do not count (LAW CLK-20, CLK-21)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dsar.clock_days import DAY
from dsar.clock_events import PauseCount
from dsar.regimes.shapes import Cite


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the day something was asked to the day it came. `answered` None: it has not come yet."""

    asked: date
    answered: date | None
    title: str
    cite: Cite
    count: PauseCount = PauseCount.CONSERVATIVE

    def over_by(self, day: date) -> bool:
        """Whether the answer came on or before `day`."""
        return self.answered is not None and self.answered <= day

    def days_after(self, start: date) -> int:
        """Count the days that do not count, leaving out those up to and including `start`.

        Raises:
            AssertionError: the stretch is still open, or was over by `start`; the caller asks that first.
        """
        assert self.answered is not None  # noqa: S101  # see above
        if self.count is PauseCount.INCLUSIVE:
            return (self.answered - max(self.asked, start + DAY)).days + 1
        return (self.answered - max(self.asked, start)).days


def stretches(
    asked: Iterable[date],
    answered: Iterable[date],
    *,
    title: str,
    cite: Cite,
    count: PauseCount = PauseCount.CONSERVATIVE,
) -> list[Stretch]:
    """Match each question in turn with the next answer on or after its day.

    A second question needs a second answer, unless none is left: then it was a reminder, and ends with the
    last answer. What comes unasked matches nothing (LAW CLK-12).
    """
    known = sorted(answered)
    left, found = iter(known), []
    for day in sorted(asked):
        answer = next((answer for answer in left if answer >= day), None)
        if answer is None and known and known[-1] >= day:
            answer = known[-1]
        found.append(Stretch(day, answer, title, cite, count))
    return found


def merged(parts: Iterable[Stretch]) -> Sequence[Stretch]:
    """Join stretches that share a day, so that no day is counted twice."""
    result: list[Stretch] = []
    for part in sorted(parts, key=lambda part: part.asked):
        last = result[-1] if result else None
        if last is None or (last.answered is not None and last.answered < part.asked):
            result.append(part)
        elif last.answered is not None:
            end = None if part.answered is None else max(last.answered, part.answered)
            result[-1] = replace(last, answered=end)
    return result
