"""Both versions of what is corrected, sealed: what stood there, row by row, and what is to stand there."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from dsar.corrections import Wish, held_under, text_of
from dsar.deeds import Verdict
from dsar.holdings import Row
from dsar.ports import Vault
from dsar.rectified import before_name

MOST_VALUES = 50  # different ones of one field: beyond that nobody chooses among them
_WISHES = "corrections/"


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


def open_wishes(vault: Vault, case_id: str) -> dict[int, Wish]:
    """Return what the person wants right, by number from 1."""
    names = vault.names(case_id, _WISHES)
    return {n: Wish.from_bytes(vault.get(case_id, name)) for n, name in enumerate(names, start=1)}


def seal_before(vault: Vault, case_id: str, system: str, order: int, stood: Sequence[Stood]) -> None:
    """Seal what stood in one system when it was looked at. Repeatable."""
    rows = [asdict(one) for one in stood]
    data = json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogatepass")
    vault.put(case_id, before_name(system, order), data)


def open_before(vault: Vault, case_id: str, system: str, order: int) -> tuple[Stood, ...]:
    """Return what stood in one system when it was looked at."""
    rows = json.loads(vault.get(case_id, before_name(system, order)).decode("utf-8", "surrogatepass"))
    return tuple(Stood(**{**row, "olds": tuple(row["olds"])}) for row in rows)


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
