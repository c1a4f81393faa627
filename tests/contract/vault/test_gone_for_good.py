"""After a shredding the bytes themselves are gone from the server's disk, sealed as they were.

The bytes are read off the disk beside the server, so that it makes no difference how it encrypts them there.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from rehearsal.s3 import S3Server
from tests.swift_server import SwiftServer
from vault.vault import S3Vault

_SAMPLE = 64
SIZE = 300_000


def sizes(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def samples(folder: Path, deed: Callable[[], None]) -> list[bytes]:
    """Do something that writes one object; return pieces out of the middle of what grew on the disk by it."""
    before = sizes(folder)
    deed()
    grown = {path: (before.get(path, 0), size) for path, size in sizes(folder).items()}
    found = []
    for path, (start, end) in grown.items():
        if end - start >= SIZE:
            data = path.read_bytes()[start:end]
            found += [
                data[at : at + _SAMPLE] for at in range(len(data) // 4, len(data) * 3 // 4, len(data) // 8)
            ]
    return found


def remaining(folder: Path, wanted: list[bytes]) -> int:
    """Return how many of these pieces any file of the server holds."""
    held = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return sum(any(piece in data for data in held) for piece in wanted)


def opened(vault: S3Vault, case: str, name: str) -> Callable[[], None]:
    vault.open_case(case)
    return lambda: vault.put(case, name, os.urandom(SIZE))


def test_seaweedfs_keeps_deleted_bytes_until_its_vacuum_and_not_after(
    server: S3Server, s3_vault: S3Vault, case: str
) -> None:
    folder = server.directory / "data"
    wanted = samples(folder, opened(s3_vault, case, "parcels/crm/000001"))
    there = remaining(folder, wanted)
    s3_vault.shred(case)
    shredded = remaining(folder, wanted)
    end = time.monotonic() + 30
    while remaining(folder, wanted) and time.monotonic() < end:
        server.vacuum()  # the filer hands its deletions on in its own time

    assert len(wanted) == there >= 4, "the search itself works"
    assert len(wanted) == shredded, "deleting alone leaves them: whoever runs it must have it vacuum"
    assert 0 == remaining(folder, wanted)


def test_the_servers_that_come_with_us_vacuum_by_themselves(server: S3Server) -> None:
    script = Path("deploy/start-s3.sh").read_text()
    for said in (" ".join(server.child.program.command), script):
        assert "-master.garbageThreshold=0.0001" in said
        assert "-master.vacuumIntervalSeconds=" in said


def test_swift_removes_the_bytes_when_it_deletes(swift: SwiftServer, swift_vault: S3Vault, case: str) -> None:
    wanted = samples(swift.directory, opened(swift_vault, case, "parcels/crm/000001"))
    there = remaining(swift.directory, wanted)
    swift_vault.shred(case)

    assert len(wanted) == there >= 4, "the search itself works"
    assert 0 == remaining(swift.directory, wanted)
