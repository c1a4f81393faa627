"""The company's facts, and what they come to for one person under one regime."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dsar.clients import Client
from dsar.deeds import Purpose
from dsar.errors import InputError
from dsar.law_sets import LawSet, law_set
from dsar.quiet import QuietHours
from dsar.recipients import Recipient
from dsar.transfers import Destination
from dsar.vocabulary import Category, Role
from dsar.withholding import Ineligible
from policy.california import Lists
from policy.information import Information, Tongue
from policy.law import LAW_FILE, LawTexts
from policy.model import CompanyFacts, Entity
from policy.portability import ineligible
from policy.remedies import Remedies
from policy.source import read
from policy.stopping import Ending, serving


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

    def handles(self, role: Role) -> frozenset[str]:
        """Return the handles of all who have that role."""
        return frozenset(handle for handle, roles in self._roles.items() if role in roles)

    def addresses(self, owners: Iterable[str], roles: Iterable[Role]) -> tuple[str, ...]:
        """Return the addresses of owners and of all who have one of `roles`, each once. The DPO's stands in
        for an owner without one (or who is no member of staff, but a desk) and for a role that nobody has.
        """
        told: list[str | None] = []
        for owner in owners:
            told += [member.email for member in self.facts.staff if member.handle == owner] or [None]
        for role in sorted(roles):
            told += [member.email for member in self.facts.staff if role in member.roles] or [None]
        return tuple(dict.fromkeys(address or self.facts.dpo.email for address in told))

    @property
    def four_eyes(self) -> frozenset[str]:
        """Return the kinds of decisions that two people must agree on."""
        return frozenset(self.facts.four_eyes)

    @property
    def quiet_hours(self) -> QuietHours:
        """Return when staff are left in peace, in the company's zone."""
        quiet = self.facts.quiet_hours
        return QuietHours(zone=self.facts.zone, starts=quiet.starts, ends=quiet.ends, weekends=quiet.weekends)

    def letter_facts(self, regime: str, received_on: date, locale: str) -> dict[str, Any]:
        """Return what letters state: `controller`, `dpo`, `remedies` (each with a `code`), `zone`; and how
        a fee is paid (`payment`), if the file says so.
        """
        laws = law_set(regime)
        payment = self.facts.payment
        return {
            "controller": self._controller(laws),
            "dpo": self.facts.dpo.model_dump(),
            "remedies": self._remedies(regime, received_on, Tongue(locale)),
            "zone": self.facts.zone,
            **({"payment": Tongue(locale).say(payment)} if payment else {}),
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
        remedies = self._remedies(regime, received_on, tongue)
        return {
            "controller": self._controller(laws),
            "dpo": self.facts.dpo.model_dump(),
            **about.told(),
            **self._california(laws, about, received_on),
            "complaints": [{key: way[key] for key in ("name", "text", "url")} for way in remedies],
        }

    def _california(self, laws: LawSet, about: Information, received_on: date) -> dict[str, Any]:
        if laws is not LawSet.CALIFORNIA:
            return {}
        lists = Lists(facts=self.facts, law=self.law, found=about.found, tongue=about.tongue)
        return {"california": lists.told(received_on)}

    def recipients(self, categories: Iterable[Category]) -> tuple[Recipient, ...]:
        """Return who was given data of these categories."""
        held = frozenset(categories)
        return tuple(
            Recipient(
                code=one.code,
                name=one.name,
                email=one.email or "",
                categories=frozenset(one.categories),
                endpoint=one.opendsr.endpoint if one.opendsr else None,
            )
            for one in self.facts.recipients
            if held & frozenset(one.categories)
        )

    def ineligible(self, system: str, collection: str, category: Category) -> Ineligible | None:
        """Return why a holding cannot be taken along; None if it can."""
        return ineligible(self.facts, system, collection, category)

    def reason(self, code: str, locale: str) -> str:
        """Return why something is left out, in words; the code itself where the file knows none."""
        words = self.law.withheld.get(code)
        return Tongue(locale).say(words) if words else code

    def destination(self, host: str) -> Destination | None:
        """Return who receives at a host, if it is one of those that data may be sent to."""
        found = next((h for h in self.facts.transfer_hosts if _is_host(host, h.host)), None)
        return Destination(name=found.name, inside=found.inside) if found else None

    def client_of(self, system: str) -> Client | None:
        """Return for whom a system's data is processed, if the file names the client."""
        found = next((one for one in self.facts.clients if one.system == system), None)
        if found is None:
            return None
        return Client(
            system=system, name=found.name, email=found.email, host=found.host or "", inside=found.inside
        )

    @property
    def forward_within(self) -> timedelta:
        """Return within which time a request about a client's data is passed on."""
        return timedelta(days=self.facts.forward_within_days)

    def serving(self, purpose: Purpose) -> frozenset[Category]:
        """Return the kinds of data that serve what is to stop."""
        return serving(self.facts, purpose)

    def stopping(self, purpose: Purpose, locale: str) -> dict[str, Any]:
        """Return what ends (`stops`, `services`), what is `remaining`, and whether it `sells` data."""
        return Ending(facts=self.facts, law=self.law, stop=purpose, tongue=Tongue(locale)).told()

    def _controller(self, laws: LawSet) -> dict[str, str]:
        entity = self._entity(laws)
        return {"name": entity.name, "address": entity.address, "email": entity.email}

    def _entity(self, laws: LawSet) -> Entity:
        """Return the company of the group that answers; the first one where none is named."""
        return next((e for e in self.facts.entities if laws in e.answers_for), self.facts.entities[0])

    def _remedies(self, regime: str, received_on: date, tongue: Tongue) -> list[dict[str, str]]:
        ways = Remedies(facts=self.facts, law=self.law, regime=regime, received_on=received_on, tongue=tongue)
        return list(ways.told())


def _is_host(host: str, named: str) -> bool:
    return host.endswith(named) and len(host) > len(named) if named.startswith(".") else host == named
