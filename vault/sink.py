"""A sink that seals while it uploads: parts of 8 MiB, and the object appears only when all is well."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from dsar.errors import DsarError
from vault.seal import DataKey, Sealer
from vault.store import Store

_PART = 8 * 1024 * 1024  # bytes; S3 takes 10,000 parts of at least 5 MiB, so this allows 80 GB


class SealedSink:
    """Takes plain bytes, keeps at most a part of sealed ones in memory. Fit for `zipfile.ZipFile`."""

    def __init__(self, store: Store, place: str, key: DataKey, name: str) -> None:
        self._store = store
        self._place = place
        self._sealer = Sealer(key, name)
        self._waiting = bytearray()
        self._upload = ""
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
        self._store.abandon(self._place, but=self._upload)  # one that was begun, and nobody heard of it
        self._store.complete(self._place, self._upload, self._parts)

    def abandon(self) -> None:
        """Drop what was uploaded, and nothing that another attempt has begun meanwhile. If the store is away,
        the next attempt or the shredding sweeps it.
        """
        if self._upload:
            with suppress(DsarError):
                self._store.abort(self._place, self._upload)

    def _take(self, sealed: bytes) -> None:
        self._waiting += sealed
        if len(self._waiting) >= _PART:
            self._send()

    def _send(self) -> None:
        if not self._upload:
            self._store.abandon(self._place)  # an earlier attempt may have been killed
            self._upload = self._store.begin(self._place)
        number = len(self._parts) + 1
        self._parts.append(self._store.add_part(self._place, self._upload, number, bytes(self._waiting)))
        self._waiting.clear()


@contextmanager
def sealed_sink(store: Store, place: str, key: DataKey, name: str) -> Iterator[SealedSink]:
    """Stream an object in. If the block raises, nothing appears and no part stays behind."""
    sink = SealedSink(store, place, key, name)
    try:
        yield sink
        sink.finish()
    except BaseException:
        sink.abandon()
        raise
