"""Watching whether each system still finds the canary that was planted in it (LAW ACC-03: all systems)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from dsar.canaries import (
    NOT_REGISTERED,
    Canary,
    CanaryLook,
    CanaryNews,
    CanaryOrder,
    changed,
    judged,
)
from dsar.errors import OperatorError
from dsar.notices import Notices
from dsar.ports import CompanyFacts, Connector, Notice, Post, Register
from dsar.vocabulary import Role

log = structlog.get_logger()
_TOLD = frozenset({Role.TEAM_LEAD, Role.DPO})


@dataclass(frozen=True, slots=True)
class Watching:
    """Tools that look for canaries and tell staff. Whom a canary pretends to be stays in here."""

    register: Register
    connectors: Mapping[str, Connector]
    canaries: Sequence[Canary]
    company: CompanyFacts
    notices: Notices
    post: Post
    domain: str  # right-hand side of our Message-IDs

    @activity.defn(name="list-canaries")
    @translated
    def list_canaries(self, at: datetime) -> tuple[CanaryOrder, ...]:
        """Return which canary must be found where."""
        return tuple(
            CanaryOrder(canary=canary.name, system=system, at=at)
            for canary in self.canaries
            for system in canary.systems
        )

    @activity.defn(name="look-for-canary")
    @translated
    async def look_for_canary(self, order: CanaryOrder) -> CanaryLook:
        """Search one system for its canary, as it would be searched for a person."""
        if order.system not in self.connectors:
            return CanaryLook(canary=order.canary, system=order.system, reason=NOT_REGISTERED)
        identity = {canary.name: canary.identity for canary in self.canaries}[order.canary]
        async with beating(lambda: 0):
            return judged(order, await self.connectors[order.system].find(identity))

    @activity.defn(name="note-canaries")
    @translated
    def note_canaries(self, news: CanaryNews) -> int:
        """Tell team leads and the DPO what changed, then write it down. Returns how many are silent.

        A crash between telling and writing repeats the mail with the same Message-ID.
        """
        told = changed(self.register.canaries(), news.looks)
        if told:
            self._tell(self.notices.canaries(told), news.at)
        self.register.note_canaries(news.looks, news.at)
        return sum(bool(look.reason) for look in news.looks)

    def _tell(self, notice: Notice, at: datetime) -> None:
        for number, address in enumerate(self.company.addresses((Role.DPO,), _TOLD), start=1):
            name = f"canary.{at:%Y%m%dT%H%M%S}.{number}@{self.domain}"
            try:
                self.post.notify(notice, to=address, message_id=name)
            except OperatorError as error:
                if not error.reason.startswith("recipient"):
                    raise  # our own mail server refuses us: an operator mends it, then the notice goes
                log.warning("notice.refused", reason=error.reason)
