"""Writing: beside the story, processors without an interface are written to, and again while they are silent.

What was asked, and when, stands in the register: a fresh history asks there, and writes nothing twice.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.processors import Processors
    from dsar.case import RightsRequest, SystemAnswer
    from dsar.hands import wanted_by_mail
    from dsar.systems import Completeness
from workflows.attended import attended
from workflows.steps import order, ours

_SOON = timedelta(seconds=1)


class Writing:
    """The letters to processors of one case. `systems`: what is known of them now."""

    def __init__(self, request: RightsRequest, systems: Callable[[], Completeness]) -> None:
        self._request, self._systems = request, systems
        self._calls = self._under_way = 0
        self._seen: tuple[SystemAnswer, ...] = ()  # what `keep` looks after

    def _open(self) -> tuple[SystemAnswer, ...]:
        """Return the gaps that a processor can close."""
        known = self._systems()
        return tuple(known.answers[gap] for gap in known.gaps if wanted_by_mail(known.answers[gap].reason))

    @property
    def resting(self) -> bool:
        """Whether no letter is under way."""
        return not self._under_way and self._seen == self._open()

    async def keep(self) -> None:
        """Write whenever something is to be asked, or was not answered in its term, until the story ends.

        Each letter is waited for by itself: one that cannot be sent holds up no other.
        """
        kept: dict[SystemAnswer, asyncio.Task[None]] = {}
        try:
            while True:
                self._seen = self._open()
                for gap in self._seen:
                    if gap not in kept or kept[gap].done():
                        kept[gap] = attended(self._kept(gap))
                await workflow.wait_condition(lambda: self._open() != self._seen)
        finally:
            for task in kept.values():
                task.cancel()

    async def _kept(self, gap: SystemAnswer) -> None:
        """Write, and again whenever a term ends, for as long as this is asked."""
        while gap in self._open():
            self._under_way += 1
            try:
                wakes = await self._written(gap)
            finally:
                self._under_way -= 1
            limit = max(wakes - workflow.now(), _SOON) if wakes else None
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: gap not in self._open(), timeout=limit, timeout_summary="a processor's answer"
                )

    async def _written(self, gap: SystemAnswer) -> datetime | None:
        self._calls += 1
        return await ours(
            Processors.write_to_processor,
            order(self._request, system=gap.system, answers=(gap,)),
            f"write-to-processor:{self._calls}",
        )
