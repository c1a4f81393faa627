"""A sink that seals while it uploads: parts of 8 MiB, and the object appears only when all is well.

Each part is put as an object of its own first, named by its bytes, and then copied into the upload by the
store itself. An attempt after a killed one seals the same bytes again, finds these objects and sends what is
missing; the upload it completes is its own, so that two attempts can never mix theirs (decision 19).
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from dsar.errors import DsarError
from vault.seal import Chained, DataKey, Sealer
from vault.store import Store

_PART = 8 * 1024 * 1024  # bytes; S3 takes 10,000 parts of at least 5 MiB, so this allows 80 GB


class SealedSink:
    """Takes plain bytes, keeps at most a part of sealed ones in memory. Fit for `zipfile.ZipFile`."""

    def __init__(self, store: Store, place: str, parts: str, sealer: Sealer) -> None:
        self._store, self._uploads = store, store.uploads
        self._place = place
        self._folder = parts
        self._sealer = sealer
        self._waiting = bytearray()
        self._upload = ""
        self._there: frozenset[str] = frozenset()
        self._copies = True
        self._uncopied: tuple[str, ...] = ()
        self._parts: list[dict[str, Any]] = []

    def write(self, data: bytes, /) -> int:
        for sealed in self._sealer.add(data):
            self._take(sealed)
        return len(data)

    def flush(self) -> None:
        """Do nothing: a part goes when it is full. `zipfile` calls this often."""

    def finish(self) -> None:
        """Seal the end and let the object appear."""
        for sealed in self._sealer.finish():
            self._waiting += sealed
        if not self._upload:
            self._store.put(self._place, bytes(self._waiting))
            return
        self._send()
        self._uploads.abandon(self._place, but=self._upload)  # one that was begun, and nobody heard of it
        self._uploads.complete(self._place, self._upload, self._parts)
        with suppress(DsarError):  # the object stands; what stays behind goes with it
            self._store.remove(tuple(self._store.keys(self._folder)))

    def abandon(self) -> None:
        """Drop the upload, and nothing that another attempt has begun meanwhile. If the store is away, the
        next attempt or the shredding sweeps it. Parts stay, for the next attempt to go on with.
        """
        if self._upload:
            with suppress(DsarError):
                self._uploads.abort(self._place, self._upload)
                self._store.remove(self._uncopied)  # perhaps because a rival had swept everything

    def _take(self, sealed: bytes) -> None:
        self._waiting += sealed
        if len(self._waiting) >= _PART:
            self._send()

    def _send(self) -> None:
        if not self._upload:
            self._uploads.abandon(self._place)  # an earlier attempt may have been killed
            self._there = frozenset(self._store.keys(self._folder))
            self._upload = self._uploads.begin(self._place)
        number, data = len(self._parts) + 1, bytes(self._waiting)
        receipt = self._copied(number, data)
        self._parts.append(receipt or self._uploads.add_part(self._place, self._upload, number, data))
        self._waiting.clear()

    def _copied(self, number: int, data: bytes) -> dict[str, Any] | None:
        """Put a part where it outlives this attempt, unless it is there, and have it copied. None: it cannot
        be, by this store or because a rival has finished and swept; so the rest goes straight.
        """
        if not self._copies:
            return None
        part = f"{self._folder}{hashlib.sha256(data).hexdigest()}"
        if part not in self._there:
            self._uncopied = (part,)
            self._store.put(part, data)
        receipt = self._uploads.copy_part(self._place, self._upload, number, part)
        self._copies, self._uncopied = receipt is not None, ()
        return receipt


@contextmanager
def sealed_sink(store: Store, place: str, parts: str, key: DataKey, name: str) -> Iterator[SealedSink]:
    """Stream an object in. If the block raises, nothing appears, and only parts lie under `parts`."""
    sink = SealedSink(store, place, parts, Sealer(Chained(key, name)))
    try:
        yield sink
        sink.finish()
    except BaseException:
        sink.abandon()
        raise
