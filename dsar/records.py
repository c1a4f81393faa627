"""Records as they lie in parcels: each has a place and a digest, by which it is known again."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dsar.holdings import Row
from dsar.parcels import Chain, Fetch, chain_of, checked_lines, open_chains, plain, row_of
from dsar.ports import Vault

_ENCODING = ("utf-8", "surrogatepass")  # as parcels are written


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row as it lies in its parcel, with the digest of the very line."""

    collection: str
    parcel: int
    line: int
    digest: str
    row: Row = field(repr=False)


def records(
    vault: Vault, case_id: str, folder: str, fetch: Fetch = map
) -> Iterator[tuple[str, Iterator[Record]]]:
    """Yield (collection, records) as `unpack` yields rows. Raises as it does."""
    for chain, parcels in open_chains(vault, case_id, folder, fetch):
        yield chain.collection, _records(chain, parcels)


def _records(chain: Chain, parcels: Iterable[bytes]) -> Iterator[Record]:
    for number, lines in checked_lines(chain, parcels):
        for at, line in enumerate(lines, start=1):
            yield _record(chain.collection, number, at, line)


def record_at(vault: Vault, case_id: str, folder: str, place: tuple[str, int, int]) -> Record:
    """Return the record at one place: its collection, parcel and line."""
    collection, parcel, line = place
    data = plain(vault.get(case_id, f"{chain_of(folder, collection)}{parcel:06d}"))
    return _record(collection, parcel, line, data.decode(*_ENCODING).split("\n")[line])


def _record(collection: str, parcel: int, at: int, line: str) -> Record:
    digest = hashlib.sha256(line.encode(*_ENCODING)).hexdigest()
    return Record(collection=collection, parcel=parcel, line=at, digest=digest, row=row_of(line))
