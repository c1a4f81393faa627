"""The items of a review, as they lie in the vault: an index in pages, and the cuts that people made.

An index line says where a marked record lies in its parcel, and the digest of it: parcels are frozen, and a
cut that was made for one record is never made in another.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from dsar.errors import InputError, OperatorError
from dsar.holdings import Stored
from dsar.ports import Vault
from dsar.records import Record, record_at
from dsar.redaction import Cut

PAGE = 1000  # items: what is held of an index at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One record that is to be reviewed. `fields` are the marked ones that hold something."""

    number: int
    system: str
    collection: str
    folder: str
    parcel: int
    line: int
    digest: str
    fields: tuple[str, ...] = field(repr=False)


class Indexer:
    """Writes an index, page by page. Written anew it is the same."""

    def __init__(self, vault: Vault, case_id: str, review: int) -> None:
        self._vault, self._case_id, self._review = vault, case_id, review
        self._lines: list[str] = []
        self.items = 0

    def add(self, system: str, folder: str, record: Record, fields: Sequence[str]) -> None:
        """Give the next number to a record."""
        place = [system, record.collection, folder, record.parcel, record.line, record.digest, *fields]
        self._lines.append(json.dumps(place))
        self.items += 1
        if len(self._lines) == PAGE:
            self.flush()

    def flush(self) -> None:
        """Seal the lines that were not sealed yet."""
        if self._lines:
            data = zlib.compress("\n".join(self._lines).encode())
            self._vault.put(self._case_id, _page(self._review, (self.items - 1) // PAGE), data)
            self._lines = []


def items_of(vault: Vault, case_id: str, review: int, first: int, last: int) -> Iterator[Item]:
    """Yield the items from number `first` to `last`, one page in memory at a time."""
    for page in range((first - 1) // PAGE, (last - 1) // PAGE + 1):
        lines = zlib.decompress(vault.get(case_id, _page(review, page))).decode().split("\n")
        for number, line in enumerate(lines, start=page * PAGE + 1):
            if first <= number <= last:
                yield _item(number, line)


def _page(review: int, page: int) -> str:
    return f"review/{review:03d}/index/{page + 1:06d}"


def _item(number: int, line: str) -> Item:
    system, collection, folder, parcel, at, digest, *fields = json.loads(line)
    return Item(
        number=number,
        system=system,
        collection=collection,
        folder=folder,
        parcel=parcel,
        line=at,
        digest=digest,
        fields=tuple(fields),
    )


def record_of(vault: Vault, case_id: str, item: Item) -> Record:
    """Return the record of an item.

    Raises:
        OperatorError: `item_changed`: it is not what it was when the review began.
    """
    record = record_at(vault, case_id, item.folder, place_of(item))
    check_same(item, record)
    return record


def place_of(one: Item | Record) -> tuple[str, int, int]:
    """Return where a record lies within its export."""
    return one.collection, one.parcel, one.line


def check_same(item: Item, record: Record) -> None:
    """Hold a record to what its item says of it. Raises as `record_of`."""
    if record.digest != item.digest:
        raise OperatorError("vault", "item_changed")


def seal_cuts(vault: Vault, case_id: str, review: int, item: Item, cuts: Sequence[Cut]) -> str:
    """Seal cuts, bound to the record as it was read. Returns the vault's name for them."""
    said = json.dumps({"digest": item.digest, "cuts": [asdict(cut) for cut in cuts]})
    print_ = vault.fingerprint("cut", f"{case_id} {item.number} {said}")[:20]
    name = f"review/{review:03d}/cuts/{print_}"
    vault.put(case_id, name, said.encode())
    return name


def open_cuts(vault: Vault, case_id: str, item: Item, names: Sequence[str]) -> list[Cut]:
    """Return what was cut out of an item, in order.

    Raises:
        OperatorError: `item_changed`: the cuts were made for another record.
    """
    cuts: list[Cut] = []
    for name in names:
        said = json.loads(vault.get(case_id, name))
        if said["digest"] != item.digest:
            raise OperatorError("vault", "item_changed")
        cuts += map(_cut, said["cuts"])
    return cuts


def _cut(said: dict[str, Any]) -> Cut:
    return Cut(
        path=tuple(said["path"]),
        code=said["code"],
        spans=tuple((first, last) for first, last in said["spans"]),
        file=Stored(**said["file"]) if said["file"] else None,
    )


def range_of(text: str, items: int) -> tuple[int, int]:
    """Read which items somebody means: `7`, `1-200` or `all`.

    Raises:
        InputError: `item_unknown`.
    """
    first, dash, last = text.partition("-")
    if text == "all" and items:
        return 1, items
    numbers = [int(part) for part in (first, last or first) if part.isascii() and part.isdigit()]
    if bool(dash) == bool(last) and [1, *numbers, items] == sorted([1, *numbers, items]) and numbers[1:]:
        return numbers[0], numbers[1]
    hint = f"this case has {items} items: give a number, a range such as 1-20, or `all`"
    raise InputError("item_unknown", hint, field="item")
