"""What California wants told beside the data: two separate lists and the time they cover (CAL-20, CAL-21)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from dsar.vocabulary import Category
from policy.information import Tongue
from policy.law import LawTexts
from policy.model import CompanyFacts

_LEAP_DAY = 29


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Which kinds of information were collected, sold or shared, and disclosed for a business purpose."""

    facts: CompanyFacts
    law: LawTexts
    found: frozenset[Category]
    tongue: Tongue

    def told(self, received_on: date) -> dict[str, Any]:
        """Return the lists, for at least the twelve months before the day of receipt."""
        sold = self.facts.sold_categories if self.facts.sells_or_shares else ()
        return {
            "from_on": _year_before(received_on).isoformat(),
            "to_on": received_on.isoformat(),
            "collected": [self._collected(category) for category in self._in_order(tuple(self.found))],
            "sold": [self._given(category) for category in self._in_order(sold)],
            "disclosed": [self._given(c) for c in self._in_order(self.facts.disclosed_categories)],
        }

    def _in_order(self, categories: tuple[Category, ...]) -> list[Category]:
        return [c for c in Category if c in categories and c in self.found]

    def _collected(self, category: Category) -> dict[str, Any]:
        return {
            "title": self._title(category),
            "sources": [self.tongue.say(s.title) for s in self.facts.sources if category in s.categories],
            "purposes": [self.tongue.say(p.title) for p in self.facts.purposes if category in p.categories],
        }

    def _given(self, category: Category) -> dict[str, Any]:
        return {"title": self._title(category), "to": list(self._receivers(category))}

    def _receivers(self, category: Category) -> Iterator[str]:
        for one in self.facts.recipients:
            if category in one.categories:
                yield f"{one.name}: {self.tongue.say(self.law.recipient_roles[one.role])}"

    def _title(self, category: Category) -> str:
        known = self.facts.categories.get(category)
        return self.tongue.say(known.title) if known else category.value


def _year_before(day: date) -> date:
    leap = (day.month, day.day) == (2, _LEAP_DAY)
    return day.replace(year=day.year - 1, day=_LEAP_DAY - 1) if leap else day.replace(year=day.year - 1)
