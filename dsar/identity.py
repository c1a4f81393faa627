"""One-time codes: how long they live, and how often one may guess (Art. 12(6); LAW IDV-04)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dsar.vocabulary import Right

CODE_LIFETIME = timedelta(hours=48)
MAX_ATTEMPTS = 5

# Asking for proof is unlawful or pointless here (LAW OBJ-03, CAL-16, CON-04).
UNPROVED = frozenset({Right.MARKETING_OBJECTION, Right.WITHDRAW_CONSENT, Right.OPT_OUT, Right.LIMIT})


class CodeResult(StrEnum):
    """What one attempt with a one-time code came to."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    EXPIRED = "expired"
    LOCKED = "locked"
    NONE_SET = "none_set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A one-time code as the register keeps it: a keyed digest, never the code."""

    digest: str
    expires_at: datetime
    attempts: int = 0
    accepted: bool = False

    @property
    def locked(self) -> bool:
        """Whether too many wrong codes were tried. Only another proof opens the case then."""
        return self.attempts >= MAX_ATTEMPTS


def attempt(
    challenge: Challenge | None, *, matches: bool, now: datetime
) -> tuple[Challenge | None, CodeResult]:
    """Judge one attempt. `matches` was compared in constant time by the caller; the order of checks
    gives a guesser nothing: a locked or expired code is never called right.
    """
    if challenge is None:
        return None, CodeResult.NONE_SET
    if challenge.locked:
        return challenge, CodeResult.LOCKED
    if now >= challenge.expires_at:
        return challenge, CodeResult.EXPIRED
    tried = Challenge(
        digest=challenge.digest,
        expires_at=challenge.expires_at,
        attempts=challenge.attempts + (not matches),
        accepted=challenge.accepted or matches,
    )
    if matches:
        return tried, CodeResult.ACCEPTED
    return tried, CodeResult.LOCKED if tried.locked else CodeResult.WRONG
