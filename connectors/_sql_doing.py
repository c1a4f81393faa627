"""What a connected database can be asked to do, as far as its map says so; and a second look afterwards."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import cast

import sqlalchemy as sa

from connectors import _sql, _sql_deeds
from connectors._clickhouse_deeds import NOTE, Mutations
from connectors._map import DataMap, Entry
from connectors._map_deeds import Removed, Stop, method_of
from connectors._reach import Layout
from connectors._sql_deeds import Deeds, NewValue
from connectors._sql_fitting import fitting, is_text
from connectors._sql_order import in_order
from connectors._values import Key
from dsar.deeds import Correction, Purpose, Receipt, Result, Seen, Step, Verdict
from dsar.errors import ContractError, OperatorError, UnsupportedError
from dsar.holdings import Ability, Enforcer
from dsar.person import Identity
from dsar.vocabulary import Verb

Who = Callable[[Identity], Awaitable[tuple[Layout, tuple[Key, ...]]]]
_OURS = Ability(reversible=True, enforced_by=Enforcer.US, note="A flag that the company's own programs heed.")


@dataclass(frozen=True, slots=True)
class Doing:
    """The verbs of one database. `who` says whom an identity means there, and how the tables look."""

    name: str
    writing: _sql.Database
    reading: _sql.Database
    who: Who
    secret: bytes = field(repr=False, default=b"")
    known: list[object] = field(repr=False, default_factory=list)  # the last schema, and its order

    async def plan_erasure(self, identity: Identity) -> Sequence[Step]:
        """Return what erasing would touch, children first.

        Raises:
            OperatorError: `several_people`, `references_in_circle`.
        """
        deeds = await self._deeds(identity)
        return await self.reading.run(lambda c: self._planned(c, deeds))

    async def erase(self, identity: Identity, steps: Sequence[Step]) -> Sequence[Receipt]:
        """Carry out these steps in the order of the plan.

        Raises:
            OperatorError: `plan_outgrown` before anything is touched; `still_referenced`.
            ContractError: `step_unknown`.
        """
        deeds = await self._deeds(identity)
        now = {step.collection: step for step in await self.reading.run(lambda c: self._planned(c, deeds))}
        approved = {step.collection: step for step in steps}
        erasable = {n for n, entry in deeds.layout.map.collections.items() if entry.erase}
        if not {*approved} <= erasable:
            raise ContractError(self.name, "step_unknown")
        if any(
            n in now and (now[n].count > s.count or now[n].method != s.method) for n, s in approved.items()
        ):
            raise OperatorError(self.name, "plan_outgrown")
        done: dict[str, int] = {}
        for _table, beside in groupby((n for n in now if n in approved), deeds.layout.map.table_of):
            done |= await self._erased(deeds, {name: now[name].count for name in beside})
        return tuple(
            self._receipt(step.collection, Verb.ERASE, done.get(step.collection, 0), step) for step in steps
        )

    async def _erased(self, deeds: Deeds, counts: Mapping[str, int]) -> dict[str, int]:
        """Erase collections of one table, in one transaction if it can be: their rows may name each other."""
        if all(deeds.fits_at_once(name, count) for name, count in counts.items()):
            return await self.writing.run(lambda c: {name: deeds.erase_all(c, name) for name in counts})
        return {name: await self._until_none(partial(deeds.erase_some, name=name)) for name in counts}

    async def restrict(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        """Set the flag that the map names for restriction."""
        return await self._restricted(identity, collections, Verb.RESTRICT)

    async def lift(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        """Take that flag off again."""
        return await self._restricted(identity, collections, Verb.LIFT)

    async def rectify(self, identity: Identity, corrections: Sequence[Correction]) -> Sequence[Receipt]:
        """Write each new value and count what still holds another.

        Raises:
            UnsupportedError: `attribute_by_hand`, before anything is written.
            OperatorError: `value_unfit`: the column cannot hold it.
            ContractError: `value_not_kept`.
        """
        deeds = await self._deeds(identity)
        entries = deeds.layout.map.collections
        if not all(
            c.collection in entries and c.attribute in entries[c.collection].correctable for c in corrections
        ):
            raise UnsupportedError(self.name, "attribute_by_hand")
        values = [self._fitting(deeds.layout, correction) for correction in corrections]
        return [await self._corrected(deeds, value) for value in values]

    async def suppress(self, identity: Identity, purposes: frozenset[Purpose]) -> Sequence[Receipt]:
        """Do what the map says for each purpose it knows. Of somebody unknown there is nothing to stop."""
        deeds = await self._deeds(identity)
        stops = deeds.layout.map.suppress
        asked = [stops[purpose] for purpose in sorted(purposes) if purpose in stops]
        return [await self._stopped(deeds, stop) for stop in asked]

    async def verify(self, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        """Count again, deed by deed. What was corrected was counted when it was written."""
        deeds = await self._deeds(identity)
        return [await self.reading.run(partial(_seen, deeds=deeds, receipt=receipt)) for receipt in receipts]

    async def _deeds(self, identity: Identity) -> Deeds:
        layout, keys = await self.who(identity)
        return (Mutations if self.writing.mutates else Deeds)(layout, keys, self.secret, self.name)

    def _planned(self, connection: sa.Connection, deeds: Deeds) -> tuple[Step, ...]:
        data_map = deeds.layout.map
        order = self._in_order(connection, deeds.layout)
        counts = {name: deeds.left(connection, name) if deeds.keys else 0 for name in order}
        return tuple(self._step(name, data_map.collections[name], n) for name, n in counts.items() if n)

    def _in_order(self, connection: sa.Connection, layout: Layout) -> tuple[str, ...]:
        """Return the order of erasure. References are read anew whenever the schema is."""
        if not self.known or self.known[0] is not layout:
            self.known[:] = layout, in_order(self.name, layout.map, sa.inspect(connection))
        return cast("tuple[str, ...]", self.known[1])

    def _step(self, name: str, entry: Entry, count: int) -> Step:
        method = method_of(entry.erase or {}, frozenset(entry.via))
        return Step(system=self.name, collection=name, category=entry.category, count=count, method=method)

    async def _restricted(
        self, identity: Identity, collections: Sequence[str], verb: Verb
    ) -> Sequence[Receipt]:
        deeds = await self._deeds(identity)
        flag = deeds.layout.map.restrict
        if flag is None:
            raise UnsupportedError(self.name, f"cannot_{verb}")
        value = flag.to if verb is Verb.RESTRICT else flag.back
        count = await self._until_none(partial(deeds.flag, flag=flag, value=value))
        return tuple(self._receipt(collection, verb, count) for collection in collections)

    async def _stopped(self, deeds: Deeds, stop: Stop) -> Receipt:
        if isinstance(stop, Removed):
            count = await self._until_none(partial(deeds.remove_some, name=stop.remove))
            return self._receipt(stop.remove, Verb.SUPPRESS, count)
        count = await self._until_none(partial(deeds.flag, flag=stop, value=stop.to))
        return self._receipt(deeds.layout.map.flagged(stop), Verb.SUPPRESS, count)

    async def _corrected(self, deeds: Deeds, new: NewValue) -> Receipt:
        count = await self._until_none(partial(deeds.correct, new=new))
        if await self.reading.run(partial(deeds.uncorrected, new=new)):
            raise ContractError(self.name, "value_not_kept")
        return self._receipt(new.collection, Verb.RECTIFY, count)

    def _fitting(self, layout: Layout, correction: Correction) -> NewValue:
        """Return the values as their column holds them."""
        name, column, old = correction.collection, correction.attribute, correction.old
        found = layout.live[name][column]
        try:
            value = fitting(found, correction.value)
            held = fitting(found, old) if old else None
        except ValueError:
            raise OperatorError(self.name, "value_unfit") from None
        blank = ("",) if is_text(found) else ()
        return NewValue(name, column, value, held, blank if old == "" else None)

    async def _until_none(self, some: Callable[[sa.Connection], int]) -> int:
        """Do batch after batch, each in a transaction of its own. Returns how many rows it was."""
        total = 0
        while done := await self.writing.run(some):
            total += done
            if done < _sql_deeds.BATCH:
                break
        return total

    def _receipt(self, collection: str, verb: Verb, count: int, step: Step | None = None) -> Receipt:
        return Receipt(
            system=self.name,
            collection=collection,
            verb=verb,
            result=Result.DONE if count else Result.ALREADY,
            count=count,
            method=step.method if step else None,
        )


def abilities(data_map: DataMap, *, mutates: bool = False) -> Mapping[Verb, Ability]:
    """Return what the map allows. What `mutates` is not rid of a row at once."""
    entries = data_map.collections.values()
    found = {
        Verb.ERASE: Ability(note=NOTE if mutates else "") if any(entry.erase for entry in entries) else None,
        Verb.RESTRICT: _OURS if data_map.restrict else None,
        Verb.LIFT: _OURS if data_map.restrict else None,
        Verb.RECTIFY: Ability(reversible=True) if any(entry.rectify for entry in entries) else None,
        Verb.SUPPRESS: _OURS if data_map.suppress else None,
    }
    able = {verb: ability for verb, ability in found.items() if ability}
    return able | ({Verb.VERIFY: Ability()} if able else {})


def _seen(connection: sa.Connection, deeds: Deeds, receipt: Receipt) -> Seen:
    left = _left(connection, deeds, receipt)
    verdict = Verdict.UNVERIFIABLE if left is None else Verdict.STILL_PRESENT if left else Verdict.VERIFIED
    return Seen(
        system=receipt.system,
        collection=receipt.collection,
        verb=receipt.verb,
        verdict=verdict,
        count=left or 0,
    )


def _left(connection: sa.Connection, deeds: Deeds, receipt: Receipt) -> int | None:
    data_map, name = deeds.layout.map, receipt.collection
    match receipt.verb:
        case Verb.ERASE if name in data_map.collections and data_map.collections[name].erase:
            return deeds.left(connection, name)
        case Verb.RESTRICT | Verb.LIFT if flag := data_map.restrict:
            return deeds.unflagged(connection, flag, flag.to if receipt.verb is Verb.RESTRICT else flag.back)
        case Verb.SUPPRESS:
            return sum(_unstopped(connection, deeds, stop, name) for stop in data_map.suppress.values())
        case _:
            return None


def _unstopped(connection: sa.Connection, deeds: Deeds, stop: Stop, name: str) -> int:
    if isinstance(stop, Removed):
        return deeds.rows(connection, name) if stop.remove == name else 0
    return deeds.unflagged(connection, stop, stop.to) if deeds.layout.map.flagged(stop) == name else 0
