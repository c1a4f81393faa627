"""House equipment for what is written into a person's own record: marks and new values."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from connectors._http import Reply
from connectors._reader import People, Reader
from dsar.corrections import text_of
from dsar.deeds import Correction, Purpose, Receipt, Result, Seen, Verdict
from dsar.errors import ContractError, UnsupportedError
from dsar.holdings import Row
from dsar.person import Identity
from dsar.vocabulary import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """Sets a mark and takes it off. `marked` reads it in a record; `write` sets it to on or off."""

    reader: Reader
    marked: Callable[[Row], bool]
    write: Callable[[str, bool], Awaitable[Reply]]
    ready_after: timedelta | None = None

    async def restrict(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        """Set the mark. Raises as `mark`."""
        return await self.mark(identity, collections, Verb.RESTRICT)

    async def lift(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        """Take the mark off. Raises as `mark`."""
        return await self.mark(identity, collections, Verb.LIFT)

    async def mark(self, identity: Identity, collections: Sequence[str], verb: Verb) -> Sequence[Receipt]:
        """Mark (or, to lift, unmark) whoever is meant; one receipt for each collection asked for.

        Raises:
            OperatorError: `several_people`.
        """
        on = verb is not Verb.LIFT
        people = {key: row for key, row in (await self.reader.known(identity)).items() if row}
        replies = [await self.write(key, on) for key, row in people.items() if self.marked(row) is not on]
        return tuple(
            Receipt(
                system=self.reader.card.name,
                collection=collection,
                verb=verb,
                result=Result.DONE if replies else Result.ALREADY,
                count=len(people),
                ready_after=self.ready_after if replies else None,
                requests=tuple(reply.request for reply in replies if reply.request),
            )
            for collection in collections
        )

    async def seen(self, identity: Identity, receipt: Receipt) -> Seen:
        """Read the mark again. `count` is how many records are not as the receipt says."""
        on = receipt.verb is not Verb.LIFT
        people = await self.reader.people(identity)
        wrong = sum(self.marked(row) is not on for row in people.values() if row)
        return seen_as(receipt, Verdict.STILL_PRESENT if wrong else Verdict.VERIFIED, wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressor:
    """Stops what the system does for some purposes, by a mark in one collection."""

    marker: Marker
    collection: str
    serves: frozenset[Purpose]

    async def suppress(self, identity: Identity, purposes: frozenset[Purpose]) -> Sequence[Receipt]:
        """Set the mark if one of these purposes is served here. Raises as `Marker.mark`."""
        asked = [self.collection] if purposes & self.serves else []
        return await self.marker.mark(identity, asked, Verb.SUPPRESS) if asked else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectifier:
    """Writes new values into the person's record. `attributes` read what stands there now."""

    reader: Reader
    collection: str
    attributes: Mapping[str, Callable[[Row], object]]
    write: Callable[[str, Mapping[str, str]], Awaitable[Reply]]

    async def rectify(self, identity: Identity, corrections: Sequence[Correction]) -> Sequence[Receipt]:
        """Write each value and read it back.

        Raises:
            UnsupportedError: `attribute_by_hand`, before anything is written.
            OperatorError: `several_people`.
            ContractError: `value_not_kept`.
        """
        known = all(c.collection == self.collection and c.attribute in self.attributes for c in corrections)
        if not known:
            raise UnsupportedError(self.reader.card.name, "attribute_by_hand")
        people = {key: row for key, row in (await self.reader.known(identity)).items() if row}
        return [await self._written(correction, people) for correction in corrections]

    async def _written(self, correction: Correction, people: People) -> Receipt:
        shown, requests = self.attributes[correction.attribute], []
        for key, row in people.items():
            if shown(row) == correction.value or correction.old not in {None, text_of(shown(row))}:
                continue
            reply = await self.write(key, {correction.attribute: correction.value})
            after = await self.reader.person(key)
            if after is None or shown(after) != correction.value:
                raise ContractError(self.reader.card.name, "value_not_kept")
            requests.append(reply.request)
        return Receipt(
            system=self.reader.card.name,
            collection=correction.collection,
            verb=Verb.RECTIFY,
            result=Result.DONE if requests else Result.ALREADY,
            count=len(people),
            requests=tuple(request for request in requests if request),
        )


def seen_as(receipt: Receipt, verdict: Verdict, count: int = 0) -> Seen:
    """Return what a second look showed."""
    return Seen(
        system=receipt.system, collection=receipt.collection, verb=receipt.verb, verdict=verdict, count=count
    )
