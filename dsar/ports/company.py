"""What the calendars and the company's own facts promise."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Protocol

from dsar.clients import Client
from dsar.deeds import Purpose
from dsar.quiet import QuietHours
from dsar.recipients import Recipient
from dsar.transfers import Destination
from dsar.vocabulary import Category, Role
from dsar.withholding import Ineligible


class Calendars(Protocol):
    """Public holidays, by calendar code (`GB-ENG`, `DE-BY`, `US`)."""

    @property
    def version(self) -> str:
        """Which edition of the calendars this is, for the record (LAW CLK-31)."""

    def holidays(self, calendar: str, year: int) -> Mapping[date, str]: ...


class CompanyFacts(Protocol):
    """What the company says of itself: one validated file (`policy/company.yaml`)."""

    def information(
        self, regime: str, categories: Iterable[Category], received_on: date, locale: str
    ) -> Mapping[str, Any]:
        """Return the Art. 15(1)-(2) information about this person: only the categories that were found."""

    def recipients(self, categories: Iterable[Category]) -> tuple[Recipient, ...]:
        """Return who was given data of these categories (Art. 19)."""

    def ineligible(self, system: str, collection: str, category: Category) -> Ineligible | None:
        """Return why a holding cannot be taken along (Art. 20(1)); None if it can."""

    def reason(self, code: str, locale: str) -> str:
        """Return why something is left out, in words."""

    def destination(self, host: str) -> Destination | None:
        """Return who receives at a host, if it is one of those that data may be sent to."""

    def client_of(self, system: str) -> Client | None:
        """Return for whom a system's data is processed, if the client is known."""

    @property
    def forward_within(self) -> timedelta:
        """Return within which time a request about a client's data is passed on (LAW PRC-02)."""

    def serving(self, purpose: Purpose) -> frozenset[Category]:
        """Return the kinds of data that serve what is to stop; all of them where the company cannot tell."""

    def stopping(self, purpose: Purpose, locale: str) -> Mapping[str, Any]:
        """Return what ends for whoever wants it stopped, and what goes on (LAW CON-02, CON-03)."""

    def letter_facts(self, regime: str, received_on: date, locale: str) -> Mapping[str, Any]:
        """Return sender, DPO, remedies and routes to complain, as the law of the receipt date has them."""

    def role_of(self, handle: str) -> frozenset[Role]:
        """Return the roles of a staff handle; none if nobody has it."""

    def handles(self, role: Role) -> frozenset[str]:
        """Return the handles of all who have that role."""

    def addresses(self, owners: Iterable[str], roles: Iterable[Role]) -> tuple[str, ...]:
        """Return where a notice goes: to the owners of a case or a task and to all who have one of `roles`,
        each address once. The DPO's stands in for an owner or a role of whom no address is known.
        """

    @property
    def four_eyes(self) -> frozenset[str]:
        """Return the kinds of decisions that two people must agree on."""

    @property
    def quiet_hours(self) -> QuietHours:
        """Return when staff are left in peace."""
