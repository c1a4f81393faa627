"""The company's facts, and what they come to for one person under one regime."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dsar.errors import InputError
from dsar.law_sets import LawSet, law_set
from dsar.quiet import QuietHours
from dsar.vocabulary import Category, Role
from policy.information import Information, Tongue
from policy.law import LAW_FILE, LawTexts, Remedy
from policy.model import CompanyFacts, Entity
from policy.source import read


def load(path: Path) -> "Company":
    """Read and check the company's file; the law's own words stand beside this module.

    Raises:
        InputError: `policy_unreadable`, `policy_malformed` or `policy_invalid`; it names the file, the line,
            the field and the next move.
    """
    facts = read(path, CompanyFacts)
    try:
        ZoneInfo(facts.zone)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        hint = f"{path.name}: write an IANA time zone such as Europe/London"
        raise InputError("policy_invalid", hint, field="zone") from None
    return Company(facts, read(LAW_FILE, LawTexts))


class Company:
    """What the company says, per regime, category and language. `facts` is the file as it stands."""

    def __init__(self, facts: CompanyFacts, law: LawTexts) -> None:
        self.facts = facts
        self.law = law
        self._roles = {member.handle: frozenset(member.roles) for member in facts.staff}

    def role_of(self, handle: str) -> frozenset[Role]:
        """Return the roles of a staff handle; none if it is unknown."""
        return self._roles.get(handle, frozenset())

    def addresses(self, owner: str, roles: Iterable[Role]) -> tuple[str, ...]:
        """Return the addresses of an owner and of all who have one of `roles`, each once. The DPO's stands
        in for an owner without one (or who is no member of staff, but a desk) and for a role that nobody has.
        """
        told = [member.email for member in self.facts.staff if member.handle == owner] or [None]
        for role in sorted(roles):
            told += [member.email for member in self.facts.staff if role in member.roles] or [None]
        return tuple(dict.fromkeys(address or self.facts.dpo.email for address in told))

    @property
    def quiet_hours(self) -> QuietHours:
        """Return when staff are left in peace, in the company's zone."""
        quiet = self.facts.quiet_hours
        return QuietHours(zone=self.facts.zone, starts=quiet.starts, ends=quiet.ends, weekends=quiet.weekends)

    def letter_facts(self, regime: str, received_on: date, locale: str) -> dict[str, Any]:
        """Return what every letter states: `controller`, `dpo`, `remedies` (each with a `code`), `zone`."""
        laws = law_set(regime)
        return {
            "controller": self._controller(laws),
            "dpo": self.facts.dpo.model_dump(),
            "remedies": list(self._remedies(laws, received_on, Tongue(locale))),
            "zone": self.facts.zone,
        }

    def information(
        self, regime: str, categories: Iterable[Category], received_on: date, locale: str
    ) -> dict[str, Any]:
        """Return the Art. 15(1)-(2) information about a person of whom `categories` were found.

        What concerns other categories only is left out: the information is about this person (LAW ACC-11).
        """
        laws, tongue = law_set(regime), Tongue(locale)
        about = Information(
            facts=self.facts, law=self.law, laws=laws, found=frozenset(categories), tongue=tongue
        )
        remedies = self._remedies(laws, received_on, tongue)
        return {
            "controller": self._controller(laws),
            "dpo": self.facts.dpo.model_dump(),
            **about.told(),
            "complaints": [{key: way[key] for key in ("name", "text", "url")} for way in remedies],
        }

    def _controller(self, laws: LawSet) -> dict[str, str]:
        entity = self._entity(laws)
        return {"name": entity.name, "address": entity.address, "email": entity.email}

    def _entity(self, laws: LawSet) -> Entity:
        """Return the company of the group that answers; the first one where none is named."""
        return next((e for e in self.facts.entities if laws in e.answers_for), self.facts.entities[0])

    def _remedies(self, laws: LawSet, received_on: date, tongue: Tongue) -> Iterator[dict[str, str]]:
        """Yield the ways to complain that are open to a request received on that day."""
        for remedy in self.law.remedies[laws]:
            if remedy.from_on is None or received_on >= remedy.from_on:
                yield from self._ways(remedy, laws, tongue)

    def _ways(self, remedy: Remedy, laws: LawSet, tongue: Tongue) -> Iterator[dict[str, str]]:
        """Yield a remedy once, or once for each authority."""
        route = self.facts.complaint_route
        other = tongue.say(route.other) if route else self.facts.dpo.email
        for name, url in self._addresses(remedy, laws):
            yield {
                "code": remedy.code,
                "name": tongue.say(remedy.name).format(authority=name),
                "text": tongue.say(remedy.text).format(authority=name, other=other),
                "url": url,
            }

    def _addresses(self, remedy: Remedy, laws: LawSet) -> list[tuple[str, str]]:
        if remedy.code == "authority":
            return [(a.name, a.url) for a in self.facts.authorities if a.law_set is laws]
        if remedy.code == "controller" and self.facts.complaint_route:
            return [("", self.facts.complaint_route.form)]
        return [("", "")]
