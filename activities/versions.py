"""Both versions of what is corrected, sealed: what stood there, row by row, and what is to stand there."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from dsar.corrections import Wish, held_under, text_of
from dsar.deeds import Correction, Verdict
from dsar.errors import ContractError
from dsar.holdings import Holding, Row
from dsar.person import Identity
from dsar.ports import Connector, Vault
from dsar.rectified import OWN, Place, before_name

MOST_VALUES = 50  # different ones of one field: beyond that nobody chooses among them


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """What stood in one collection under one name: `rows` that say something else than they should, and as
    many as said what is right.
    """

    number: int
    collection: str
    attribute: str
    olds: tuple[str, ...] = field(repr=False)
    rows: int = 0
    right: int = 0

    def correction(self, wish: Wish) -> Correction | None:
        """Return what is to be written; None where nobody said which of several values is wrong."""
        old = wish.wrong if wish.wrong is not None else self.olds[0] if len(self.olds) == 1 else None
        if old is None:
            return None
        return Correction(collection=self.collection, attribute=self.attribute, value=wish.value, old=old)


def open_wishes(vault: Vault, case_id: str, folder: str = OWN) -> dict[int, Wish]:
    """Return what the person wants right, or in another folder what a client does, by number from 1."""
    names = vault.names(case_id, folder)
    return {n: Wish.from_bytes(vault.get(case_id, name)) for n, name in enumerate(names, start=1)}


def seal_before(vault: Vault, case_id: str, name: str, stood: Sequence[Stood]) -> None:
    """Seal what stood in one system when it was looked at, under this name. Repeatable."""
    rows = [asdict(one) for one in stood]
    data = json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogatepass")
    vault.put(case_id, name, data)


def open_before(vault: Vault, case_id: str, system: str, order: int, client: str = "") -> tuple[Stood, ...]:
    """Return what stood in one system when it was looked at."""
    name = before_name(system, order, client)
    rows = json.loads(vault.get(case_id, name).decode("utf-8", "surrogatepass"))
    return tuple(Stood(**{**row, "olds": tuple(row["olds"])}) for row in rows)


def stood_at(before: Sequence[Stood], place: Place) -> Stood:
    """Return what stood in a place of the evidence.

    Raises:
        ContractError: `places_moved`: a search that was tried again saw them in another order. Nothing is
            written by a guess.
    """
    stood = before[place.place] if place.place < len(before) else None
    if stood is None or (stood.number, stood.collection) != (place.number, place.collection):
        raise ContractError(place.system, "places_moved")
    return stood


@dataclass(slots=True)
class Held:
    """What a collection holds under the fields of some wishes. Bounded, however many rows there are."""

    wishes: Mapping[int, Wish] = field(repr=False)
    _seen: dict[int, dict[str, int]] = field(init=False, repr=False)
    _names: dict[int, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin with nothing seen."""
        self._seen = {number: {} for number in self.wishes}
        self._names = {}

    def look_at(self, rows: Iterable[Row]) -> None:
        """Take in rows of one collection."""
        for row in rows:
            for number, wish in self.wishes.items():
                for name, value in held_under(row, wish.attribute):
                    self._names.setdefault(number, name)
                    seen, text = self._seen[number], text_of(value)
                    if text in seen or len(seen) < MOST_VALUES:
                        seen[text] = seen.get(text, 0) + 1

    def stood(self, collection: str) -> Iterator[Stood]:
        """Yield what stands there under the fields that were found."""
        for number, name in self._names.items():
            wish, seen = self.wishes[number], self._seen[number]
            olds = [text for text in seen if text != wish.value and wish.wrong in {None, text}]
            yield Stood(
                number=number,
                collection=collection,
                attribute=name,
                olds=tuple(olds),
                rows=sum(seen[text] for text in olds),
                right=seen.get(wish.value, 0),
            )

    def verdict(self, wish: Wish, stood: Stood) -> Verdict:
        """Say whether what stood there is gone, and what is right stands there."""
        seen = self._seen[stood.number]
        if not seen:
            return Verdict.UNVERIFIABLE
        gone = not {*stood.olds} & {*seen}
        return Verdict.VERIFIED if gone and wish.value in seen else Verdict.STILL_PRESENT


async def read(connector: Connector, identity: Identity, collection: str, wishes: Mapping[int, Wish]) -> Held:
    """Read one collection as far as these wishes are about it."""
    tally = Held(wishes)
    async for page in connector.export(identity, collection):
        tally.look_at(page.rows)
    return tally


async def stood_in(
    connector: Connector, identity: Identity, wishes: Mapping[int, Wish], held: Iterable[Holding]
) -> list[tuple[Holding, Stood]]:
    """Return where one system holds what is to be corrected, and what stands there now."""
    found: list[tuple[Holding, Stood]] = []
    for holding in held:
        name = holding.collection
        asked = {n: wish for n, wish in wishes.items() if wish.looks_at(holding.system, name)}
        if asked:
            tally = await read(connector, identity, name, asked)
            found += [(holding, stood) for stood in tally.stood(name)]
    return found
