"""Parcels: exported rows on their way from a connector to the bundle, a few megabytes at a time.

Each collection is a chain of parcels of its own, so that they are filled side by side. A parcel is JSON
lines: one header, then rows. It is not compressed: the bundle is, once (decision 27). The header says where
to go on, so that an interrupted export resumes from the last parcel in the vault; the cursor, which may be
personal, is sealed with the rows and never travels through a workflow. Files of records lie beside the
parcels, as objects of their own; a row's line names them behind the row, so that no row
can pretend to have one. When all chains are whole, the waybill names them.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from dsar.errors import OperatorError
from dsar.holdings import Page, Row, Stored, ToldRow
from dsar.ports import Vault

PARCEL_BYTES = 2 * 1024 * 1024  # of JSON: what a worker holds of a collection at most
WAYBILL = "waybill"
_DIGITS = 12

Fetch = Callable[[Callable[[str], bytes], Iterable[str]], Iterator[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Where the export of a collection goes on: after `cursor`. `done` means that nothing is left."""

    collection: str = ""
    cursor: str = field(default="", repr=False)
    done: bool = False
    number: int = 0
    rows: int = 0
    files: int = 0
    previous: str = ""  # the digest of the parcel before: two workers on one export cannot mix theirs unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The parcels of one collection, whole. `last` is the digest of the last, which vouches for all."""

    collection: str
    parcels: int
    rows: int
    last: str


def folder_of(system: str, generation: int) -> str:
    """Return where the parcels of one export are. A system that is exported anew gets a new folder."""
    return f"parcels/{system}/{generation:03d}/"


def folder_by_hand(system: str, copies: str) -> str:
    """Return where the copies lie that a person handed in: parcels like those of an export."""
    return f"handed/{system}/{copies}/"


def chain_of(folder: str, collection: str) -> str:
    """Return where the parcels of one collection are. Its name may hold what an object's name may not."""
    return f"{folder}{_digest(collection.encode('utf-8', 'surrogatepass'))[:_DIGITS]}/"


def place_of_file(chain: str, number: int) -> str:
    """Return where a file of that chain lies: beside its parcels, never among them."""
    return f"{chain.removesuffix('/')}.files/{number:06d}"


class Packer:
    """Packs the pages of one collection into parcels. Memory: one parcel and one page."""

    def __init__(self, vault: Vault, case_id: str, folder: str, collection: str) -> None:
        self.folder = chain_of(folder, collection)
        self._vault, self._case_id = vault, case_id
        self._lines: list[str] = []
        self._size = 0
        self._at = Resume(collection=collection)
        self._last = ""

    @property
    def whole(self) -> Chain:
        """The chain, as the waybill names it."""
        at = self._at
        return Chain(collection=at.collection, parcels=at.number, rows=at.rows, last=self._last)

    def resume(self) -> Resume:
        """Return where the last parcel in the vault ended."""
        names = self._vault.names(self._case_id, self.folder)
        if names:
            data = plain(self._vault.get(self._case_id, names[-1]))
            self._at, self._last = _header(_text(data)), _digest(data)
        return self._at

    def add(self, page: Page) -> bool:
        """Take a page. Returns True when it is time to `flush`: a page without rows is a place to keep."""
        files = self._at.files
        for row in page.rows:
            try:
                line = _strict(row)
            except (TypeError, ValueError):
                line, count = _careful(row)
                files += count
            self._lines.append(line)
            self._size += len(line)
        rows = self._at.rows + len(page.rows)
        self._at = replace(self._at, cursor=page.cursor, rows=rows, files=files)
        return self._size >= PARCEL_BYTES or not page.rows

    def flush(self, *, done: bool = False) -> Resume:
        """Seal what was taken since the last flush."""
        at = replace(self._at, done=done, number=self._at.number + 1, previous=self._last)
        data = "\n".join((_line(asdict(at)), *self._lines)).encode("utf-8", "surrogatepass")
        self._vault.put(self._case_id, f"{self.folder}{at.number:06d}", data)
        self._lines, self._size, self._at, self._last = [], 0, at, _digest(data)
        return at


