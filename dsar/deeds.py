"""Deeds: what a system is asked to do to a person's data, and what it brings back as proof (DESIGN §5, §6).

Names, counts and codes only, except a `Correction`, which is sealed wherever it rests.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from dsar.vocabulary import Category, Verb


class Method(StrEnum):
    """What erasing comes to in one collection. They differ in law, so the answer names the one used."""

    REMOVE = "remove"  # the records are gone for good
    TRASH = "trash"  # recoverable for a time that the vendor sets; not yet erased
    REDACT = "redact"  # the records stay; the vendor takes the personal fields out
    NULL = "null"  # the records stay; we empty the personal columns
    REPLACE = "replace"  # the records stay; a fixed value stands in the personal columns
    KEYED_HASH = "keyed_hash"  # a digest under a key stands there: linkable by us, so not anonymous
    ANONYMISE = "anonymise"  # what stays can no longer be linked to the person (LAW ERA-10)


class Result(StrEnum):
    """What one deed came to at once."""

    DONE = "done"
    ALREADY = "already"  # it was so before: repeating a deed does no harm
    ACCEPTED = "accepted"  # the vendor took the order: no proof of anything yet


class Verdict(StrEnum):
    """What the system showed when it was asked again."""

    VERIFIED = "verified"  # gone, restricted, corrected or suppressed, as the receipt says
    STILL_PRESENT = "still_present"  # not so, whatever the receipt says
    UNVERIFIABLE = "unverifiable"  # this system cannot be asked; the answer says so


class Purpose(StrEnum):
    """What is to stop, for this person, from now on."""

    MARKETING = "marketing"  # Art. 21(2)
    CONSENT = "consent"  # whatever rests on consent, Art. 7(3)
    SALE_OR_SHARING = "sale_or_sharing"  # Cal. Civ. Code 1798.120
    SENSITIVE_USE = "sensitive_use"  # Cal. Civ. Code 1798.121
    COLLECTION = "collection"  # nothing new is to be recorded: erasing alone does not stop that


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of an erasure plan: `count` records of one collection go by one method."""

    system: str
    collection: str
    category: Category
    count: int
    method: Method = Method.REMOVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a system says it did. `job` is the vendor's handle to poll, `requests` its request ids; none of
    them names a person. `ready_after` is how long the vendor says it needs from now on.
    """

    system: str
    collection: str
    verb: Verb
    result: Result
    count: int = 0
    method: Method | None = None
    job: str = ""
    ready_after: timedelta | None = None
    requests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found when a receipt was checked. `count` is how much is still there."""

    system: str
    collection: str
    verb: Verb
    verdict: Verdict
    count: int = 0

    @classmethod
    def unasked(cls, receipt: Receipt) -> "Seen":
        """Return what is known of a deed whose system cannot be asked again: nothing."""
        return cls(
            system=receipt.system,
            collection=receipt.collection,
            verb=receipt.verb,
            verdict=Verdict.UNVERIFIABLE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A new value for one attribute of one collection (Art. 16). Personal: sealed, and never in a history.

    `old` is what stands there now, and nothing else is touched: empty where nothing does, None for whatever
    stands there.
    """

    collection: str
    attribute: str
    value: str = field(repr=False)
    old: str | None = field(default=None, repr=False)
