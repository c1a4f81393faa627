"""Unfolding one file of an archive piece by piece, with a bound on what may come out."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from bundle.layout import data_start

_PIECE = 256 * 1024
_SMALL = 64 * 1024 * 1024
_FREE, _RATIO = 1024**3, 100  # an unproven archive may unfold to 1 GiB, or to a hundred times its size


class TooBig(ValueError):  # noqa: N818 - reads as the sentence it is
    """More came out than was allowed."""


@dataclass
class Limits:
    """How many bytes may still come out. Shared by all files of an archive."""

    left: int | None

    @classmethod
    def small(cls) -> "Limits":
        """For manifest, signature, key and the other files that are held in memory."""
        return cls(left=_SMALL)

    @classmethod
    def cautious(cls, file: IO[bytes]) -> "Limits":
        """For an archive that only its own key vouches for."""
        return cls(left=max(_FREE, _RATIO * file.seek(0, 2)))

    @classmethod
    def trusted(cls) -> "Limits":
        """For an archive whose sender is proved: data may fold as well as they like."""
        return cls(left=None)

    def spend(self, count: int) -> None:
        """Count bytes.

        Raises:
            TooBig: the bound is passed.
        """
        if self.left is not None:
            self.left -= count
            if self.left < 0:
                raise TooBig


@dataclass
class Read:
    """What was read of one file."""

    size: int = 0
    lines: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def take(self, piece: bytes) -> None:
        """Count and hash a piece."""
        self.size += len(piece)
        self.lines += piece.count(b"\n")
        self._digest.update(piece)

    @property
    def sha256(self) -> str:
        """The hash so far, in hex."""
        return self._digest.hexdigest()


def read_file(file: IO[bytes], info: zipfile.ZipInfo, limits: Limits) -> Iterator[bytes]:
    """Unfold one deflated file. Every byte of it must belong to the one stream, and size and CRC must fit.

    `zipfile` stops at the end of the stream and would not see bytes hidden behind it.

    Raises:
        TooBig: more than `limits` allows comes out.
        BadZipFile: the stream is torn, is followed by other bytes, or gives another size or CRC.
        zlib.error: it is no deflate stream.
    """
    unfold = zlib.decompressobj(-zlib.MAX_WBITS)
    size = crc = 0
    for piece in _pieces(file, info, unfold):
        limits.spend(len(piece))
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        yield piece
    if not unfold.eof or unfold.unused_data or (size, crc) != (info.file_size, info.CRC):
        raise zipfile.BadZipFile


def _pieces(file: IO[bytes], info: zipfile.ZipInfo, unfold: "zlib._Decompress") -> Iterator[bytes]:
    position, left = data_start(info), info.compress_size
    while left > 0:
        file.seek(position)
        raw = file.read(min(left, _PIECE))
        if not raw or unfold.eof:
            raise zipfile.BadZipFile
        position, left = position + len(raw), left - len(raw)
        while raw and not unfold.eof:
            yield unfold.decompress(raw, _PIECE)
            raw = unfold.unconsumed_tail
    yield unfold.flush()