def write_waybill(vault: Vault, case_id: str, folder: str, chains: Iterable[Chain]) -> None:
    """Write down that an export is whole, and of what it consists. The bundle keeps this order."""
    vault.put(case_id, f"{folder}{WAYBILL}", _line([asdict(chain) for chain in chains]).encode())


def read_waybill(vault: Vault, case_id: str, folder: str) -> tuple[Chain, ...] | None:
    """Return of what a whole export consists, or None while it is not whole."""
    place = f"{folder}{WAYBILL}"
    if place not in vault.names(case_id, place):
        return None
    return tuple(Chain(**chain) for chain in json.loads(vault.get(case_id, place)))


# Not escaped: two halves of a character would come back as one.
_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_strict = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_read = json.JSONDecoder().raw_decode


def _careful(row: Row) -> tuple[str, int]:
    """Return the line of a row with files, or with numbers that strict JSON cannot say: it says so behind
    the row. Return also how many files it names.
    """
    stored = {name: value for name, value in row.items() if type(value) is Stored}
    bare = {name: None if name in stored else value for name, value in row.items()}
    return _line(bare) + _line({name: asdict(file) for name, file in stored.items()}), len(stored)


def unpack(
    vault: Vault, case_id: str, folder: str, fetch: Fetch = map
) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield (collection, rows) in the order of the waybill, one parcel in memory at a time.

    `fetch` is how a list of objects is read, one after the other.

    Raises:
        OperatorError: `parcels_mixed`: they are not those that the waybill names; `object_missing`.
    """
    for chain, parcels in open_chains(vault, case_id, folder, fetch):
        yield chain.collection, _rows(chain, parcels)


def open_chains(
    vault: Vault, case_id: str, folder: str, fetch: Fetch
) -> Iterator[tuple[Chain, Iterator[bytes]]]:
    """Yield every chain that the waybill names, with its parcels. Raises as `unpack`."""
    chains = read_waybill(vault, case_id, folder)
    if chains is None:
        raise OperatorError("vault", "object_missing")
    for chain in chains:
        if chain.rows:
            place = chain_of(folder, chain.collection)
            names = [f"{place}{number:06d}" for number in range(1, chain.parcels + 1)]
            yield chain, fetch(lambda name: vault.get(case_id, name), names)


def _rows(chain: Chain, parcels: Iterable[bytes]) -> Iterator[Row]:
    for _, lines in checked_lines(chain, parcels):
        yield from map(row_of, lines)


def checked_lines(chain: Chain, parcels: Iterable[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Each parcel names the one before, and the waybill the last: what was written by another worker from
    another place is an error, never another answer.
    """
    previous = ""
    for number, parcel in enumerate(parcels, start=1):
        data = plain(parcel)
        header, *lines = _text(data).split("\n")
        said = _header(header)
        if (said.number, said.previous) != (number, previous):
            raise OperatorError("vault", "parcels_mixed")
        previous = _digest(data)
        yield number, lines
    if previous != chain.last:
        raise OperatorError("vault", "parcels_mixed")


def row_of(line: str) -> Row:
    """Read the row that a line says."""
    row, end = _read(line)
    if end == len(line):
        told = ToldRow(row)
        told.text = line
        return told
    files, _ = _read(line, end)
    return {**row, **{name: Stored(**file) for name, file in files.items()}}


def plain(parcel: bytes) -> bytes:
    """Return the lines of a parcel. One sealed before decision 27 is folded; open cases may have such."""
    return parcel if parcel.startswith(b"{") else zlib.decompress(parcel)


def _header(text: str) -> Resume:
    said: dict[str, Any] = json.loads(text.split("\n", 1)[0])
    return Resume(**said)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
