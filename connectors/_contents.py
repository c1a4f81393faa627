"""Whether the bytes of an object hold a person, read as text piece by piece: memory stays flat at any size.

Gzip is undone on the way, as logs and dumps lie in stores. What is packed otherwise is said to be so: its
bytes tell nothing.
"""

import asyncio
import codecs
import re
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace

from connectors._traces import Traces
from dsar.kinds import HEAD, Kind, kind_of

PACKED, TOO_LARGE = "contents_packed", "contents_too_large"
MOST = 2**30  # bytes of one object, once unpacked: what grows beyond is a bomb, or nobody's record
_REACH = 4096  # characters: longer than an identifier with every letter escaped
_PIECE = 2**20
_GZIP = 31  # zlib's number for a gzip header, at its largest window
_SEALED = frozenset({"pdf", "docx", "xlsx", "pptx"})  # beside archives
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GAP = re.compile(r"[\s\"',;<>|]")


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into one object came to. `reason`: why its contents could not be looked at."""

    ending: str
    holds: bool = False
    reason: str = ""

    def or_if(self, holds: bool) -> "Look":  # noqa: FBT001  # what else was found of it
        """Return the same, holding something also if this is so."""
        return replace(self, holds=self.holds or holds)


async def look(chunks: AsyncIterator[bytes], sought: Traces) -> Look:
    """Read until something of the person is found, or to the end."""
    head = await _head(chunks)
    kind = kind_of(head[:HEAD], "")
    if _is_packed(kind):
        return Look(kind.ending, reason=PACKED)
    reader = _Reader(sought, packed=kind.ending == "gz")
    try:
        return Look(kind.ending, holds=await _any_holds(reader, head, chunks))
    except OverflowError:
        return Look(kind.ending, reason=TOO_LARGE)
    except zlib.error:
        return Look(kind.ending, reason=PACKED)


async def _head(chunks: AsyncIterator[bytes]) -> bytes:
    head = b""
    async for chunk in chunks:
        head += chunk
        if len(head) >= HEAD:
            break
    return head


async def _any_holds(reader: "_Reader", head: bytes, chunks: AsyncIterator[bytes]) -> bool:
    if await asyncio.to_thread(reader.finds, head):
        return True
    async for chunk in chunks:
        if await asyncio.to_thread(reader.finds, chunk):
            return True
    return await asyncio.to_thread(reader.finds_at_last)


def _is_packed(kind: Kind) -> bool:
    return (kind.archive and kind.ending != "gz") or kind.ending in _SEALED


class _Reader:
    """Bytes in, an answer out. Text is cut in gaps between words, and read again with what comes next."""

    def __init__(self, sought: Traces, *, packed: bool) -> None:
        self._sought, self._packed = sought, packed
        self._gzip = zlib.decompressobj(_GZIP)
        self._decoder: codecs.IncrementalDecoder | None = None
        self._start, self._rest, self._read = b"", "", 0

    def finds(self, data: bytes) -> bool:
        """Whether what has been read by now holds something.

        Raises:
            OverflowError: there is more than anybody's record.
            zlib.error: it is no gzip after all.
        """
        return any(self._within(plain) for plain in (self._unpacked(data) if self._packed else (data,)))

    def finds_at_last(self) -> bool:
        """Whether what was held back until now does."""
        plain = self._gzip.flush() if self._packed else b""
        return self._sought.within(self._rest + self._text(plain, final=True))

    def _within(self, plain: bytes) -> bool:
        self._read += len(plain)
        if self._read > MOST:
            raise OverflowError
        text = self._rest + self._text(plain)
        end = _last_gap(text)
        self._rest = text[_first_gap(text, end - _REACH) :]
        return self._sought.within(text[:end])

    def _text(self, plain: bytes, *, final: bool = False) -> str:
        """Decode, in the coding that the first two bytes tell."""
        if self._decoder is None:
            plain = self._start = self._start + plain
            if len(plain) < len(codecs.BOM_UTF16) and not final:
                return ""
            coding = "utf-16" if plain.startswith(_UTF_16) else "utf-8"
            self._decoder = codecs.getincrementaldecoder(coding)("replace")
        return self._decoder.decode(plain, final)

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        """Unpack at most a piece at a time; a gzip file may be several, one behind the other."""
        while data:
            yield self._gzip.decompress(data, _PIECE)
            data = self._gzip.unconsumed_tail
            if self._gzip.eof:
                data, self._gzip = self._gzip.unused_data.lstrip(b"\0"), zlib.decompressobj(_GZIP)


def _last_gap(text: str) -> int:
    """Return where the last word begins, if that is near: it may go on in the next piece."""
    far = max(0, len(text) - _REACH)
    return max((found.end() for found in _GAP.finditer(text, far)), default=len(text))


def _first_gap(text: str, at: int) -> int:
    """Return where the first word after this place begins, if that is near."""
    at = max(0, at)
    found = _GAP.search(text, at, at + _REACH) if at else None
    return found.end() if found else at
