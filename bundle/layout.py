"""How our archives are laid out, byte by byte: no gap, no second reading, nothing before, between or after.

A ZIP says everything twice (before each file and in its directory), and readers differ in which they
believe. So both must agree, every field must have the one value that `bundle.members` writes, and the
pieces must lie edge to edge (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3).
"""

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from bundle.members import READABLE, UNIX, VERSION

MOST_FILES = 200_000
_DIRECTORY_MOST = 64 * 1024 * 1024
_LOCAL = struct.Struct("<4s5H3L2H")
_DESCRIPTOR = struct.Struct("<4sLQQ")
_LOCAL_EXTRA = struct.pack("<HHQQ", 1, 16, 0, 0)
_DIRECTORY = struct.Struct("<4s4B4H3L5H2L")
_FULL = 0xFFFFFFFF  # look in the 64-bit record instead
_SIZES_LATER = (0, _FULL)
_LATER = 0x08
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_LIMIT, _COUNT_LIMIT = 0x7FFFFFFF, 0xFFFF  # where zipfile goes over to the 64-bit records


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """Where the directory lies, and how many files it lists."""

    files: int
    start: int
    size: int


def tail(file: IO[bytes]) -> Tail | None:
    """Read the end of the archive before anything else. None if it is not exactly as we write it."""
    length = file.seek(0, 2)
    for wide in (False, True):
        size = _END.size + wide * (_END64.size + _LOCATOR.size)
        if length < size:
            return None
        file.seek(length - size)
        found = file.read(size)
        read = _wide(found) if wide else _narrow(found)
        fits = read.start + read.size + size == length and read.files <= MOST_FILES
        if fits and read.size <= _DIRECTORY_MOST and found == _written(read):
            return read
    return None


def strays(file: IO[bytes], archive: zipfile.ZipFile, end: Tail) -> Iterator[str]:
    """Return the name of the first file that is not laid out as ours are; empty for the whole archive."""
    place, listed = 0, end.start
    for info in archive.infolist():
        entry = _entry(info)
        if info.header_offset != place or not _headed_well(file, info) or _at(file, listed, entry) != entry:
            yield info.filename
            return
        place, listed = data_start(info) + info.compress_size, listed + len(entry)
        descriptor = _DESCRIPTOR.pack(b"PK\x07\x08", info.CRC, info.compress_size, info.file_size)
        if _at(file, place, descriptor) != descriptor:
            yield info.filename
            return
        place += len(descriptor)
    if (place, listed, len(archive.infolist())) != (end.start, end.start + end.size, end.files):
        yield ""


def _at(file: IO[bytes], place: int, like: bytes) -> bytes:
    file.seek(place)
    return file.read(len(like))


def data_start(info: zipfile.ZipInfo) -> int:
    """Return where the deflated bytes of a file begin."""
    return info.header_offset + _LOCAL.size + len(_name(info)) + len(_LOCAL_EXTRA)


def _headed_well(file: IO[bytes], info: zipfile.ZipInfo) -> bool:
    """Whether the header before a file says what the directory says. Python's releases fill in the sizes,
    which only the descriptor knows, in one of two ways.
    """
    name = _name(info)
    heads = [
        _LOCAL.pack(
            *(b"PK\x03\x04", VERSION, _LATER, zipfile.ZIP_DEFLATED, *_time(info)),
            *(0, later, later, len(name), len(_LOCAL_EXTRA)),
        )
        for later in _SIZES_LATER
    ]
    wanted = [head + name + _LOCAL_EXTRA for head in heads]
    return _at(file, info.header_offset, wanted[0]) in wanted


def _entry(info: zipfile.ZipInfo) -> bytes:
    """Return the directory's entry for a file as we write it."""
    sizes, offset, wide = [info.compress_size, info.file_size], info.header_offset, []
    if max(sizes) > _LIMIT:
        wide += [info.file_size, info.compress_size]
        sizes = [_FULL, _FULL]
    if offset > _LIMIT:
        wide.append(offset)
        offset = _FULL
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    name = _name(info)
    head = _DIRECTORY.pack(
        *(b"PK\x01\x02", VERSION, UNIX, VERSION, 0, _LATER, zipfile.ZIP_DEFLATED, *_time(info)),
        *(info.CRC, *sizes, len(name), len(extra), 0, 0, 0, READABLE, offset),
    )
    return head + name + extra


def _name(info: zipfile.ZipInfo) -> bytes:
    return info.filename.encode("ascii", "replace")


def _time(info: zipfile.ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = info.date_time
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def _narrow(found: bytes) -> Tail:
    _, _, _, _, files, size, start, _ = _END.unpack(found)
    return Tail(files=files, start=start, size=size)


def _wide(found: bytes) -> Tail:
    *_, files, size, start = _END64.unpack_from(found)
    return Tail(files=files, start=start, size=size)


def _written(end: Tail) -> bytes:
    count, size, start = (min(end.files, 0xFFFF), min(end.size, _FULL), min(end.start, _FULL))
    short = _END.pack(b"PK\x05\x06", 0, 0, count, count, size, start, 0)
    if end.files <= _COUNT_LIMIT and max(end.start, end.size) <= _LIMIT:
        return short
    record = (
        b"PK\x06\x06",
        _END64.size - 12,
        VERSION,
        VERSION,
        0,
        0,
        end.files,
        end.files,
        end.size,
        end.start,
    )
    locator = _LOCATOR.pack(b"PK\x06\x07", 0, end.start + end.size, 1)
    return _END64.pack(*record) + locator + short
