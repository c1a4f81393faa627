"""A bundle of any size: nothing plain on the disk, and memory stays flat."""

import subprocess
import sys
from pathlib import Path

from bundle.archive import ArchiveWriter
from tests.bundles import KEY, Drain, facts, section


def test_plain_data_never_touch_the_disk() -> None:
    """The spool's file has no name; it is read through the descriptors of this process."""
    secret = b"ada.osei@subject.example"
    found: list[bytes] = []

    def spy(_rows: int) -> None:
        links = [link for link in Path("/proc/self/fd").iterdir() if link.is_file()]
        found.extend(link.read_bytes() for link in links if str(link.readlink()).endswith("(deleted)"))

    rows = ({"mail": secret.decode(), "n": n, "pad": "x" * 200} for n in range(30_000))
    ArchiveWriter(KEY).write(facts(), [section(rows)], Drain(), spy)

    assert max(map(len, found)) > 1_000_000
    assert not any(secret in data for data in found)


EXPORT = """
import resource, sys
from bundle.archive import ArchiveWriter
from tests.bundles import KEY, Drain, facts, section
rows = ({"id": n, "text": f"event {n} of many, =x", "more": "y" * 100} for n in range(int(sys.argv[1])))
ArchiveWriter(KEY).write(facts(), [section(rows)], Drain(), lambda _: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_stays_flat_for_200_000_rows() -> None:
    """Each in a process of its own: a peak is never forgotten."""

    def peak(count: int) -> int:
        done = subprocess.run([sys.executable, "-c", EXPORT, str(count)], capture_output=True, check=True)
        return int(done.stdout)

    assert peak(200_000) - peak(20_000) < 4 * 1024  # KiB; the rows are 30 MiB
