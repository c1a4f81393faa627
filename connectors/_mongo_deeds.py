"""The deeds of the MongoDB connector. Each document is changed by itself, without a transaction:
every deed touches only what is not yet as it shall be, and is simply done again.
"""

import hmac
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from connectors._erasure import Done, Eraser, Way
from connectors._map_deeds import HASH, Flag, Removed, Replaced, Stop, method_of
from connectors._marks import seen_as
from connectors._mongo_reach import Reach
from connectors._mongo_values import (
    Change,
    Document,
    FieldInArrayError,
    Filter,
    changes,
    row_of,
    said,
    writable,
    written_like,
)
from connectors._reader import People, Reader
from dsar.corrections import text_of
from dsar.deeds import Correction, Purpose, Receipt, Result, Seen, Verdict
from dsar.errors import ContractError, OperatorError, UnsupportedError
from dsar.holdings import Card
from dsar.person import Identity
from dsar.vocabulary import Verb

_MARK = "keyed:"  # what a hash of ours begins with, so that it is not hashed again
_MARKS = (Verb.RESTRICT, Verb.LIFT, Verb.SUPPRESS)


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the map says can be done in one database. `reads` looks, `writes` may write."""

    reader: Reader
    reads: Reach
    writes: Reach
    secret: bytes = field(repr=False, default=b"")

    @property
    def card(self) -> Card:
        """The card, for the eraser."""
        return self.reader.card

    async def known(self, identity: Identity) -> People:
        """Return who is meant. Raises as `Reader.known`."""
        return await self.reader.known(identity)

    async def people(self, identity: Identity) -> People:
        """Return whoever fits."""
        return await self.reader.people(identity)

    def eraser(self) -> Eraser:
        """Return what plans and erases: children before what leads to them."""
        entries = self.reads.map.collections
        order = sorted((n for n, e in entries.items() if e.erase), key=lambda n: (-self._depth(n), n))
        ways = {
            name: Way(
                method=method_of(entries[name].erase or {}, frozenset(entries[name].via)),
                act=partial(self._erase, name),
            )
            for name in order
        }
        return Eraser(reader=self, ways=ways, markers=dict.fromkeys(_MARKS, self))

    async def count(self, name: str, people: People) -> int:
        """Count what is still to be erased.

        Raises:
            OperatorError: `field_in_array:…`; such a field is erased by hand, or with its array.
        """
        if self.reads.map.collections[name].erase == "remove":
            return await self.reader.count(name, people)
        return await self._wrong(name, people, self._erasing(name))

    async def restrict(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        """Set the flag that the map names for restriction."""
        return await self._restricted(identity, collections, Verb.RESTRICT)

    async def lift(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        """Take that flag off again."""
        return await self._restricted(identity, collections, Verb.LIFT)

    async def suppress(self, identity: Identity, purposes: frozenset[Purpose]) -> Sequence[Receipt]:
        """Do what the map says for each purpose it knows. Of somebody unknown there is nothing to stop."""
        people, stops = await self.known(identity), self.reads.map.suppress
        return [await self._stopped(people, stops[p]) for p in sorted(purposes) if p in stops]

    async def rectify(self, identity: Identity, corrections: Sequence[Correction]) -> Sequence[Receipt]:
        """Write each new value, of the type that stands there, and look again.

        Raises:
            UnsupportedError: `attribute_by_hand`: the map does not name it, or what stands there is no text,
                no number and no truth value.
            OperatorError: `value_unfit`, `field_in_array:…`.
            ContractError: `value_not_kept`.
        """
        entries = self.reads.map.collections
        if not all(
            c.collection in entries and c.attribute in entries[c.collection].correctable for c in corrections
        ):
            raise UnsupportedError(self.card.name, "attribute_by_hand")
        people = await self.known(identity)
        return [await self._corrected(people, correction) for correction in corrections]

    async def seen(self, identity: Identity, receipt: Receipt) -> Seen:
        """Look again at a mark. What was corrected was read back when it was written."""
        left = await self._left(await self.people(identity), receipt)
        verdict = (
            Verdict.UNVERIFIABLE if left is None else Verdict.STILL_PRESENT if left else Verdict.VERIFIED
        )
        return seen_as(receipt, verdict, left or 0)

    async def _left(self, people: People, receipt: Receipt) -> int | None:
        data_map, name = self.reads.map, receipt.collection
        flag = data_map.restrict
        if receipt.verb in {Verb.RESTRICT, Verb.LIFT} and flag:
            value = flag.to if receipt.verb is Verb.RESTRICT else flag.back
            return await self._wrong(data_map.flagged(flag), people, {flag.column: _always(value)})
        if receipt.verb is Verb.SUPPRESS:
            return sum([await self._unstopped(people, s, name) for s in data_map.suppress.values()])
        return None

    async def _unstopped(self, people: People, stop: Stop, name: str) -> int:
        if isinstance(stop, Removed):
            return await self.reader.count(name, people) if stop.remove == name else 0
        if self.reads.map.flagged(stop) != name:
            return 0
        return await self._wrong(name, people, {stop.column: _always(stop.to)})

    async def _restricted(
        self, identity: Identity, collections: Sequence[str], verb: Verb
    ) -> Sequence[Receipt]:
        people, flag = await self.known(identity), self.reads.map.restrict
        if flag is None:
            raise UnsupportedError(self.card.name, f"cannot_{verb}")
        count = await self._flag(people, flag, flag.to if verb is Verb.RESTRICT else flag.back)
        return [self._receipt(name, verb, count) for name in collections]

    async def _stopped(self, people: People, stop: Stop) -> Receipt:
        if isinstance(stop, Removed):
            return self._receipt(stop.remove, Verb.SUPPRESS, await self._remove(stop.remove, people))
        count = await self._flag(people, stop, stop.to)
        return self._receipt(self.reads.map.flagged(stop), Verb.SUPPRESS, count)

    async def _flag(self, people: People, flag: Flag, value: object) -> int:
        return await self._write(self.reads.map.flagged(flag), people, {flag.column: _always(value)})

    async def _corrected(self, people: People, new: Correction) -> Receipt:
        written = {new.attribute: partial(self._fitting, new)}
        count = await self._write(new.collection, people, written, guarded=True)
        if await self._wrong(new.collection, people, written):
            raise ContractError(self.card.name, "value_not_kept")
        return self._receipt(new.collection, Verb.RECTIFY, count)

    def _fitting(self, new: Correction, held: object) -> object:
        """Return the new value as the old one was stored; the old one where another was to be corrected."""
        if new.old not in {None, text_of(row_of({"": held})[""])}:
            return held
        if not writable(held):
            raise UnsupportedError(self.card.name, "attribute_by_hand")
        try:
            return written_like(held, new.value)
        except ValueError:
            raise OperatorError(self.card.name, "value_unfit") from None

    async def _erase(self, name: str, people: People) -> Done:
        if self.reads.map.collections[name].erase == "remove":
            await self._remove(name, people)
        else:
            await self._write(name, people, self._erasing(name))
        return Done()

    async def _remove(self, name: str, people: People) -> int:
        found = [await self.reads.where(name, key, person) for key, person in people.items()]
        table = self.reads.map.table_of(name)
        return sum([await self.writes.store.remove(table, where) for where in found if where])

    def _erasing(self, name: str) -> Mapping[str, Change]:
        erasing = self.reads.map.collections[name].erase
        return {
            path: partial(self._erased, how)
            for path, how in (erasing if isinstance(erasing, dict) else {}).items()
        }

    def _erased(self, how: object, held: object) -> object:
        """Return what stands there afterwards. What is absent or null says nothing of anybody."""
        if held is None or (how == HASH and isinstance(held, str) and held.startswith(_MARK)):
            return held
        if how == HASH:
            text = held if isinstance(held, str) else said({"": held})
            return _MARK + hmac.digest(self.secret, text.encode("utf-8", "surrogatepass"), sha256).hex()[:32]
        return how.replace if isinstance(how, Replaced) else None

    async def _write(
        self, name: str, people: People, written: Mapping[str, Change], *, guarded: bool = False
    ) -> int:
        """Write what is not yet so. `guarded`: only where nobody wrote something else meanwhile."""
        total, table = 0, self.reads.map.table_of(name)
        async for page in self._changed(name, people, written):
            new = [
                (document["_id"], _guard(document, fields) if guarded else {}, fields)
                for document, fields in page
            ]
            await self.writes.store.write(table, new)
            total += len(new)
        return total

    async def _wrong(self, name: str, people: People, written: Mapping[str, Change]) -> int:
        return sum([len(page) async for page in self._changed(name, people, written)])

    async def _changed(
        self, name: str, people: People, written: Mapping[str, Change]
    ) -> AsyncIterator[list[tuple[Document, Document]]]:
        """Stream the documents that are not yet so, each with what must be set."""
        fields = {path.partition(".")[0]: 1 for path in written}
        for key, person in people.items():
            async for page in self.reads.each(name, key, person, fields=fields):
                try:
                    found = [(document, changes(document, written)) for document in page]
                except FieldInArrayError:
                    raise OperatorError(self.card.name, f"field_in_array:{name}") from None
                yield [(document, new) for document, new in found if new]

    def _depth(self, name: str) -> int:
        parent = self.reads.map.collections[name].parent
        return 1 + self._depth(parent) if parent else 0

    def _receipt(self, name: str, verb: Verb, count: int) -> Receipt:
        result = Result.DONE if count else Result.ALREADY
        return Receipt(system=self.card.name, collection=name, verb=verb, result=result, count=count)


def _always(value: object) -> Change:
    return lambda _held: value


def _guard(document: Document, fields: Document) -> Filter:
    """Say that a field at the top still holds what was read."""
    return {path: {"$eq": document[path]} for path in fields if path in document}
