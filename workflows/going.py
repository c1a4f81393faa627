"""Going: an approved plan is carried out, the systems side by side; one that fails is heard of at once."""

import asyncio
from typing import TYPE_CHECKING

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.erasure import Plan
    from dsar.orders import DeedOrder
    from dsar.vocabulary import Verb
from workflows.attended import attended
from workflows.gone import gone

if TYPE_CHECKING:
    from workflows.case import DsarCase

AT_ONCE = "a-failure-is-heard-at-once"  # before, a person heard of it when the slowest system was done


class Going:
    """The deeds of one case that are at work. A vendor may need weeks for its own; nobody waits for it before
    a person hears that another system failed.
    """

    def __init__(self, case: "DsarCase") -> None:
        self._case = case
        self._deeds: list[asyncio.Task[None]] = []
        self._unheard: dict[str, SystemAnswer] = {}
        self._order: tuple[str, ...] = ()

    @property
    def at_work(self) -> bool:
        """Whether a system is still at it."""
        return not all(deed.done() for deed in self._deeds)

    def begin(self, plan: Plan) -> None:
        """Begin to carry a plan out. Where no machine can do anything, a hand is waited for from now on."""
        self._order = (*plan.manual, *plan.systems)
        self._left(*(self._in_hands(system) for system in plan.manual if system not in plan.systems))
        now = workflow.now()
        for system in plan.systems:
            order = DeedOrder(request=self._case.request, at=now, system=system, number=plan.number)
            self._deeds.append(attended(self._carried_out(order, rest=system in plan.manual)))

    async def has_failed(self) -> bool:
        """Wait until a system is left to a hand, or all are done. Returns whether one is."""
        await workflow.wait_condition(lambda: bool(self._case.erasing.failed) or not self.at_work)
        await asyncio.gather(*(deed for deed in self._deeds if deed.done()))
        self._hear({name: self._unheard[name] for name in self._order if name in self._unheard})
        self._unheard = {}
        return bool(self._case.erasing.failed)

    async def _carried_out(self, order: DeedOrder, *, rest: bool) -> None:
        """Carry out one system's part. The `rest` of it, which no machine can do, then waits for a hand."""
        with self._case.under_way():
            gap = await gone(order)
        if gap or rest:
            self._left(gap or self._in_hands(order.system))

    def _in_hands(self, system: str) -> SystemAnswer:
        return self._case.in_hands(system, Verb.ERASE)

    def _left(self, *gaps: SystemAnswer) -> None:
        found = {gap.system: gap for gap in gaps}
        if found and workflow.patched(AT_ONCE):
            self._hear(found)
        else:
            self._unheard |= found

    def _hear(self, gaps: dict[str, SystemAnswer]) -> None:
        self._case.hear(*gaps.values())
        self._case.erasing.failed += tuple(gaps)
