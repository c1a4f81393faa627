"""The information of Art. 15(1)-(2), cut to the categories of data that were found (LAW ACC-10, ACC-11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dsar.law_sets import LawSet
from dsar.vocabulary import Category
from policy.law import LawTexts
from policy.model import CompanyFacts, Recipient, SafeguardCode, Transfer
from policy.parts import FALLBACK

NOT_TOLD = frozenset({SafeguardCode.PRIVACY_SHIELD})  # no safeguard since C-311/18 (LAW P-26)


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language in which texts are said: the locale, else its language, else English."""

    locale: str

    def say(self, words: Mapping[str, str]) -> str:
        wanted = self.locale.replace("_", "-").lower()
        spoken = words.get(wanted) or words.get(wanted.partition("-")[0])
        return spoken or words[FALLBACK]


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """What is said about the data of one person: codes become words, other categories are left out."""

    facts: CompanyFacts
    law: LawTexts
    laws: LawSet
    found: frozenset[Category]
    tongue: Tongue

    def told(self) -> dict[str, Any]:
        """Return every part but the controller, the DPO and the complaints, which letters state too."""
        automated = self.facts.automated_decisions or self.law.no_automated_decisions_stated
        return {
            "purposes": self._purposes(),
            "categories": self._categories(),
            "recipients": [self._recipient(r) for r in self._receiving()],
            "retention": [self._retention(category) for category in self._in_order(self.found)],
            "sources": self._sources(),
            "transfers": self._transfers(),
            "automated_decisions": self.tongue.say(automated),
            "rights": self._rights(),
        }

    def _in_order(self, categories: frozenset[Category]) -> list[Category]:
        """Return categories in the order of the vocabulary, whatever order they came in."""
        return [category for category in Category if category in categories]

    def _titles(self, categories: tuple[Category, ...]) -> list[str]:
        return [self._title(c) for c in self._in_order(self.found & frozenset(categories))]

    def _title(self, category: Category) -> str:
        known = self.facts.categories.get(category)
        return self.tongue.say(known.title) if known else category.value

    def _purposes(self) -> list[dict[str, Any]]:
        return [
            {
                "title": self.tongue.say(purpose.title),
                "grounds": [self.tongue.say(self.law.grounds[g.article]) for g in purpose.grounds],
                "interests": [self.tongue.say(g.interest) for g in purpose.grounds if g.interest],
                "categories": self._titles(purpose.categories),
            }
            for purpose in self.facts.purposes
            if self.found & frozenset(purpose.categories)
        ]

    def _categories(self) -> list[dict[str, Any]]:
        """Return the kinds found; one that the file does not know is told by its code, never left out."""
        known = self.facts.categories
        return [
            {
                "code": category.value,
                "title": self._title(category),
                "items": [self.tongue.say(i) for i in known[category].items] if category in known else [],
            }
            for category in self._in_order(self.found)
        ]

    def _receiving(self) -> list[Recipient]:
        return [r for r in self.facts.recipients if self.found & frozenset(r.categories)]

    def _recipient(self, recipient: Recipient) -> dict[str, str]:
        return {
            "name": recipient.name,
            "role": self.tongue.say(self.law.recipient_roles[recipient.role]),
            "country": self._country(recipient),
            "purpose": self.tongue.say(recipient.purpose),
        }

    def _country(self, recipient: Recipient) -> str:
        words = self.law.countries.get(recipient.country)
        return self.tongue.say(words) if words else recipient.country

    def _retention(self, category: Category) -> dict[str, str]:
        rule = next((r for r in self.facts.retention if r.category is category), None)
        period = self.tongue.say(rule.period) if rule and rule.period else ""
        criteria = self.tongue.say(rule.criteria) if rule and rule.criteria else ""
        if not period and not criteria:
            criteria = self.tongue.say(self.law.no_retention_stated)
        return {"category": self._title(category), "period": period, "criteria": criteria}

    def _sources(self) -> list[dict[str, Any]]:
        return [
            {"title": self.tongue.say(source.title), "categories": self._titles(source.categories)}
            for source in self.facts.sources
            if self.found & frozenset(source.categories)
        ]

    def _transfers(self) -> list[dict[str, str]]:
        receiving = {recipient.code: recipient for recipient in self._receiving()}
        return [
            self._transfer(transfer, receiving[transfer.recipient])
            for transfer in self.facts.transfers
            if self.laws in transfer.under and transfer.recipient in receiving
        ]

    def _transfer(self, transfer: Transfer, recipient: Recipient) -> dict[str, str]:
        valid = transfer.safeguard not in NOT_TOLD
        safeguard = self.law.safeguards[transfer.safeguard] if valid else self.law.no_valid_safeguard
        return {
            "recipient": recipient.name,
            "country": self._country(recipient),
            "safeguard": self.tongue.say(safeguard),
            "copy": self._copy(transfer),
        }

    def _copy(self, transfer: Transfer) -> str:
        """Say how to get a copy of the safeguard; of a decision on adequacy there is none to hand out."""
        if transfer.copy_how is None and transfer.safeguard is SafeguardCode.ADEQUACY:
            return ""
        return self.tongue.say(transfer.copy_how or self.law.copy_on_request)

    def _rights(self) -> list[dict[str, str]]:
        told = [
            self.law.rights[code] for code in self.facts.rights.get(self.laws, ()) if code in self.law.rights
        ]
        return [{"title": self.tongue.say(r.title), "text": self.tongue.say(r.text)} for r in told]
