"""Which body of law a regime code belongs to, and which remedies it had on a day (LAW LAW-02..08)."""

from datetime import date
from enum import StrEnum

# Data (Use and Access) Act 2025, s.76; s.103 and Sch. 10; in force by SI 2026/82 (LAW-05, LAW-08).
ARTICLE_12A_FROM = date(2026, 2, 5)
CONTROLLER_COMPLAINTS_FROM = date(2026, 6, 19)


class LawSet(StrEnum):
    """The bodies of law whose letters and information differ in words, not only in dates."""

    UK = "uk"
    EU = "eu"
    CALIFORNIA = "california"
    OTHER = "other"


def law_set(regime: str) -> LawSet:
    """Return the law set of a regime code such as `UK-ENG`, `EU-DE-BY` or `US-CA`."""
    if regime == "UK" or regime.startswith("UK-"):
        return LawSet.UK
    if regime == "EU" or regime.startswith("EU-"):
        return LawSet.EU
    return LawSet.CALIFORNIA if regime == "US-CA" else LawSet.OTHER


def offers_controller_complaint(regime: str, received_on: date) -> bool:
    """Whether the person may complain to the controller itself under DPA 2018 s.164A (LAW CMP-01)."""
    return law_set(regime) is LawSet.UK and received_on >= CONTROLLER_COMPLAINTS_FROM


def follows_article_12a(regime: str, received_on: date) -> bool:
    """Whether UK GDPR Art. 12A sets the clock: it starts with the proof of identity or the fee that was
    rightly asked for, and a needed clarification stops it (LAW LAW-05, CLK-11, CLK-20).
    """
    return law_set(regime) is LawSet.UK and received_on >= ARTICLE_12A_FROM
