"""The shape of the company's facts. Strict: an unknown word in the file is an error, not a comment."""

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from dsar.law_sets import LawSet
from dsar.vocabulary import Category, Role

FALLBACK = "en"


def _has_english(words: Mapping[str, str]) -> Mapping[str, str]:
    if FALLBACK not in words:
        raise ValueError("say it in English ('en') at least; every other language falls back to it")
    return words


Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^\s@,;<>]{1,64}@[^\s@,;<>]{1,189}$")]
Url = Annotated[str, StringConstraints(pattern=r"^https://[!-~]+$")]
Words = Annotated[dict[str, Text], AfterValidator(_has_english)]  # one text per language


class Strict(BaseModel):
    """What every part of the file has in common."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


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
    """What data is used for, which data, and why that is lawful (Art. 15(1)(a))."""

    code: Code
    title: Words
    categories: tuple[Category, ...]
    grounds: tuple[Ground, ...]
    direct_marketing: bool = False


class RecipientRole(StrEnum):
    """What a recipient is to us."""

    PROCESSOR = "processor"
    CONTROLLER = "controller"


class Recipient(Strict):
    """Who receives data, by name (Art. 15(1)(c); LAW ACC-07)."""

    code: Code
    name: Text
    role: RecipientRole
    country: Country
    purpose: Words
    categories: tuple[Category, ...]


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
    """Where data comes from (Art. 15(1)(g))."""

    code: Code
    title: Words
    categories: tuple[Category, ...]


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
    transfers: tuple[Transfer, ...]
    retention: tuple[Retention, ...]
    sources: tuple[Source, ...]
    automated_decisions: Words | None = None
    rights: dict[LawSet, tuple[Code, ...]]
    authorities: tuple[Authority, ...]
    complaint_route: ComplaintRoute | None = None
    published_texts: dict[Code, Text] = {}  # sentences of the published policy, for the linter to read
    quiet_hours: Quiet = Quiet(starts=time(18), ends=time(8))
    staff: tuple[Staff, ...]
