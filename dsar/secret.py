"""The kinds of secrets that a system may hold, as its card or its map marks them (11 CCR 7024(d))."""

from enum import StrEnum


class Secret(StrEnum):
    """What a field holds that harms its owner in other hands."""

    GOVERNMENT_ID = "government_id"  # social security, driver's licence, passport
    FINANCIAL_ACCOUNT = "financial_account"  # number of an account or card
    HEALTH_ID = "health_id"  # of an insurance or a medical record
    PASSWORD = "password"  # noqa: S105  # the word for one; also its hash
    SECURITY_ANSWER = "security_answer"
    BIOMETRIC = "biometric"  # what is measured on a body
