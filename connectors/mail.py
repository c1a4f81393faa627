"""A processor outside that has no interface: it is written to, and staff record what it answers.

Each letter says what is asked (a search, a copy, erasure, correction, restriction, an end to something),
about whom, and until when; its subject line names the case and nobody. A letter without an answer is sent
again when its term is over, and the owner, then team lead and DPO are reminded: silence is an open gap, with
a name and a date. Whom it is about stands in the letter, or in a file beside it that only the processor's
age key opens.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal

import pyrage
from pydantic import AfterValidator, Field

from connectors._hands import Described, InHands
from dsar.hands import Mailbox, by_mail
from dsar.vocabulary import IdentifierKind

Known = Literal["email", "phone", "name", "account_id", "distinct_id"]

_RECORD = """The processor was written to. Say how its answer ended the task: `found` or `not-found` after a
search, `done` after a deed, with its letter as --proof and its copies as --file; or `exception` (the DPO)."""


def _key(text: str) -> str:
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        msg = "give the processor's age public key (age1…), never a secret one"
        raise ValueError(msg) from None
    return text


class Settings(Described):
    """`vendor` is who is written to, at `address`, in `locale`; `owner` the handle of who looks after the
    answer, else the case's owner. `known_by` says by what the processor finds people: nothing else is told.

    `answer_within_days` is its term, cut short where the case is due before. `seal_to` is its age public key:
    then who is asked about travels in an attached file. `instructions` are for staff, `notes` for the person.
    """

    address: str = Field(pattern=r"^[^\s@<>,;:\"]+@[^\s@<>,;:\"]+$", max_length=254)
    locale: Literal["en", "de"] = "en"
    known_by: frozenset[Known] = Field(default=frozenset({"email"}), min_length=1)
    answer_within_days: int = Field(default=10, ge=1, le=28)
    seal_to: Annotated[str, AfterValidator(_key)] | None = None


def connect(name: str, settings: Settings) -> InHands:
    """Return the connector. There is nothing to connect to: the post carries the letters."""
    mailbox = Mailbox(
        address=settings.address,
        locale=settings.locale,
        term=timedelta(days=settings.answer_within_days),
        seal_to=settings.seal_to or "",
    )
    return InHands(
        replace(
            settings.card(name, by_mail(settings.owner)),
            finds_by=frozenset(map(IdentifierKind, settings.known_by)),
            by_hand=settings.instructions or _RECORD,
            mail=mailbox,
        )
    )
