"""Looking for people who were erased, and erasing them again after a restore (LAW ERA-05, RET-05)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from temporalio import activity

from activities._heart import beating, beating_beside
from activities._translate import translated
from activities.able import eraser
from activities.frozen import frozen
from activities.repeating import Repeat
from dsar.clients import theirs
from dsar.dossier import open_suppressed
from dsar.erasure import ERASES, Line, plans_of
from dsar.errors import DsarError, OperatorError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.instructions import erased_since
from dsar.orders import Replayed, SweepOrder
from dsar.person import Identity
from dsar.ports import CaseRecord, Connector, Register, Vault
from dsar.replays import Lines, begun_plans, gone_most, was_erased_since
from dsar.retention import is_doomed
from dsar.suppression import entry_of
from dsar.vocabulary import Outcome, Verb

PAGE = 100  # cases of one history
_ERASED = frozenset({Outcome.FULFILLED, Outcome.PARTLY_FULFILLED})


@dataclass(frozen=True, slots=True)
class Returning:
    """Tools that know the erased by what the suppression list keeps of them."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]

    @activity.defn(name="list-erased")
    @translated
    def list_erased(self, order: SweepOrder) -> tuple[str, ...]:
        """Return the next page of cases that ended with an erasure on or after a day; for a replay also those
        in which something went since then, whenever they end: a restore brings it back all the same.
        """
        cases = [case for case in self.register.cases() if case.request.right in ERASES]
        later = sorted((c for c in cases if c.request.case_id > order.after), key=lambda c: c.request.case_id)
        with beating_beside():
            found = (case.request.case_id for case in later if self._was_erased(case, order))
            return tuple(islice(found, PAGE))

    def _was_erased(self, case: CaseRecord, order: SweepOrder) -> bool:
        ended = case.closed_at is not None and case.closed_at.date() >= order.since
        if ended and case.outcome in _ERASED:
            return True
        replays = bool(order.by)  # the sweep, which nobody ordered, looks for whom the list knows
        return replays and was_erased_since(self.register.evidence(case.request.case_id), order.since)

    @activity.defn(name="search-returned")
    @translated
    async def search_returned(self, order: SweepOrder) -> Replayed:
        """Search the systems for one erased person, and write down where they are found again.

        A system that cannot search is passed over, and one that fails keeps no other from being searched.
        """
        lines = await asyncio.to_thread(self._gone, order.case_id)
        identity = await asyncio.to_thread(open_suppressed, self.vault, entry_of(order.case_id))
        back, wrong = 0, list[DsarError]()
        async with beating(lambda: back):
            for system in dict.fromkeys(system for system, _ in lines):
                try:
                    held = await self._back(system, identity, lines)
                except DsarError as error:
                    wrong.append(error)
                    continue
                back += len(held)
                if held:
                    await asyncio.to_thread(self._note, order, system, sum(held))
        if wrong:
            raise wrong[0]
        return Replayed(cases=1, back=back)

    async def _back(self, system: str, identity: Identity, lines: Lines) -> Sequence[int]:
        """Return how many records of each collection an erasure would touch again. A row that stayed and was
        emptied is none of them. Where the identifiers fit several people: how many, and no record is counted.
        """
        if Verb.FIND not in self.connectors[system].card.can:
            return ()
        try:
            steps = await eraser(self.connectors, system).plan_erasure(identity)
        except OperatorError as error:
            if error.reason != "several_people":
                raise
            return [(await self.connectors[system].find(identity)).people]
        return [step.count for step in steps if step.count and (system, step.collection) in lines]

    def _note(self, order: SweepOrder, system: str, count: int) -> None:
        key = f"returned:{system}:{order.at.date()}"
        facts: dict[str, Scalar] = {"system": system, "count": count}
        fact = Fact(key=key, kind=EvidenceKind.RETURNED, at=order.at, facts=facts)
        self.register.record(order.case_id, fact)

    @activity.defn(name="replay-erasure")
    @translated
    async def replay_erasure(self, order: SweepOrder) -> Replayed:
        """Erase again what the approved plans had named, no record more, and look whether it is gone.

        What no machine can repeat is left to a person, as far as a back-up may hold it.
        """
        lines = await asyncio.to_thread(self._gone, order.case_id)
        identity = await asyncio.to_thread(self._erased, order.case_id)
        repeat = Repeat(register=self.register, connectors=self.connectors, order=order)
        async with beating(order.since.toordinal):
            done = await repeat.done(identity, lines)
        hands = await asyncio.to_thread(self._needs_hands, order.case_id)
        return replace(done, left=(order.case_id,)) if hands else done

    def _needs_hands(self, case_id: str) -> bool:
        """Whether a person erased something in a system that a machine reaches, or did before it was removed
        from the register. A paper archive or a processor has other back-ups, or none.
        """
        plans = plans_of(self.register.evidence(case_id))
        went = [line for plan in plans for line in plan.lines if not line.stays]
        searched = {name: Verb.FIND in one.card.can for name, one in self.connectors.items()}
        hands = [line.system for line in went if line.by_hand or line.system not in searched]
        return any(searched.get(system, True) for system in hands)

    def _erased(self, case_id: str) -> Identity:
        """Return who was erased: as the list knows them, or as the plan did while its case is open."""
        if self.register.case(case_id).closed_at:
            return open_suppressed(self.vault, entry_of(case_id))
        begun = begun_plans(self.register.evidence(case_id))
        return frozen(self.vault, case_id, max(plan.number for plan in begun))

    @activity.defn(name="list-instructed")
    @translated
    def list_instructed(self, order: SweepOrder) -> tuple[str, ...]:
        """Return the next page of cases in which a client had something erased on or after a day."""
        later = sorted(c.request.case_id for c in self.register.cases() if c.request.case_id > order.after)
        with beating_beside():
            found = (one for one in later if erased_since(self.register.evidence(one), order.since))
            return tuple(islice(found, PAGE))

    @activity.defn(name="replay-instruction")
    @translated
    async def replay_instruction(self, order: SweepOrder) -> Replayed:
        """Erase again what clients had erased of their own data, no record more, and look whether it is gone.

        What no machine can repeat is left to a person: what was erased by hand, in a system that is no longer
        registered, or in a collection that is not that client's any more; or the case was shredded, so that
        nobody knows any more whose it was.
        """
        entries = await asyncio.to_thread(self.register.evidence, order.case_id)
        if is_doomed(entries):
            return Replayed(cases=1, left=(order.case_id,))
        so_far = Replayed()
        async with beating(lambda: so_far.cases):
            for client, numbers in erased_since(entries, order.since).items():
                plans = [plan for plan in plans_of(entries, client) if plan.number in numbers]
                lines = gone_most(plans)
                again = {held: line for held, line in lines.items() if self._is_theirs(client, line)}
                identity = await asyncio.to_thread(frozen, self.vault, order.case_id, max(numbers), client)
                repeat = Repeat(
                    register=self.register, connectors=self.connectors, order=order, client=client
                )
                done = await repeat.done(identity, again)
                so_far = so_far.plus(done if again == lines else replace(done, left=(order.case_id,)))
        return so_far

    def _is_theirs(self, client: str, line: Line) -> bool:
        """Whether a machine may erase it again: it is still registered, and still that client's."""
        if line.by_hand or line.system not in self.connectors:
            return False
        return line.collection in theirs(self.connectors[line.system].card, client)

    def _gone(self, case_id: str) -> Lines:
        """Return what went, by machine, from systems that are still registered."""
        lines = gone_most(begun_plans(self.register.evidence(case_id)))
        return {
            held: line for held, line in lines.items() if not line.by_hand and line.system in self.connectors
        }
