"""Canary people: invented, planted in each system, and searched on schedule. A connector that no longer finds
its canary is dead, whatever it says of itself: it would tell every real person that nothing is held.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dsar.holdings import Findings
from dsar.person import Identity

NOT_REGISTERED, NOT_FOUND, SEVERAL = "not_registered", "not_found", "several_people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One invented person, and the systems in which they must be found."""

    name: str
    systems: tuple[str, ...]
    identity: Identity = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryOrder:
    """Which canary is to be looked for where. Names of ours, and nothing to search by."""

    canary: str
    system: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryLook:
    """What one look found. `reason` is a code: why the canary is silent, empty if it sang."""

    canary: str
    system: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryNews:
    """All looks of one round, to be written down and told."""

    at: datetime
    looks: tuple[CanaryLook, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryState:
    """What is known of one canary in one system: silent for this reason, or singing, since an instant."""

    canary: str
    system: str
    reason: str
    since_at: datetime
    looked_at: datetime

    @property
    def silent(self) -> bool:
        """Whether the system no longer finds it."""
        return bool(self.reason)


def judged(order: CanaryOrder, findings: Findings) -> CanaryLook:
    """Say what a search means: exactly one person must be found, with something held of them."""
    reason = SEVERAL if findings.people > 1 else ""
    if not reason and not any(holding.count for holding in findings.holdings):
        reason = NOT_FOUND
    return CanaryLook(canary=order.canary, system=order.system, reason=reason)


def changed(known: Iterable[CanaryState], looks: Iterable[CanaryLook]) -> tuple[CanaryLook, ...]:
    """Return what is news: a canary that fell silent, or sings again. Another reason is no news, and nor is
    one that sings on its first day.
    """
    silent: Mapping[tuple[str, str], bool] = {(s.canary, s.system): s.silent for s in known}
    return tuple(
        look for look in looks if bool(look.reason) is not silent.get((look.canary, look.system), False)
    )


def after(known: Iterable[CanaryState], looks: Iterable[CanaryLook], at: datetime) -> tuple[CanaryState, ...]:
    """Return what is known after a round. A state lasts from its first round; what was not looked for any
    more is forgotten.
    """
    before, looks = tuple(known), tuple(looks)
    news = changed(before, looks)
    since = {(state.canary, state.system): state.since_at for state in before}
    return tuple(
        CanaryState(
            canary=look.canary,
            system=look.system,
            reason=look.reason,
            since_at=at if look in news else since.get((look.canary, look.system), at),
            looked_at=at,
        )
        for look in sorted(looks, key=lambda look: (look.canary, look.system))
    )
