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
_SIZES_LATER = {0, 0xFFFFFFFF}  # by Python release; both say: see the descriptor
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
    """Return the names of files that are not laid out as ours are. An empty name means the whole archive."""
    position = 0
    for info in archive.infolist():
        if info.header_offset != position or not (_listed_well(info) and _headed_well(file, info)):
            yield info.filename
            return
        position = data_start(info) + info.compress_size
        file.seek(position)
        if file.read(_DESCRIPTOR.size) != _DESCRIPTOR.pack(
            b"PK\x07\x08", info.CRC, info.compress_size, info.file_size
        ):
            yield info.filename
        position += _DESCRIPTOR.size
    if position != end.start or len(archive.infolist()) != end.files:
        yield ""


def data_start(info: zipfile.ZipInfo) -> int:
    """Return where the deflated bytes of a file begin."""
    return info.header_offset + _LOCAL.size + len(info.orig_filename) + len(_LOCAL_EXTRA)


def _listed_well(info: zipfile.ZipInfo) -> bool:
    found = (
        (info.create_version, info.extract_version, info.create_system, info.external_attr),
        (info.flag_bits, info.compress_type, info.internal_attr, info.volume, info.reserved),
        (info.comment, info.extra, info.orig_filename),
    )
    return found == (
        (VERSION, VERSION, UNIX, READABLE),
        (_LATER, zipfile.ZIP_DEFLATED, 0, 0, 0),
        (b"", _directory_extra(info), info.filename),
    )


def _headed_well(file: IO[bytes], info: zipfile.ZipInfo) -> bool:
    file.seek(info.header_offset)
    head = file.read(data_start(info) - info.header_offset)
    if len(head) < _LOCAL.size:
        return False
    packed, unpacked = _LOCAL.unpack_from(head)[7:9]
    year, month, day, hour, minute, second = info.date_time
    at, on = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
    name = info.orig_filename.encode("ascii", "replace")
    wanted = _LOCAL.pack(
        *(b"PK\x03\x04", VERSION, _LATER, zipfile.ZIP_DEFLATED, at, on),
        *(0, packed, unpacked, len(name), len(_LOCAL_EXTRA)),
    )
    return {packed, unpacked} <= _SIZES_LATER and packed == unpacked and head == wanted + name + _LOCAL_EXTRA


def _directory_extra(info: zipfile.ZipInfo) -> bytes:
    wide: list[int] = []
    if max(info.file_size, info.compress_size) > _LIMIT:
        wide += [info.file_size, info.compress_size]
    if info.header_offset > _LIMIT:
        wide.append(info.header_offset)
    return struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""


def _narrow(found: bytes) -> Tail:
    _, _, _, _, files, size, start, _ = _END.unpack(found)
    return Tail(files=files, start=start, size=size)


def _wide(found: bytes) -> Tail:
    *_, files, size, start = _END64.unpack_from(found)
    return Tail(files=files, start=start, size=size)


def _written(end: Tail) -> bytes:
    count, size, start = (min(end.files, 0xFFFF), min(end.size, 0xFFFFFFFF), min(end.start, 0xFFFFFFFF))
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
