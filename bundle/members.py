"""The archive as it is streamed: one ZIP64 file into a sink that cannot seek, each file hashed on its way."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Self

from bundle.belt import Belt
from dsar.ports import Sink

VERSION = 45  # ZIP64; the same in every header, whatever Python writes it
UNIX = 3
READABLE = 0o100644 << 16  # a plain file
_PIECE = 128 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file that stands in the archive."""

    path: str
    size: int
    sha256: str


class _Outlet:
    """Gathers zipfile's many small writes. `zipfile` sees no `seek` and so writes data descriptors."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._waiting = bytearray()
        self.size = 0
        self.abandoned = False

    def write(self, data: bytes) -> int:
        self._waiting += data
        self.size += len(data)
        if len(self._waiting) >= _PIECE:
            self._pass_on()
        return len(data)

    def flush(self) -> None:
        self._pass_on()
        self._sink.flush()

    def close(self) -> None:
        """Leave the sink open: it belongs to the caller."""

    def _pass_on(self) -> None:
        if not self.abandoned:
            self._sink.write(bytes(self._waiting))
        self._waiting.clear()


class _Hashed:
    """One open member. What is written is hashed and folded in the belt's thread."""

    def __init__(self, stream: IO[bytes], belt: Belt) -> None:
        self._stream = stream
        self._belt = belt
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, data: bytes) -> None:
        self._size += len(data)
        self._belt.put(data, self._fold)

    def _fold(self, data: bytes) -> None:
        self._digest.update(data)
        self._stream.write(data)

    def sealed(self, path: str) -> Member:
        self._belt.empty(self._fold)
        return Member(path=path, size=self._size, sha256=self._digest.hexdigest())


class Shelf:
    """Takes files one after the other. Equal files, times and order give an equal archive, byte for byte.

    Use as a context manager: after an error the archive is left without its directory, so that a torn one
    can never pass for a whole one.
    """

    def __init__(self, sink: Sink, moment: datetime) -> None:
        self._outlet = _Outlet(sink)
        self._zip = zipfile.ZipFile(self._outlet, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._time = _dos_time(moment)
        self._belt = Belt()
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        self._outlet.abandoned = kind is not None
        self._belt.drop()
        self._zip.close()

    @property
    def size(self) -> int:
        """Bytes written so far; the size of the archive once the shelf is closed."""
        return self._outlet.size

    @contextmanager
    def file(self, path: str, *, folded: bool = True) -> Iterator[_Hashed]:
        """Open a file to be written from start to end. Not `folded`: deflate carries it as it is."""
        info = zipfile.ZipInfo(path, self._time)
        info.compress_type = zipfile.ZIP_DEFLATED  # at zlib's own level, 6: a third smaller than level 1
        if not folded:
            info._compresslevel = 0  # type: ignore[attr-defined]  # noqa: SLF001 - no other name before 3.13
        info.create_version = info.extract_version = VERSION
        info.create_system, info.external_attr = UNIX, READABLE
        with self._zip.open(info, "w", force_zip64=True) as stream:
            member = _Hashed(stream, self._belt)
            yield member
            written = member.sealed(path)
        self.members.append(written)

    def put(self, path: str, data: bytes) -> None:
        """Write a small file whole."""
        with self.file(path) as member:
            member.write(data)


def _dos_time(moment: datetime) -> tuple[int, int, int, int, int, int]:
    """Return the ZIP form of an instant, in UTC: even seconds, years 1980 to 2107."""
    at = moment.astimezone(UTC)
    return min(max(at.year, 1980), 2107), at.month, at.day, at.hour, at.minute, at.second // 2 * 2
