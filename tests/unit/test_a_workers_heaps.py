"""A worker's threads share a few heaps, so that its memory is what it holds and not what it once held."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from heaps import HEAPS

THREADS = 32
ROOT = Path(__file__).parents[2]
# All threads live, and allocate, at once; then glibc itself says how many heaps it made (malloc_info(3)).
BUSY = f"""
import ctypes, threading, heaps
{{}}
together = threading.Barrier({THREADS})
def allocate():
    held = [bytearray(4096) for _ in range(100)]
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range({THREADS})]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def counted(before: str) -> int:
    program = [sys.executable, "-c", BUSY.format(before)]
    told = subprocess.run(program, capture_output=True, text=True, check=True, cwd=ROOT)
    return told.stdout.count("<heap nr=")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the C library is not glibc")
def test_however_many_threads_there_are_they_share_a_few_heaps() -> None:
    assert counted("heaps.few_heaps()") <= HEAPS < counted("")
