"""The ways to complain that are open to one request: to the company, to an authority, to a court."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dsar.complaints import appeal_days
from dsar.law_sets import law_set
from policy.information import Tongue
from policy.law import LawTexts, Remedy
from policy.model import CompanyFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedies:
    """What the law of that regime offers for a request received on that day."""

    facts: CompanyFacts
    law: LawTexts
    regime: str
    received_on: date
    tongue: Tongue

    def told(self) -> Iterator[dict[str, str]]:
        """Yield each way once, or once for each authority: `code`, `name`, `text`, `url`."""
        for remedy in self.law.remedies[law_set(self.regime)]:
            if self._is_open(remedy):
                yield from self._ways(remedy)

    def _is_open(self, remedy: Remedy) -> bool:
        holds = {
            None: True,
            "appeal": self._appeal_days > 0,
            "us": self.regime.startswith("US-"),
            "not_us": not self.regime.startswith("US-"),
        }
        return holds[remedy.only] and (remedy.from_on is None or self.received_on >= remedy.from_on)

    @property
    def _appeal_days(self) -> int:
        return appeal_days(self.regime, self.received_on)

    def _ways(self, remedy: Remedy) -> Iterator[dict[str, str]]:
        route = self.facts.complaint_route
        other = self.tongue.say(route.other) if route else self.facts.dpo.email
        for name, url in self._addresses(remedy):
            text = self.tongue.say(remedy.text)
            yield {
                "code": remedy.code,
                "name": self.tongue.say(remedy.name).format(authority=name),
                "text": text.format(authority=name, other=other, days=self._appeal_days),
                "url": url,
            }

    def _addresses(self, remedy: Remedy) -> list[tuple[str, str]]:
        if remedy.url:
            return [("", remedy.url)]
        if remedy.code == "authority":
            laws = law_set(self.regime)
            return [(a.name, a.url) for a in self.facts.authorities if a.law_set is laws]
        if remedy.code == "controller" and self.facts.complaint_route:
            return [("", self.facts.complaint_route.form)]
        return [("", "")]
