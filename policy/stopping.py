"""What ends when somebody objects, withdraws or opts out, and what goes on (LAW CON-02, CON-03, P-54)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dsar.deeds import Purpose as Stop
from dsar.vocabulary import Category
from policy.information import Tongue
from policy.law import LawTexts
from policy.model import CompanyFacts, GroundCode, Purpose


def serving(facts: CompanyFacts, stop: Stop) -> frozenset[Category]:
    """Return the kinds of data that serve what is to stop. Where the file cannot tell, all of them do."""
    if stop in {Stop.MARKETING, Stop.CONSENT}:
        return frozenset(c for purpose in _ending(facts, stop) for c in purpose.categories)
    return frozenset(Category)


def _ending(facts: CompanyFacts, stop: Stop) -> Iterator[Purpose]:
    """Yield the purposes that end. One that rests on consent ends whole: we never swap to another ground."""
    for purpose in facts.purposes:
        rests_on_consent = any(ground.article is GroundCode.CONSENT for ground in purpose.grounds)
        if {Stop.MARKETING: purpose.direct_marketing, Stop.CONSENT: rests_on_consent}.get(stop):
            yield purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What a person is told, in their language."""

    facts: CompanyFacts
    law: LawTexts
    stop: Stop
    tongue: Tongue

    def told(self) -> dict[str, Any]:
        """Return which purposes and services end, what remains on which ground, and whether we sell data."""
        ending = list(_ending(self.facts, self.stop))
        remaining = (p for p in self.facts.purposes if p not in ending)
        return {
            "stops": [self.tongue.say(purpose.title) for purpose in ending],
            "services": [self.tongue.say(s) for purpose in ending for s in purpose.services],
            "remaining": [self._grounded(purpose) for purpose in remaining],
            "sells": self.facts.sells_or_shares,
        }

    def _grounded(self, purpose: Purpose) -> str:
        grounds = ", ".join(self.tongue.say(self.law.grounds[g.article]) for g in purpose.grounds)
        return f"{self.tongue.say(purpose.title)}: {grounds}"
