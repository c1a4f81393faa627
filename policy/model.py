"""The shape of the company's facts. Strict: an unknown word in the file is an error, not a comment."""

from datetime import date, time
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from dsar.law_sets import LawSet
from dsar.vocabulary import Category, Role
from policy.calls import OpenDsrFacts
from policy.parts import Code, Country, Email, ForTwo, Host, Strict, SystemName, Text, Url, Words


class Entity(Strict):
    """A company of the group, and the law sets under which it is the one that answers (LAW P-01)."""

    code: Code
    name: Text
    address: Text
    country: Country
    email: Email
    answers_for: tuple[LawSet, ...] = ()


class Officer(Strict):
    """The data protection officer (LAW P-05)."""

    name: Text
    email: Email
    address: Text


class MailSender(Strict):
    """In whose name letters are sent."""

    name: Text
    address: Email


class CategoryFacts(Strict):
    """A kind of personal data, and what it consists of (Art. 15(1)(b)).

    `never_disclose` are items that no answer may hold, whatever the regime (LAW CAL-23).
    """

    title: Words
    items: tuple[Words, ...]
    never_disclose: tuple[Code, ...] = ()
    automated: bool = True  # whether machines process it (Art. 20(1)(b))


class GroundCode(StrEnum):
    """The legal grounds of Art. 6(1)."""

    CONSENT = "6_1_a"
    CONTRACT = "6_1_b"
    LEGAL_OBLIGATION = "6_1_c"
    VITAL_INTERESTS = "6_1_d"
    PUBLIC_TASK = "6_1_e"
    LEGITIMATE_INTERESTS = "6_1_f"


class Ground(Strict):
    """One legal ground of a purpose; `interest` says whose and which, where the ground is 6(1)(f)."""

    article: GroundCode
    interest: Words | None = None


class Purpose(Strict):
    """What data is used for, which data, and why that is lawful (Art. 15(1)(a)).

    `services` no longer work for whoever withdraws the consent that the purpose rests on (LAW CON-02).
    """

    code: Code
    title: Words
    categories: tuple[Category, ...]
    grounds: tuple[Ground, ...]
    direct_marketing: bool = False
    services: tuple[Words, ...] = ()


class RecipientRole(StrEnum):
    """What a recipient is to us."""

    PROCESSOR = "processor"
    CONTROLLER = "controller"


class Recipient(Strict):
    """Who receives data, by name (Art. 15(1)(c); LAW ACC-07); notices go by letter or machine (Art. 19)."""

    code: Code
    name: Text
    role: RecipientRole
    country: Country
    purpose: Words
    categories: tuple[Category, ...]
    email: Email | None = None
    opendsr: OpenDsrFacts | None = None


class Client(Strict):
    """For whom a connected system's data is processed: the client answers its people (LAW PRC-02). What they
    have handed over to themselves goes to their `host` alone; `inside` lets it have a private address.
    """

    system: Code
    name: Text
    email: Email
    host: Host | None = None
    inside: bool = False


class SafeguardCode(StrEnum):
    """What protects data in another country. `PRIVACY_SHIELD` is known only to be reported (LAW P-26)."""

    ADEQUACY = "adequacy"
    STANDARD_CLAUSES = "standard_clauses"
    UK_AGREEMENT = "uk_agreement"
    UK_ADDENDUM = "uk_addendum"
    BINDING_RULES = "binding_rules"
    PRIVACY_SHIELD = "privacy_shield"


class Transfer(Strict):
    """That a recipient gets data outside the area of a law set, and the safeguard there (Art. 15(2))."""

    recipient: Code
    under: tuple[LawSet, ...]
    safeguard: SafeguardCode
    copy_how: Words | None = None


class Retention(Strict):
    """How long a kind of data is kept: a period, or the criteria for one (Art. 15(1)(d))."""

    category: Category
    period: Words | None = None
    criteria: Words | None = None


class Source(Strict):
    """Where data comes from (Art. 15(1)(g)). `provided`: from the person, given or observed (Art. 20(1))."""

    code: Code
    title: Words
    categories: tuple[Category, ...]
    provided: bool = False


class HoldingFacts(Strict):
    """A collection of a connected system that differs from what its category says (LAW POR-01)."""

    system: SystemName
    collection: SystemName
    provided: bool | None = None
    automated: bool | None = None
    grounds: tuple[GroundCode, ...] | None = None


class TransferHost(Strict):
    """Where data that a person takes along may be sent (LAW POR-04). A name that begins with a dot stands for
    all below it; `inside` lets it have a private address.
    """

    host: Host
    name: Text
    inside: bool = False


class Authority(Strict):
    """A supervisory authority (Art. 15(1)(f))."""

    law_set: LawSet
    name: Text
    url: Url


class ComplaintRoute(Strict):
    """Where to complain to the company itself: a form, and another way beside it (LAW CMP-02)."""

    form: Url
    other: Words


class Quiet(Strict):
    """When staff are left in peace, in the company's `zone`: daily hours, and whole weekends or not."""

    starts: time
    ends: time
    weekends: bool = True


class Staff(Strict):
    """A member of staff, by handle, never by name."""

    handle: Code
    roles: tuple[Role, ...]
    email: Email | None = None


class CompanyFacts(Strict):
    """The whole file `company.yaml`."""

    name: Text
    policy_version_on: date
    zone: Text
    mail: MailSender
    entities: Annotated[tuple[Entity, ...], Field(min_length=1)]
    dpo: Officer
    categories: dict[Category, CategoryFacts]
    disclosed_categories: tuple[Category, ...] = ()  # what the California notice says is disclosed
    purposes: tuple[Purpose, ...]
    recipients: tuple[Recipient, ...]
    clients: tuple[Client, ...] = ()
    forward_within_days: Annotated[int, Field(ge=0, le=30)] = 2  # POLICY (LAW PRC-02)
    transfers: tuple[Transfer, ...]
    retention: tuple[Retention, ...]
    sources: tuple[Source, ...]
    holdings: tuple[HoldingFacts, ...] = ()
    transfer_hosts: tuple[TransferHost, ...] = ()
    sells_or_shares: bool = False  # as Cal. Civ. Code 1798.140 understands it (LAW P-54)
    sold_categories: tuple[Category, ...] = ()  # in the twelve months before, if any (LAW CAL-20)
    automated_decisions: Words | None = None
    rights: dict[LawSet, tuple[Code, ...]]
    authorities: tuple[Authority, ...]
    complaint_route: ComplaintRoute | None = None
    payment: Words | None = None  # how a fee is paid; without it none can be asked for
    published_texts: dict[Code, Text] = Field(default_factory=dict)  # of the policy, for the linter to read
    quiet_hours: Quiet = Quiet(starts=time(18), ends=time(8))
    four_eyes: tuple[ForTwo, ...] = ()  # decisions that a second person has to second
    staff: tuple[Staff, ...]
